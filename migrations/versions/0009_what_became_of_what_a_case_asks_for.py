"""what became of what a case asks for"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_away', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('sanctioned', sa.String(), nullable=True))

    op.execute("UPDATE moderation_case SET taken_away = 'done' WHERE away")
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.drop_column('away')


def downgrade() -> None:
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('away', sa.Boolean(), server_default=sa.false(), nullable=False))

    op.execute("UPDATE moderation_case SET away = (taken_away IN ('done', 'by_hand')) WHERE taken_away IS NOT NULL")
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.drop_column('sanctioned')
        batch_op.drop_column('taken_away')
