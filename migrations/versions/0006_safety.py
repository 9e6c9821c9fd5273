"""Safe to treat: screening, reviews, consent, intake, load limits, second persons, erasures."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)
_OUTCOMES = "('ok', 'review', 'call', 'urgent')"
_TASKS = "kind in ('call_back', 'new_time'{})"
_NEW_TASKS = ", 'health_changed', 'review_lapsed', 'erasure_asked', 'copy_asked'"
_OPEN = sa.text("decided_at is null")
_LIMITS = (
    "sessions_a_day",
    "deep_a_day",
    "deep_in_a_row",
    "hands_on_minutes",
    "break_after_minutes",
    "break_minutes",
)
_PRACTICE_NUMBERS = {
    "sessions_a_day": 5,
    "deep_a_day": 3,
    "deep_in_a_row": 2,
    "hands_on_minutes": 360,
    "break_after_minutes": 180,
    "break_minutes": 30,
    "spacing_days": 3,
    "screening_months": 12,
    "review_hours": 24,
    "review_before_hours": 48,
    "minor_until": 18,
    "guardian_present_until": 16,
    "keep_answers_hours": 24,
    "keep_health_years": 10,
    "keep_messages_days": 365,
}
_DIARY = ["resource_id", "from_cell", "to_cell", "hold_id", "appointment_id"]
_LOAD = ["lead", "tail", "is_deep"]


def upgrade() -> None:
    """Apply."""
    _add_sets()
    _add_to_settings()
    _add_to_people()
    _add_records()
    _add_to_appointments()
    _allow_tasks("ck_task_kind_known", "kind_known", _NEW_TASKS)


def _allow_tasks(old: str, new: str, more: str) -> None:
    """The naming convention puts ck_task_ before both; the first name has had it twice since 0004."""
    with op.batch_alter_table("task") as task:
        task.drop_constraint(old, type_="check")
        task.create_check_constraint(new, _TASKS.format(more))


def _add_sets() -> None:
    """Screening sets and consent texts, with their versions."""
    for name in ("screening_set", "consent_text"):
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("slug", sa.String(60), nullable=False),
            sa.Column("name", sa.String(120), nullable=False),
            sa.Column("row_version", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            sa.UniqueConstraint("slug", name=f"uq_{name}_slug"),
        )
    _add_versions("screening_set", "set_id", sa.Column("questions", sa.JSON(), nullable=False))
    _add_versions(
        "consent_text",
        "text_id",
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
    )


def _add_versions(parent: str, key: str, *content: sa.Column[object]) -> None:
    name = f"{parent}_version"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(key, sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *content,
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("approved_by", sa.String(254), nullable=True),
        sa.Column("approved_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint([key], [f"{parent}.id"], name=f"fk_{name}_{key}"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint(key, "version", name=f"uq_{name}_{key}_version"),
    )


def _add_to_settings() -> None:
    with op.batch_alter_table("practice") as practice:
        for name, number in _PRACTICE_NUMBERS.items():
            practice.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=str(number)))
    with op.batch_alter_table("service") as service:
        for name in ("screening_set", "consent_text"):
            service.add_column(sa.Column(f"{name}_id", sa.Integer(), nullable=True))
            service.create_foreign_key(f"fk_service_{name}_id", name, [f"{name}_id"], ["id"])
        for name in ("needs_prior_visit", "coaches_tools"):
            service.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("self_care_guide", sa.Column("wait_minutes", sa.Integer(), nullable=True))


def _add_to_people() -> None:
    with op.batch_alter_table("therapist") as therapist:
        therapist.add_column(sa.Column("gender", sa.String(8), nullable=True))
        therapist.add_column(
            sa.Column("may_chaperone", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        for name in _LIMITS:
            therapist.add_column(sa.Column(name, sa.Integer(), nullable=True))
    for name in ("tool_coached_at", "erased_at", "restricted_at"):
        op.add_column("client", sa.Column(name, _INSTANT, nullable=True))


def _add_records() -> None:
    op.create_table(
        "screening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("worst", sa.String(8), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_wishes", sa.LargeBinary(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(254), nullable=True),
        sa.Column("answered_at", _INSTANT, nullable=False),
        sa.Column("since", _INSTANT, nullable=True),
        sa.Column("minor_until", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"outcome in {_OUTCOMES}", name="ck_screening_outcome_known"),
        sa.CheckConstraint(f"worst in {_OUTCOMES}", name="ck_screening_worst_known"),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name="fk_screening_service_id"),
        sa.ForeignKeyConstraint(["version_id"], ["screening_set_version.id"], name="fk_screening_version_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_screening_client_id"),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_screening_appointment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_screening"),
        sa.UniqueConstraint("token", name="uq_screening_token"),
    )
    op.create_index("ix_screening_visitor", "screening", ["visitor", "service_id"])
    for column in ("client_id", "appointment_id", "answered_at"):
        op.create_index(f"ix_screening_{column}", "screening", [column])
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("screening_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("deadline_at", _INSTANT, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(254), nullable=True),
        sa.Column("decision", sa.String(10), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "decision in ('accepted', 'changed', 'declined', 'lapsed')", name="ck_review_decision_known"
        ),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_review_appointment_id"),
        sa.ForeignKeyConstraint(["screening_id"], ["screening.id"], name="fk_review_screening_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index("ix_review_appointment_id", "review", ["appointment_id"])
    op.create_index("ix_review_open", "review", ["deadline_at"], postgresql_where=_OPEN, sqlite_where=_OPEN)
    _add_consents()
    _add_forms()


def _add_consents() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("sealed_terms", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", sa.String(254), nullable=False),
        sa.Column("given_at", _INSTANT, nullable=False),
        sa.Column("given_how", sa.String(10), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by", sa.String(254), nullable=True),
        sa.Column("withdrawn_at", _INSTANT, nullable=True),
        sa.CheckConstraint("given_how in ('paper', 'phone', 'in_person')", name="ck_consent_how_known"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_consent_client_id"),
        sa.ForeignKeyConstraint(["version_id"], ["consent_text_version.id"], name="fk_consent_version_id"),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_consent_appointment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_client_id", "consent", ["client_id"])


def _add_forms() -> None:
    op.create_table(
        "intake_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("begun_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_intake_form_client_id"),
        sa.PrimaryKeyConstraint("id", name="pk_intake_form"),
        sa.UniqueConstraint("client_id", name="uq_intake_form_client_id"),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(254), nullable=False),
        sa.Column("restricted_until", sa.Date(), nullable=True),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("done_by", sa.String(254), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_erasure_client_id"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )
    op.create_index("ix_erasure_client_id", "erasure", ["client_id"])
    op.create_table(
        "old_versions",
        sa.Column("table_name", sa.String(63), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("table_name", name="pk_old_versions"),
    )


def _add_to_appointments() -> None:
    for table in ("appointment", "hold"):
        with op.batch_alter_table(table) as one:
            one.add_column(sa.Column("chaperone_id", sa.Integer(), nullable=True))
            one.create_foreign_key(f"fk_{table}_chaperone_id", "therapist", ["chaperone_id"], ["id"])
    op.add_column("appointment", sa.Column("sealed_wishes", sa.LargeBinary(), nullable=True))
    op.add_column("appointment", sa.Column("verbal_consent_at", _INSTANT, nullable=True))
    op.add_column("appointment", sa.Column("verbal_consent_by", sa.String(254), nullable=True))
    # No batch on claims: it would lose the triggers that keep them apart.
    op.add_column("claim", sa.Column("lead", sa.Integer(), nullable=True))
    op.add_column("claim", sa.Column("tail", sa.Integer(), nullable=True))
    op.add_column("claim", sa.Column("is_deep", sa.Boolean(), nullable=True))
    _fill_claims()
    _index_diary([*_DIARY, *_LOAD, "active"])


def _fill_claims() -> None:
    """Who gives what is booked or held already has it on their claims."""
    for owner in ("appointment", "hold"):
        lengths = "variant" if owner == "hold" else "owner"
        op.execute(
            f"""
            update claim set
              lead = (select {lengths}.buffer_before / 5 {_OWNERS[owner]}),
              tail = (select {lengths}.buffer_after / 5 {_OWNERS[owner]}),
              is_deep = (select service.depth = 'deep' {_OWNERS[owner]})
            where {owner}_id is not null and resource_id = (select therapist.resource_id {_OWNERS[owner]})
            """  # noqa: S608 - constants of this module
        )


_OWNERS = {
    "appointment": """from appointment owner join service on service.id = owner.service_id
        join therapist on therapist.id = owner.therapist_id where owner.id = claim.appointment_id""",
    "hold": """from hold owner join service_variant variant on variant.id = owner.variant_id
        join service on service.id = variant.service_id
        join therapist on therapist.id = owner.therapist_id where owner.id = claim.hold_id""",
}


def _index_diary(columns: list[str]) -> None:
    op.drop_index("ix_claim_diary", "claim")
    op.create_index(
        "ix_claim_diary",
        "claim",
        columns,
        postgresql_where=sa.text("active"),
        sqlite_where=sa.text("active = 1"),
    )


def downgrade() -> None:
    """Take back."""
    op.execute(f"delete from task where kind in ({_NEW_TASKS.removeprefix(', ')})")  # noqa: S608 - a constant
    _allow_tasks("kind_known", "ck_task_kind_known", "")
    _index_diary([*_DIARY, "active"])
    for name in _LOAD:
        op.drop_column("claim", name)
    for table in ("old_versions", "erasure", "intake_form", "consent", "review", "screening"):
        op.drop_table(table)
    with op.batch_alter_table("appointment") as appointment:
        for name in ("verbal_consent_by", "verbal_consent_at", "sealed_wishes"):
            appointment.drop_column(name)
    for table in ("appointment", "hold"):
        with op.batch_alter_table(table) as one:
            one.drop_constraint(f"fk_{table}_chaperone_id", type_="foreignkey")
            one.drop_column("chaperone_id")
    _take_from_settings()


def _take_from_settings() -> None:
    op.drop_column("self_care_guide", "wait_minutes")
    with op.batch_alter_table("client") as client:
        for name in ("restricted_at", "erased_at", "tool_coached_at"):
            client.drop_column(name)
    with op.batch_alter_table("therapist") as therapist:
        for name in (*_LIMITS, "may_chaperone", "gender"):
            therapist.drop_column(name)
    with op.batch_alter_table("service") as service:
        for name in ("consent_text", "screening_set"):
            service.drop_constraint(f"fk_service_{name}_id", type_="foreignkey")
            service.drop_column(f"{name}_id")
        for name in ("coaches_tools", "needs_prior_visit"):
            service.drop_column(name)
    with op.batch_alter_table("practice") as practice:
        for name in _PRACTICE_NUMBERS:
            practice.drop_column(name)
    for table in ("consent_text_version", "screening_set_version", "consent_text", "screening_set"):
        op.drop_table(table)
