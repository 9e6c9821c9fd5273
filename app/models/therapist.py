"""Therapists: qualifications, availability rules, time off."""

from datetime import date, datetime, time

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.domain.cells import cell_at_or_after, cell_at_or_before
from app.extensions import Row
from app.models.location import Location, Resource
from app.models.service import Technique
from app.models.types import UtcDateTime


class Therapist(Row):
    """The person whose diary is booked."""

    __tablename__ = "therapist"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role_title: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    about: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    email: Mapped[str | None] = mapped_column(String(254))  # where notices of bookings go
    gender: Mapped[str | None] = mapped_column(String(8))  # female or male, if they chose to say it
    may_chaperone: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Limits of their own; none: the practice's. 0: no limit.
    sessions_a_day: Mapped[int | None]
    deep_a_day: Mapped[int | None]
    deep_in_a_row: Mapped[int | None]
    hands_on_minutes: Mapped[int | None]
    break_after_minutes: Mapped[int | None]
    break_minutes: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    resource: Mapped[Resource] = relationship()
    qualifications: Mapped[list["Qualification"]] = relationship(cascade="all, delete-orphan")
    availability_rules: Mapped[list["AvailabilityRule"]] = relationship(
        cascade="all, delete-orphan", order_by="AvailabilityRule.weekday, AvailabilityRule.starts"
    )
    time_off: Mapped[list["TimeOff"]] = relationship(
        cascade="all, delete-orphan", order_by="TimeOff.starts_at"
    )


class Qualification(Row):
    """That a therapist holds a technique, perhaps until a date (the last day on which it holds)."""

    __tablename__ = "qualification"
    __table_args__ = (UniqueConstraint("therapist_id", "technique_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    technique_id: Mapped[int] = mapped_column(ForeignKey("technique.id"))
    valid_until: Mapped[date | None]

    technique: Mapped[Technique] = relationship()


class AvailabilityRule(Row):
    """A weekly window on the wall clock of a location, valid between two dates (both included)."""

    __tablename__ = "availability_rule"
    __table_args__ = (CheckConstraint("weekday between 0 and 6", name="weekday_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    weekday: Mapped[int]  # Monday is 0
    starts: Mapped[time]
    ends: Mapped[time]  # 00:00 is midnight at the end of that day
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    location: Mapped[Location] = relationship()


class TimeOff(Row):
    """A span without work. No claim: it may overlap what is booked, and then the schedule says so.

    For diaries it is kept in cells as well, rounded outwards.
    """

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="not_empty"),
        Index("ix_time_off_diary", "therapist_id", "from_cell", "to_cell"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    from_cell: Mapped[int] = mapped_column(BigInteger)
    to_cell: Mapped[int] = mapped_column(BigInteger)  # the first cell that is no longer off
    label: Mapped[str | None] = mapped_column(
        String(80)
    )  # for the schedule: "Training"; never why somebody is ill

    @validates("starts_at", "ends_at")
    def _in_cells(self, name: str, instant: datetime) -> datetime:
        if name == "starts_at":
            self.from_cell = cell_at_or_before(instant)
        else:
            self.to_cell = cell_at_or_after(instant)
        return instant


class CalendarFeed(Row):
    """A secret address under which a calendar program reads a therapist's diary; only a keyed digest of it is stored."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))  # "My telephone"
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # from then on it opens nothing
