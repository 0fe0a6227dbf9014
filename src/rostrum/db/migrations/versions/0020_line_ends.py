"""Times of conferences lose a line end behind them, which was let through once; with it they could not be read now."""

from alembic import op

revision = '0020'
down_revision = '0019'


def upgrade() -> None:
    """Apply. Both columns hold JSON."""
    op.execute(r"""UPDATE conferences SET schedule = replace(schedule, '\n"', '"') WHERE schedule LIKE '%\n"%' ESCAPE '|'""")
    op.execute(
        r"""UPDATE conferences SET registration = replace(registration, '\n"', '"')
        WHERE registration LIKE '%\n"%' ESCAPE '|'"""
    )


def downgrade() -> None:
    """Take back: nothing, such times were never meant."""
