"""which recordings were moved to the storage."""

from alembic import op
import sqlalchemy as sa

revision = '0013'
down_revision = '0010'


def upgrade() -> None:
    """Apply."""
    op.add_column('recordings', sa.Column('is_stored', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('recordings') as table:
        table.drop_column('is_stored')
