"""Parts of the names of users are found in an index."""

from alembic import op

from rostrum.db.trigrams import TextIndex

revision = '0009'
down_revision = '0007'

TEXTS = TextIndex('users', 'id', ('login_name', 'display_name', 'first_name', 'last_name', 'email'))


def upgrade() -> None:
    """Apply."""
    TEXTS.create(op.get_bind())


def downgrade() -> None:
    """Take back."""
    TEXTS.drop(op.get_bind())
