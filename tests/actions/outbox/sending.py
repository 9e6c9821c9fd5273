"""Booking at a time that the test sets, and reading what became of the messages."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.actions.booking import book
from app.actions.day import Click
from app.actions.outcomes import Booked
from app.domain.appointments import Actor
from app.extensions import db
from app.models import Appointment, Notification
from tests.support.rows import NOW, at, order, wish

JO, THERAPIST = "jo.park@example.com", "therapist-1@example.com"
LATER_DAY = date(2026, 12, 7)
CLIENT, DESK = Actor("client", JO), Actor("staff", "front@example.com")


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


def booked(time: Time, clock: str = "10:00", day: date = LATER_DAY, **more: object) -> int:
    """Book and insist."""
    answer = book(order(wish(at(clock, day)), key=f"{clock}-{day}", **more), time.now)  # type: ignore[arg-type]
    assert isinstance(answer, Booked), answer
    return answer.appointment_id


def list_ledger(appointment_id: int) -> list[Notification]:
    """All that was or will be told about an appointment."""
    db.session.rollback()
    wanted = (
        select(Notification).where(Notification.appointment_id == appointment_id).order_by(Notification.id)
    )
    return list(db.session.execute(wanted).scalars())


def ledger(appointment_id: int) -> dict[str, tuple[str, str | None]]:
    """Step and revision -> state and reason."""
    return {f"{row.step}/{row.revision}": (row.state, row.why) for row in list_ledger(appointment_id)}


def state_of(appointment_id: int, step: str) -> tuple[str, str | None]:
    return ledger(appointment_id)[step]


def click_on(appointment_id: int) -> Click:
    """The desk's click on the appointment as it is now."""
    db.session.rollback()
    version = db.session.execute(select(Appointment.row_version).where(Appointment.id == appointment_id))
    return Click(appointment_id, version.scalar_one(), DESK)
