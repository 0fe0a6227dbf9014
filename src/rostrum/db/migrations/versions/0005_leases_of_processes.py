"""The process that holds a lease."""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0003'


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('leased_by', sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_column('leased_by')
