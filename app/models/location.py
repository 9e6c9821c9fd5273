"""Where sessions happen: locations with their address periods, opening hours, closures and rooms."""

from datetime import date, datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.types import UtcDateTime


class Resource(Row):
    """What a claim points to: a person or a room."""

    __tablename__ = "resource"
    __table_args__ = (CheckConstraint("kind in ('person', 'room')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))


class Location(Row):
    """A place with one time zone and one telephone."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str | None] = mapped_column(String(64))
    country: Mapped[str | None] = mapped_column(String(2))
    phone: Mapped[str | None] = mapped_column(String(40))
    arrival: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # parking, door, stairs
    position: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    address_periods: Mapped[list["AddressPeriod"]] = relationship(
        cascade="all, delete-orphan", order_by="AddressPeriod.valid_from"
    )
    opening_hours: Mapped[list["OpeningHours"]] = relationship(
        cascade="all, delete-orphan", order_by="OpeningHours.weekday, OpeningHours.opens"
    )
    closures: Mapped[list["Closure"]] = relationship(
        cascade="all, delete-orphan", order_by="Closure.starts_on"
    )
    rooms: Mapped[list["Room"]] = relationship(back_populates="location", order_by="Room.position, Room.id")


class AddressPeriod(Row):
    """The address that is valid from a date on; an announced one may have neither a date nor lines yet."""

    __tablename__ = "address_period"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    valid_from: Mapped[date | None]  # none: since always; for an announced one: not known yet
    lines: Mapped[str | None] = mapped_column(Text)  # none: not known yet
    announced: Mapped[bool] = mapped_column(default=False)
    #: "Early in the year", by language.
    note: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")


class OpeningHours(Row):
    """A weekly window on the location's wall clock; ``closes`` 00:00 is midnight at the end of that day."""

    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("weekday between 0 and 6", name="weekday_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    weekday: Mapped[int]  # Monday is 0
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]  # the last day on which it holds


class Closure(Row):
    """Dates, first and last included, on which a location is shut all the same."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="not_backwards"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    label: Mapped[str | None] = mapped_column(String(80))


class Room(Row):
    """The second thing an appointment occupies."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    features: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    location: Mapped[Location] = relationship(back_populates="rooms")
    resource: Mapped[Resource] = relationship()
