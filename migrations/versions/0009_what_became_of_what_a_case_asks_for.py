"""what became of what a case asks for"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


NEVER_AGAIN = {'sqlite_autoincrement': True}


def upgrade() -> None:
    """0007 built two tables of SQLite anew, and numbers of erased rows were given again: here they are no more."""
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_away', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('sanctioned', sa.String(), nullable=True))

    op.execute("UPDATE moderation_case SET taken_away = 'done' WHERE away")
    with op.batch_alter_table('moderation_case', schema=None, table_kwargs=NEVER_AGAIN) as batch_op:
        batch_op.drop_column('away')

    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('moderation_hit', schema=None, recreate='always', table_kwargs=NEVER_AGAIN):
            pass


def downgrade() -> None:
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('away', sa.Boolean(), server_default=sa.false(), nullable=False))

    op.execute("UPDATE moderation_case SET away = (taken_away IN ('done', 'by_hand')) WHERE taken_away IS NOT NULL")
    op.drop_column('moderation_case', 'sanctioned')
    op.drop_column('moderation_case', 'taken_away')
