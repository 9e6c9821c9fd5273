"""The practice itself and its policy: one row."""

from datetime import datetime, time

from sqlalchemy import JSON, CheckConstraint, LargeBinary, String, true
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Row
from app.models.types import UtcDateTime


class Practice(Row):
    """One installation is one practice; ``revision`` rises with every change of a setting (the key of what processes remember)."""

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("slot_step_minutes > 0 and slot_step_minutes % 5 = 0", name="slot_step_in_cells"),
        CheckConstraint("notice_minutes >= 0", name="notice_not_negative"),
        CheckConstraint("horizon_days between 1 and 730", name="horizon_in_reach"),
        CheckConstraint("gap_rule in ('all', 'prefer', 'only')", name="gap_rule_known"),
        CheckConstraint("undo_minutes between 0 and 60", name="undo_short"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str | None] = mapped_column(String(120))
    short_code: Mapped[str] = mapped_column(String(4))  # begins the references people read out: KT-7F3MQ
    tagline: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    about: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    email: Mapped[str | None] = mapped_column(String(254))
    currency: Mapped[str | None] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(8), default="en")
    channels: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list
    )  # [{"kind": "facebook", "url": ...}]
    reasons: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list
    )  # language maps: what brings people here
    emergency_number: Mapped[str | None] = mapped_column(String(16))
    demonstration: Mapped[bool] = mapped_column(default=False)

    notice_minutes: Mapped[int] = mapped_column(default=120)
    horizon_days: Mapped[int] = mapped_column(default=90)
    slot_step_minutes: Mapped[int] = mapped_column(default=15)
    hold_minutes: Mapped[int] = mapped_column(default=10)
    free_change_hours: Mapped[int] = mapped_column(default=24)
    may_overrun_closing: Mapped[bool] = mapped_column(default=True)
    gap_rule: Mapped[str] = mapped_column(String(8), default="prefer", server_default="prefer")
    reminder_days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [3, 1])
    reminder_lead_minutes: Mapped[int] = mapped_column(default=120, server_default="120")
    quiet_from: Mapped[time] = mapped_column(default=time(21), server_default="21:00:00")
    quiet_until: Mapped[time] = mapped_column(default=time(8), server_default="08:00:00")
    evening_at: Mapped[time] = mapped_column(default=time(19), server_default="19:00:00")
    merge_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    undo_minutes: Mapped[int] = mapped_column(default=3, server_default="3")
    agenda_at: Mapped[time] = mapped_column(default=time(7), server_default="07:00:00")
    illness_is_free: Mapped[bool] = mapped_column(default=True, server_default=true())
    approval_after_no_shows: Mapped[int] = mapped_column(default=3, server_default="3")  # 0: never
    approval_after_late: Mapped[int] = mapped_column(default=0, server_default="0")
    missed_within_days: Mapped[int] = mapped_column(default=365, server_default="365")
    sheet_with_agenda: Mapped[bool] = mapped_column(default=True, server_default=true())

    # What one person's hands can give; 0: no limit. A therapist may have limits of their own.
    sessions_a_day: Mapped[int] = mapped_column(default=5, server_default="5")
    deep_a_day: Mapped[int] = mapped_column(default=3, server_default="3")
    deep_in_a_row: Mapped[int] = mapped_column(default=2, server_default="2")
    hands_on_minutes: Mapped[int] = mapped_column(default=360, server_default="360")
    break_after_minutes: Mapped[int] = mapped_column(default=180, server_default="180")
    break_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    spacing_days: Mapped[int] = mapped_column(default=3, server_default="3")  # deep, same region, same client

    screening_months: Mapped[int] = mapped_column(default=12, server_default="12")  # asked again after
    review_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    review_before_hours: Mapped[int] = mapped_column(default=48, server_default="48")
    minor_until: Mapped[int] = mapped_column(default=18, server_default="18")  # years
    guardian_present_until: Mapped[int] = mapped_column(default=16, server_default="16")  # years
    keep_answers_hours: Mapped[int] = mapped_column(default=24, server_default="24")  # of abandoned bookings
    keep_health_years: Mapped[int] = mapped_column(default=10, server_default="10")  # since the last session
    keep_messages_days: Mapped[int] = mapped_column(
        default=365, server_default="365"
    )  # mails as they were sent
    keep_imports_days: Mapped[int] = mapped_column(
        default=30, server_default="30"
    )  # rows of files brought in

    accent: Mapped[str | None] = mapped_column(String(7))  # #2c6753; none: the house's own
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    logo_type: Mapped[str | None] = mapped_column(String(20))  # image/png, image/jpeg, image/webp
    embed_origins: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # sites that may frame us
    questions: Mapped[list[dict[str, dict[str, str]]]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # [{"question": by language, "answer": Markdown by language}]
    try_out_email: Mapped[str | None] = mapped_column(
        String(254)
    )  # set: every mail goes there, and nowhere else
    settled: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # stops of the checklist that are good as they are, by the owner's word

    revision: Mapped[int] = mapped_column(default=1)
    row_version: Mapped[int] = mapped_column(default=1)
    settings_source: Mapped[str] = mapped_column(
        String(8), default="file"
    )  # file or pages: who wrote the settings last
    outbox_held_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # set: nothing is sent until released
