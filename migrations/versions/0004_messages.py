"""Messages that arrive: quiet hours and other numbers, what a notice told, copies as sent, check-ins, tasks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)
_AGENDA, _OPEN_TASK = sa.text("kind = 'therapist_agenda'"), sa.text("done_at is null")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("practice") as practice:
        for name, minutes in (("reminder_lead_minutes", 120), ("merge_minutes", 60), ("undo_minutes", 3)):
            practice.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=str(minutes)))
        for name, hour in (("quiet_from", 21), ("quiet_until", 8), ("evening_at", 19), ("agenda_at", 7)):
            practice.add_column(sa.Column(name, sa.Time(), nullable=False, server_default=f"{hour:02}:00:00"))
        practice.add_column(
            sa.Column("illness_is_free", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        practice.create_check_constraint("undo_short", "undo_minutes between 0 and 60")
    _widen_notification()
    with op.batch_alter_table("appointment") as appointment:
        appointment.add_column(sa.Column("sealed_reason", sa.LargeBinary(), nullable=True))
        appointment.add_column(
            sa.Column("change_is_free", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("contact") as contact:
        contact.add_column(sa.Column("aftercare_stopped_at", _INSTANT, nullable=True))
    with op.batch_alter_table("staff_member") as staff_member:
        staff_member.add_column(sa.Column("notices", sa.JSON(), nullable=True))
    _add_tables()


def _widen_notification() -> None:
    with op.batch_alter_table("notification") as notification:
        notification.add_column(sa.Column("staff_member_id", sa.Integer(), nullable=True))
        notification.add_column(sa.Column("carries", sa.JSON(), nullable=False, server_default="[]"))
        notification.add_column(sa.Column("before_at", _INSTANT, nullable=True))
        notification.add_column(sa.Column("before_therapist_id", sa.Integer(), nullable=True))
        notification.add_column(sa.Column("told_place", sa.String(64), nullable=True))
        notification.add_column(sa.Column("settled_at", _INSTANT, nullable=True))
        notification.add_column(sa.Column("settled_by", sa.String(254), nullable=True))
        notification.create_foreign_key(
            "fk_notification_staff_member_id", "staff_member", ["staff_member_id"], ["id"]
        )
        notification.create_foreign_key(
            "fk_notification_before", "therapist", ["before_therapist_id"], ["id"]
        )
    op.create_index("ix_notification_day", "notification", ["due_at", "state"])
    op.create_index(
        "uq_notification_agenda",
        "notification",
        ["step"],
        unique=True,
        postgresql_where=_AGENDA,
        sqlite_where=_AGENDA,
    )


def _add_tables() -> None:
    op.create_table(
        "message_copy",
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name="fk_message_copy_notification_id"
        ),
        sa.PrimaryKeyConstraint("notification_id", name="pk_message_copy"),
    )
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_check_in_appointment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_check_in"),
    )
    op.create_index("ix_check_in_appointment_id", "check_in", ["appointment_id"])
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("done_by", sa.String(254), nullable=True),
        sa.CheckConstraint("kind in ('call_back', 'new_time')", name="ck_task_kind_known"),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_task_appointment_id"),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapist.id"], name="fk_task_therapist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
    )
    op.create_index("ix_task_appointment_id", "task", ["appointment_id"])
    op.create_index(
        "ix_task_open", "task", ["therapist_id"], postgresql_where=_OPEN_TASK, sqlite_where=_OPEN_TASK
    )


def downgrade() -> None:
    """Take back."""
    for table in ("task", "check_in", "message_copy"):
        op.drop_table(table)
    with op.batch_alter_table("staff_member") as staff_member:
        staff_member.drop_column("notices")
    with op.batch_alter_table("contact") as contact:
        contact.drop_column("aftercare_stopped_at")
    with op.batch_alter_table("appointment") as appointment:
        appointment.drop_column("change_is_free")
        appointment.drop_column("sealed_reason")
    op.drop_index("uq_notification_agenda", "notification")
    op.drop_index("ix_notification_day", "notification")
    with op.batch_alter_table("notification") as notification:
        notification.drop_constraint("fk_notification_before", type_="foreignkey")
        notification.drop_constraint("fk_notification_staff_member_id", type_="foreignkey")
        for name in ("settled_by", "settled_at", "told_place", "before_therapist_id", "before_at", "carries"):
            notification.drop_column(name)
        notification.drop_column("staff_member_id")
    with op.batch_alter_table("practice") as practice:
        practice.drop_constraint("undo_short", type_="check")
        for name in ("quiet_from", "quiet_until", "evening_at", "agenda_at", "illness_is_free"):
            practice.drop_column(name)
        for name in ("reminder_lead_minutes", "merge_minutes", "undo_minutes"):
            practice.drop_column(name)
