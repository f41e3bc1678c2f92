"""spaces that are lost"""

import sqlalchemy as sa
from alembic import op

import bot.cog.table

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('space', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lost_at', bot.cog.table.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('space', schema=None) as batch_op:
        batch_op.drop_column('lost_at')
