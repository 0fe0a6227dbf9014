"""live_viewers."""

from alembic import op
import sqlalchemy as sa

from rostrum.db.metadata import Moment, key

revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    """Apply."""
    op.create_table('live_viewers',
    sa.Column('ticket_hash', sa.String(length=64), nullable=False),
    sa.Column('session_id', key(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('ticket_hash', name=op.f('pk_live_viewers'))
    )
    op.create_index('ix_live_viewers_session_id_seen_at', 'live_viewers', ['session_id', 'seen_at'], unique=False)
