"""running meetings: waiting room, hands, podium, planned end."""

from alembic import op
import sqlalchemy as sa

from rostrum.db import metadata as columns

revision = '0003'
down_revision = '0002'

_MOMENTS = ('hand_at', 'invited_at', 'spoke_at', 'waiting_since', 'waiting_seen', 'changed_at')


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('waiting_room_enabled', sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column('ends_at', columns.Moment(), nullable=True))
    with op.batch_alter_table('participations', schema=None) as batch_op:
        for name in _MOMENTS:
            batch_op.add_column(sa.Column(name, columns.Moment(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('participations', schema=None) as batch_op:
        for name in _MOMENTS:
            batch_op.drop_column(name)
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_column('ends_at')
        batch_op.drop_column('waiting_room_enabled')
