"""How each answer came about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "traces",
        sa.Column("answer_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("answer_id", name="pk_traces"),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name="fk_traces_answer_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("traces")
