"""Calls keep what their callers call the called."""

from alembic import op
import sqlalchemy as sa

revision = '0012'
down_revision = '0009'


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('display_name', sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.drop_column('display_name')
