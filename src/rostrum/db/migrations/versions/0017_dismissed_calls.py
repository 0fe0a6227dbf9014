"""Calls keep whether the called has put their note away."""

from alembic import op
import sqlalchemy as sa

revision = '0017'
down_revision = '0016'


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('dismissed', sa.Boolean(), nullable=False, server_default=sa.text('false')))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.drop_column('dismissed')
