"""how long recordings are, and the files of their speakers."""

from alembic import op
import sqlalchemy as sa

revision = '0016'
down_revision = '0014'


def upgrade() -> None:
    """Apply."""
    op.add_column('recordings', sa.Column('seconds', sa.Float(), nullable=True))
    op.add_column('recordings', sa.Column('speakers', sa.Text(), server_default='[]', nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('recordings') as table:
        table.drop_column('speakers')
        table.drop_column('seconds')
