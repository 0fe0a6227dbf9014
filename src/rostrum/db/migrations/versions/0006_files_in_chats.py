"""Files in the chat of a meeting."""

from alembic import op
import sqlalchemy as sa

from rostrum.db import metadata as columns

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'chat_files',
        sa.Column('id', columns.key(64), nullable=False),
        sa.Column('message_id', number, nullable=False),
        sa.Column('session_id', columns.key(), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_chat_files_message_id_messages'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_chat_files')),
    )
    op.create_index('ix_chat_files_message_id', 'chat_files', ['message_id'], unique=True)
    op.create_index('ix_chat_files_session_id', 'chat_files', ['session_id'], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table('chat_files')
