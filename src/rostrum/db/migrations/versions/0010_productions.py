"""productions and their outputs."""

from alembic import op
import sqlalchemy as sa

from rostrum.db import metadata as columns

revision = '0010'
down_revision = '0012'

_key = sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql')
_name = sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql')


def upgrade() -> None:
    """Apply."""
    op.create_table('productions',
    sa.Column('session_id', _key, nullable=False),
    sa.Column('about', columns.Json(), nullable=False),
    sa.Column('worker', _name, nullable=True),
    sa.Column('leased_until', columns.Moment(), nullable=True),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_productions'))
    )
    op.create_table('outputs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('session_id', _key, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('settings', columns.Json(), nullable=False),
    sa.Column('wanted', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('address', sa.String(length=255), server_default='', nullable=False),
    sa.Column('changed_at', columns.Moment(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['productions.session_id'], name=op.f('fk_outputs_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outputs'))
    )
    op.create_index('ix_outputs_session_id', 'outputs', ['session_id'], unique=False)
