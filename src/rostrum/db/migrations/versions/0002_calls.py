"""Calls ring, and have more than two ends."""

from alembic import op
import sqlalchemy as sa

from rostrum.db import metadata as columns

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('user_id', columns.key(), nullable=True))
        batch_op.add_column(sa.Column('expires_at', columns.Moment(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('state', sa.String(length=16), nullable=False, server_default='unanswered'))
        batch_op.add_column(sa.Column('video', sa.Boolean(), nullable=False, server_default=sa.text('true')))
        batch_op.add_column(sa.Column('opens', sa.Boolean(), nullable=False, server_default=sa.text('false')))
        batch_op.create_index('ix_call_invites_user_id', ['user_id', 'state'], unique=False)
    op.execute("UPDATE call_invites SET state = 'accepted' WHERE is_accepted")
    op.execute('UPDATE call_invites SET expires_at = invite_time')
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.drop_column('is_accepted')
        batch_op.alter_column('expires_at', server_default=None)
        batch_op.alter_column('state', server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_accepted', sa.Boolean(), nullable=False, server_default=sa.text('false')))
    op.execute("UPDATE call_invites SET is_accepted = true WHERE state = 'accepted'")
    op.execute("DELETE FROM call_invites WHERE state = 'ringing'")
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.alter_column('is_accepted', server_default=None)
        batch_op.drop_index('ix_call_invites_user_id')
        for name in ('opens', 'video', 'state', 'expires_at', 'user_id'):
            batch_op.drop_column(name)
