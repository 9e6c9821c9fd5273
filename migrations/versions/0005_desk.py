"""The clinic's day on one screen: clients' notes and preferences, overrides, invitations, passkeys, feeds, search."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)
_UNRESOLVED = sa.text("state in ('requested', 'booked', 'arrived')")
_REQUESTED = sa.text("state = 'requested'")
_UNSETTLED = sa.text(
    "settled_at is null and (state = 'failed' or (state = 'skipped' and why = 'no e-mail address: call instead'))"
)
_PRACTICE_NUMBERS = (("approval_after_no_shows", 3), ("approval_after_late", 0), ("missed_within_days", 365))


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("practice") as practice:
        for name, number in _PRACTICE_NUMBERS:
            practice.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=str(number)))
        practice.add_column(
            sa.Column("sheet_with_agenda", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("client") as client:
        client.add_column(sa.Column("sealed_preferences", sa.LargeBinary(), nullable=True))
        client.add_column(sa.Column("blocked_at", _INSTANT, nullable=True))
        client.add_column(sa.Column("blocked_by", sa.String(254), nullable=True))
        client.add_column(sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("staff_member") as staff_member:
        staff_member.add_column(sa.Column("fs_webauthn_user_handle", sa.String(64), nullable=True))
        staff_member.create_unique_constraint(
            "uq_staff_member_fs_webauthn_user_handle", ["fs_webauthn_user_handle"]
        )
    with op.batch_alter_table("notification") as notification:
        notification.add_column(
            sa.Column("before_requested", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _index()
    _add_tables_of_clients()
    _add_tables_of_staff()


def _index() -> None:
    """What the day, the list of unresolved sessions and the audit page are read by."""
    op.create_index(
        "ix_appointment_unresolved",
        "appointment",
        ["starts_at"],
        postgresql_where=_UNRESOLVED,
        sqlite_where=_UNRESOLVED,
    )
    op.create_index(
        "ix_appointment_requested",
        "appointment",
        ["starts_at"],
        postgresql_where=_REQUESTED,
        sqlite_where=_REQUESTED,
    )
    op.create_index(
        "ix_notification_unsettled",
        "notification",
        ["due_at"],
        postgresql_where=_UNSETTLED,
        sqlite_where=_UNSETTLED,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    for column in ("merged_into_id", "blocked_at"):
        few = sa.text(f"{column} is not null")
        op.create_index(f"ix_client_{column}", "client", [column], postgresql_where=few, sqlite_where=few)
    op.create_index("ix_contact_phone", "contact", ["phone"])


def _add_tables_of_clients() -> None:
    op.create_table(
        "client_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.CheckConstraint("kind in ('desk', 'treatment')", name="ck_client_note_kind_known"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_note_client_id"),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_client_note_appointment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_client_note"),
    )
    op.create_index("ix_client_note_client_id", "client_note", ["client_id"])
    op.create_table(
        "client_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", _INSTANT, nullable=False),
        sa.Column("merged_by", sa.String(254), nullable=False),
        sa.Column("undone_at", _INSTANT, nullable=True),
        sa.CheckConstraint("kept_id <> gone_id", name="ck_client_merge_two_people"),
        sa.ForeignKeyConstraint(["kept_id"], ["client.id"], name="fk_client_merge_kept_id"),
        sa.ForeignKeyConstraint(["gone_id"], ["client.id"], name="fk_client_merge_gone_id"),
        sa.PrimaryKeyConstraint("id", name="pk_client_merge"),
    )
    op.create_index("ix_client_merge_kept_id", "client_merge", ["kept_id"])
    op.create_table(
        "client_gram",
        sa.Column("gram", sa.String(3), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_gram_client_id"),
        sa.PrimaryKeyConstraint("gram", "client_id", name="pk_client_gram"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_client_gram_client_id", "client_gram", ["client_id"])
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(20), nullable=False),
        sa.Column("sealed_why", sa.LargeBinary(), nullable=False),
        sa.Column("overridden_by", sa.String(254), nullable=False),
        sa.Column("overridden_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_override_appointment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_override"),
    )
    op.create_index("ix_override_appointment_id", "override", ["appointment_id"])


def _add_tables_of_staff() -> None:
    op.create_table(
        "staff_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("invited_by", sa.String(254), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapist.id"], name="fk_staff_invitation_therapist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_invitation"),
        sa.UniqueConstraint("digest", name="uq_staff_invitation_digest"),
    )
    op.create_index("ix_staff_invitation_email", "staff_invitation", ["email"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("transports", sa.JSON(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(64), nullable=False),
        sa.Column("extensions", sa.String(255), nullable=True),
        sa.Column("create_datetime", _INSTANT, nullable=False),
        sa.Column("lastuse_datetime", _INSTANT, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("usage", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_member.id"], name="fk_passkey_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(254), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapist.id"], name="fk_calendar_feed_therapist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
        sa.UniqueConstraint("digest", name="uq_calendar_feed_digest"),
    )
    op.create_index("ix_calendar_feed_therapist_id", "calendar_feed", ["therapist_id"])
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("sealed_form", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_member.id"], name="fk_kept_form_staff_member_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kept_form"),
    )
    op.create_index("ix_kept_form_staff_member_id", "kept_form", ["staff_member_id"])


def downgrade() -> None:
    """Take back."""
    for table in ("kept_form", "calendar_feed", "passkey", "staff_invitation"):
        op.drop_table(table)
    for table in ("override", "client_gram", "client_merge", "client_note"):
        op.drop_table(table)
    op.drop_index("ix_contact_phone", "contact")
    op.drop_index("ix_client_blocked_at", "client")
    op.drop_index("ix_client_merged_into_id", "client")
    op.drop_index("ix_audit_at", "audit")
    op.drop_index("ix_notification_unsettled", "notification")
    op.drop_index("ix_appointment_requested", "appointment")
    op.drop_index("ix_appointment_unresolved", "appointment")
    with op.batch_alter_table("notification") as notification:
        notification.drop_column("before_requested")
    with op.batch_alter_table("staff_member") as staff_member:
        staff_member.drop_constraint("uq_staff_member_fs_webauthn_user_handle", type_="unique")
        staff_member.drop_column("fs_webauthn_user_handle")
    with op.batch_alter_table("client") as client:
        for name in ("row_version", "blocked_by", "blocked_at", "sealed_preferences"):
            client.drop_column(name)
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("sheet_with_agenda")
        for name, _number in _PRACTICE_NUMBERS:
            practice.drop_column(name)
