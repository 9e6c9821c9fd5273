"""What needs somebody: messages that failed, sessions of which nobody said how they went; and the clicks that settle it."""

from typing import Any

from flask import url_for

from app import clock
from app.blueprints.schedule import words
from app.blueprints.schedule.asked import own_therapist_id
from app.blueprints.schedule.layout import Day
from app.domain.appointments import State
from app.domain.wallclock import zone_named
from app.domain.workday import possible_marks
from app.store.schedule import (
    AppointmentFacts,
    FailedMessage,
    Unresolved,
    list_failed_messages,
    list_unresolved,
)


def todos(facts: Day) -> list[dict[str, Any]]:
    """The desk's inbox: messages that failed, sessions of which nobody said how they went."""
    own = own_therapist_id()
    return [
        *(_failed(one) for one in list_failed_messages(facts.now, own)),
        *(_unresolved(one, facts) for one in list_unresolved(facts.now, own)),
    ]


def _failed(one: FailedMessage) -> dict[str, Any]:
    what = words.MESSAGES.get(one.kind, "Message")
    whom = one.client if one.audience == "client" else f"the therapist of {one.client}"
    call = f" Call {one.phone}." if one.audience == "client" and one.phone else ""
    return {
        "title": f"{what} did not reach {whom}",
        "text": f"{(one.why or 'It could not be delivered').rstrip('.').capitalize()}.{call}",
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "red",
        "buttons": [],
    }


def _unresolved(one: Unresolved, facts: Day) -> dict[str, Any]:
    marks = possible_marks(one.state, one.starts_at, one.ends_at, facts.now)
    return {
        "title": f"How did it go with {one.client}?",
        "text": f"{words.when(one.starts_at, zone_named(one.zone))}: still {words.STATES[one.state]}.",
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "amber",
        "buttons": [
            mark_button(one.reference, state, one.row_version, facts.day.isoformat()) for state in marks[:2]
        ],
    }


def mark_button(reference: str, state: State, row_version: int, day: str | None) -> dict[str, Any]:
    """What the post_button macro needs for one mark."""
    fields = {"state": state.value, "row_version": row_version} | ({"day": day} if day else {})
    return {
        "text": words.BUTTONS[state],
        "url": url_for("schedule.mark", reference=reference),
        "fields": fields,
    }


def marks_for(appointment: AppointmentFacts) -> list[dict[str, Any]]:
    """The clicks that the appointment's own page offers."""
    marks = possible_marks(appointment.state, appointment.starts_at, appointment.ends_at, clock.now())
    return [mark_button(appointment.reference, one, appointment.row_version, None) for one in marks]
