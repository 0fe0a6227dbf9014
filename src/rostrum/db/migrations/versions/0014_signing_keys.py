"""signing_keys, with the key of this database."""

import secrets

from alembic import op
import sqlalchemy as sa

revision = '0014'
down_revision = '0013'


def upgrade() -> None:
    """Apply."""
    made = op.create_table('signing_keys',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_keys'))
    )
    op.bulk_insert(made, [{'id': 1, 'secret': secrets.token_hex(32)}])
