"""Recordings keep whether guests were allowed, which was lost with their conference."""

from alembic import op
import sqlalchemy as sa

revision = '0021'
down_revision = '0020'


def upgrade() -> None:
    """Apply. What conferences say that are gone is not known any more."""
    op.add_column('recordings', sa.Column('is_public', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        """UPDATE recordings SET is_public = true WHERE EXISTS (
            SELECT 1 FROM conferences WHERE conferences.id = recordings.conference_id
            AND conferences.allow_guests AND conferences.created_at <= recordings.created_at
        )"""
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('recordings') as table:
        table.drop_column('is_public')
