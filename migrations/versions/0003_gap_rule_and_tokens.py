"""The gap rule, API tokens, and what diaries are read from: time off in cells, one index each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As in 0002, but for "other.active = 1": so written SQLite finds the other claims by the index, else it reads them all.
_NO_OVERLAP = """
create trigger claim_overlap_{event} before {event} on claim when new.active begin
    select raise(abort, 'claim_overlap') where exists (
        select 1 from claim other
        where {active} and other.resource_id = new.resource_id and other.id is not new.id
          and other.from_cell < new.to_cell and other.to_cell > new.from_cell
          and other.from_cell > new.from_cell - 288
    );
end
"""


def _write_triggers(active: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update"):
            op.execute(f"drop trigger claim_overlap_{event}")
            op.execute(_NO_OVERLAP.format(event=event, active=active))


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("practice") as practice:
        practice.add_column(sa.Column("gap_rule", sa.String(8), nullable=False, server_default="prefer"))
        practice.create_check_constraint("gap_rule_known", "gap_rule in ('all', 'prefer', 'only')")
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("name", name="uq_api_token_name"),
        sa.UniqueConstraint("digest", name="uq_api_token_digest"),
    )
    op.drop_index("ix_claim_active", "claim")
    op.drop_index("ix_claim_resource_id", "claim")
    op.drop_index("ix_claim_held", "claim")
    op.create_index(
        "ix_claim_held",
        "claim",
        ["hold_id"],
        postgresql_where=sa.text("active and hold_id is not null"),
        sqlite_where=sa.text("active = 1 and hold_id is not null"),
    )
    op.create_index(
        "ix_claim_diary",
        "claim",
        ["resource_id", "from_cell", "to_cell", "hold_id", "appointment_id", "active"],
        postgresql_where=sa.text("active"),
        sqlite_where=sa.text("active = 1"),
    )
    op.drop_index("ix_appointment_therapist_id", "appointment")
    op.create_index("ix_appointment_therapist_start", "appointment", ["therapist_id", "starts_at"])
    op.create_index("ix_appointment_typed_email", "appointment", ["typed_email", "created_at"])
    _keep_time_off_in_cells()
    _write_triggers("other.active = 1")


def _keep_time_off_in_cells() -> None:
    with op.batch_alter_table("time_off") as time_off:
        time_off.add_column(sa.Column("from_cell", sa.BigInteger(), nullable=True))
        time_off.add_column(sa.Column("to_cell", sa.BigInteger(), nullable=True))
    epoch = "cast(strftime('%s', {}) as integer)"
    if op.get_bind().dialect.name == "postgresql":
        epoch = "cast(floor(extract(epoch from {})) as bigint)"
    begins, ends = epoch.format("starts_at"), epoch.format("ends_at")
    op.execute(f"update time_off set from_cell = {begins} / 300, to_cell = ({ends} + 299) / 300")  # noqa: S608
    with op.batch_alter_table("time_off") as time_off:
        time_off.alter_column("from_cell", nullable=False)
        time_off.alter_column("to_cell", nullable=False)
        time_off.drop_index("ix_time_off_therapist_id")
        time_off.create_index("ix_time_off_diary", ["therapist_id", "from_cell", "to_cell"])


def downgrade() -> None:
    """Take back."""
    _write_triggers("other.active")
    with op.batch_alter_table("time_off") as time_off:
        time_off.drop_index("ix_time_off_diary")
        time_off.create_index("ix_time_off_therapist_id", ["therapist_id"])
        time_off.drop_column("to_cell")
        time_off.drop_column("from_cell")
    op.drop_index("ix_appointment_typed_email", "appointment")
    op.drop_index("ix_appointment_therapist_start", "appointment")
    op.create_index("ix_appointment_therapist_id", "appointment", ["therapist_id"])
    op.drop_index("ix_claim_diary", "claim")
    op.drop_index("ix_claim_held", "claim")
    op.create_index(
        "ix_claim_held",
        "claim",
        ["hold_id"],
        postgresql_where=sa.text("active and hold_id is not null"),
        sqlite_where=sa.text("active and hold_id is not null"),
    )
    op.create_index("ix_claim_resource_id", "claim", ["resource_id"])
    op.create_index(
        "ix_claim_active",
        "claim",
        ["from_cell", "resource_id"],
        postgresql_where=sa.text("active"),
        sqlite_where=sa.text("active"),
    )
    op.drop_table("api_token")
    with op.batch_alter_table("practice") as practice:
        practice.drop_constraint("gap_rule_known", type_="check")
        practice.drop_column("gap_rule")
