"""A request that a therapist has to look at, as a client on the web makes it."""

from datetime import datetime

from flask import Flask

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.domain.screening import Outcome
from app.store.appointments import get_appointment
from tests.support.rows import NOW, order, wish
from tests.support.safety import TERMS, answered


def request_session(
    app: Flask, starts_at: datetime, *, now: datetime = NOW, name: str = "Jo Park", **wanted: object
) -> int:
    """The number of what that client has asked for, who takes low-dose aspirin: it waits for a review."""
    with app.app_context():
        said = answered(now, name, thinners="aspirin")
        assert said.outcome is Outcome.REVIEW
        answer = book(
            order(
                wish(starts_at, **wanted),  # type: ignore[arg-type]
                name=name,
                key=f"{name} {starts_at}",
                screening_token=said.token,
                consent=TERMS,
            ),
            now,
        )
        assert isinstance(answer, Booked), answer
        return answer.appointment_id


def reference_of(app: Flask, number: int) -> str:
    """How people call it."""
    with app.app_context():
        return get_appointment(number).reference
