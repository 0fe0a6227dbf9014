"""Parts of the names of users are found in an index on PostgreSQL too."""

from alembic import op

from rostrum.db.trigrams import TextIndex

revision = '0019'
down_revision = '0018'

TEXTS = TextIndex('users', 'id', ('login_name', 'display_name', 'first_name', 'last_name', 'email'))


def upgrade() -> None:
    """Apply."""
    TEXTS.create(op.get_bind())


def downgrade() -> None:
    """Take back: the index is that of 0009."""
