"""What needs somebody: failed messages, sessions out of step with the settings or not marked; and the clicks that settle it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from app import clock
from app.blueprints.schedule import words
from app.blueprints.schedule.asked import own_therapist_id
from app.blueprints.schedule.calling import call_list
from app.blueprints.schedule.layout import Day, back_to, mark_button
from app.domain.care import TaskKind
from app.domain.impact import Trouble
from app.domain.wallclock import zone_named
from app.domain.workday import possible_marks
from app.store.care import OpenTask, list_open_tasks
from app.store.planned import Planned
from app.store.schedule import (
    AppointmentFacts,
    FailedMessage,
    Unresolved,
    list_failed_messages,
    list_unresolved,
)
from app.web.access import DESK, OWNER, signed_in
from app.wording import short_when_words

_AT_MOST = 20


def todos(facts: Day) -> list[dict[str, Any]]:
    """The desk's inbox, the most urgent first: who wants to hear from us, messages that failed, whom to call instead, sessions
    that no longer fit the settings, and those of which nobody said how they went.
    """
    own = own_therapist_id()
    return [
        *(_task(one, facts) for one in list_open_tasks(own)),
        *_calls(facts.now, own),
        *(_failed(one, facts) for one in list_failed_messages(facts.now, own)),
        *(_troubled(*one) for one in facts.troubled[:_AT_MOST]),
        *(_unresolved(one, facts) for one in list_unresolved(facts.now, own)),
    ]


def _task(one: OpenTask, facts: Day) -> dict[str, Any]:
    wants_call = one.kind is TaskKind.CALL_BACK
    says = "would like to hear from you" if wants_call else "can't come and has no new time yet"
    call = f"Call {one.phone}." if one.phone else "No telephone number is known."
    since = short_when_words(one.created_at, zone_named(one.zone))
    done = {
        "text": "Done",
        "url": url_for("schedule.settle_task", task_id=one.id),
        "fields": back_to(facts),
    }
    return {
        "title": f"{one.client} {says}",
        "text": f"{call} Since {since}, for {one.therapist}.",
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "red" if wants_call else "amber",
        "buttons": [done],
    }


def _calls(now: datetime, therapist_id: int | None) -> list[dict[str, Any]]:
    """The list of calls as one item."""
    calls = call_list(now, therapist_id)
    if not calls:
        return []
    first = calls[0]
    return [
        {
            "title": f"Call list: {len(calls)}",
            "text": f"{first.what} for {first.newest.client}, session {first.begins}"
            + (f", and {len(calls) - 1} more." if len(calls) > 1 else "."),
            "href": url_for("messages.calls"),
            "tint": "amber",
            "buttons": [],
        }
    ]


def _failed(one: FailedMessage, facts: Day) -> dict[str, Any]:
    what = words.MESSAGES.get(one.kind, "Message")
    whom = one.client if one.audience == "client" else f"the therapist of {one.client}"
    call = f" Call {one.phone}." if one.audience == "client" and one.phone else ""
    return {
        "title": f"{what} did not reach {whom}",
        "text": f"{(one.why or 'It could not be delivered').rstrip('.').capitalize()}.{call}",
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "red",
        "buttons": [again_button(one.reference, one.id, back_to(facts))] if may_send_again() else [],
    }


def _troubled(planned: Planned, trouble: Trouble) -> dict[str, Any]:
    when = short_when_words(planned.booked.starts_at, zone_named(planned.zone))
    return {
        "title": f"The session of {planned.client} no longer fits the settings",
        "text": f"{when}: {words.trouble_words(trouble, planned.therapist)}.",
        "href": url_for("schedule.appointment", reference=planned.reference),
        "tint": "amber",
        "buttons": [],
    }


def _unresolved(one: Unresolved, facts: Day) -> dict[str, Any]:
    marks = possible_marks(one.state, one.starts_at, one.ends_at, facts.now)
    return {
        "title": f"How did it go with {one.client}?",
        "text": f"{short_when_words(one.starts_at, zone_named(one.zone))}: still {words.STATES[one.state]}.",
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "amber",
        "buttons": [
            mark_button(one.reference, state, one.row_version, back_to(facts)) for state in marks[:2]
        ],
    }


def may_send_again() -> bool:
    """Whether the member may send a failed message again: the owner and the desk, who know whom to call instead."""
    return signed_in().has_any((OWNER, DESK))


def again_button(reference: str, message_id: int, back: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the post_button macro needs to send a message again."""
    return {
        "text": "Send again",
        "url": url_for("schedule.send_again", reference=reference, message_id=message_id),
        "fields": dict(back or {}),
    }


def marks_for(appointment: AppointmentFacts) -> list[dict[str, Any]]:
    """The clicks that the appointment's own page offers."""
    marks = possible_marks(appointment.state, appointment.starts_at, appointment.ends_at, clock.now())
    return [mark_button(appointment.reference, one, appointment.row_version) for one in marks]
