"""How many users and conferences there are is kept, not counted."""

from alembic import op
import sqlalchemy as sa

from rostrum.db import counts

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    """Apply."""
    op.create_table('counts',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_counts'))
    )
    counts.keep(op.get_bind(), 'users')
    counts.keep(op.get_bind(), 'conferences')


def downgrade() -> None:
    """Take back."""
    counts.forget(op.get_bind(), 'users')
    counts.forget(op.get_bind(), 'conferences')
    op.drop_table('counts')
