"""Speeds of single roads by time of day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "speed_tables",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_speed_tables_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speed_tables")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_speed_tables_organisation_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("speed_tables")
