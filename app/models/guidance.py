"""Guidance plans with immutable versions, and self-care guides."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.types import UtcDateTime


class GuidancePlan(Row):
    """The advice that goes with a service; its newest version is the one in force."""

    __tablename__ = "guidance_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    row_version: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list["GuidancePlanVersion"]] = relationship(
        cascade="all, delete-orphan", order_by="GuidancePlanVersion.version"
    )


class GuidancePlanVersion(Row):
    """What a plan said: never changed once written. ``steps`` is the list that domain/guidance.py reads."""

    __tablename__ = "guidance_plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("guidance_plan.id"))
    version: Mapped[int]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SelfCareGuide(Row):
    """An exercise a client may do at home; shown to nobody before a therapist has approved it."""

    __tablename__ = "self_care_guide"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    source: Mapped[str | None] = mapped_column(String(120))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # text, seconds?, per_side?, reps?, sets?
    stop_rules: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    gate: Mapped[list[str]] = mapped_column(JSON, default=list)  # screening keys that hide it
    equipment: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    wait_minutes: Mapped[int | None]  # allowed so long after a session at the earliest; none: at any time
    approved_by: Mapped[str | None] = mapped_column(String(120))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
