"""What needs somebody: failed messages, sessions to approve, out of step with the settings or not marked; and the clicks that settle it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from app import clock, wording
from app.blueprints.schedule import words
from app.blueprints.schedule.asked import own_therapist_id
from app.blueprints.schedule.calling import call_list
from app.blueprints.schedule.cards import back_to, mark_button
from app.blueprints.schedule.day_facts import Day
from app.domain.appointments import State
from app.domain.care import TaskKind
from app.domain.impact import Trouble
from app.domain.notifications import Kind
from app.domain.said import said
from app.domain.wallclock import zone_named
from app.domain.workday import possible_marks
from app.store.appointment_facts import AppointmentFacts
from app.store.care import OpenTask, list_open_tasks
from app.store.inbox import FailedMessage, Waiting, list_failed_messages, list_waiting
from app.store.reviews import open_deadlines
from app.web.access import DESK, OWNER, signed_in
from app.web.language import _, lazy
from app.web.local_words import in_words, short_when_words

_TROUBLED_AT_MOST = 6
_WAITING_AT_MOST = 6
Back = Mapping[str, str]
_SAYS = {
    TaskKind.CALL_BACK: lazy("would like to hear from you"),
    TaskKind.NEW_TIME: lazy("can't come and has no new time yet"),
    TaskKind.HEALTH_CHANGED: lazy("has told us of something to look at before the session"),
    TaskKind.REVIEW_LAPSED: lazy("asked for a session and nobody answered in time"),
    TaskKind.ERASURE_ASKED: lazy("asks to be forgotten: for the owner, on the client's page"),
    TaskKind.COPY_ASKED: lazy("asks for a copy of their record: on the client's page"),
}


def todos(day: Day) -> list[dict[str, Any]]:
    """The desk's inbox, the most urgent first: who wants to hear from us, messages that failed, whom to call instead, sessions
    to approve, those of the day that no longer fit the settings, and the newest of which nobody said how they went.
    """
    own, back, now = own_therapist_id(), back_to(day), day.now
    waiting = list_waiting(now, own, _WAITING_AT_MOST)
    return [
        *(_task(one, back) for one in list_open_tasks(own)),
        *_calls(now, own),
        *(_failed(one, back) for one in list_failed_messages(now, own)),
        *waiting_items((one for one in waiting if one.state is State.REQUESTED), now, back),
        *_troubled_today(day),
        *waiting_items((one for one in waiting if one.state is not State.REQUESTED), now, back),
    ]


def _task(one: OpenTask, back: Back) -> dict[str, Any]:
    wants_call = one.kind is TaskKind.CALL_BACK
    says = _SAYS[one.kind]
    call = _("Call %(phone)s.", phone=one.phone) if one.phone else _("No telephone number is known.")
    since = short_when_words(one.created_at, zone_named(one.zone))
    waiting = _("Since %(since)s, for %(therapist)s.", since=since, therapist=one.therapist)
    done = {
        "text": _("Done"),
        "url": url_for("schedule.settle_task", task_id=one.id),
        "fields": back,
    }
    return {
        "title": f"{one.client} {says}",
        "text": f"{call} {waiting}",
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "red" if wants_call else "amber",
        "buttons": [done],
    }


def _calls(now: datetime, therapist_id: int | None) -> list[dict[str, Any]]:
    """The list of calls as one item."""
    calls = call_list(now, therapist_id)
    if not calls:
        return []
    first, more = calls[0], len(calls) - 1
    what = {"what": first.what, "client": first.newest.client, "begins": first.begins}
    return [
        {
            "title": _("Call list: %(count)s", count=len(calls)),
            "text": (
                _("%(what)s for %(client)s, session %(begins)s, and %(count)s more.", **what, count=more)
                if more
                else _("%(what)s for %(client)s, session %(begins)s.", **what)
            ),
            "href": url_for("messages.calls"),
            "tint": "amber",
            "buttons": [],
        }
    ]


def _failed(one: FailedMessage, back: Back) -> dict[str, Any]:
    what = words.MESSAGES[Kind(one.kind)]
    whom = one.client if one.audience == "client" else _("the therapist of %(client)s", client=one.client)
    call = _("Call %(phone)s.", phone=one.phone) if one.audience == "client" and one.phone else ""
    return {
        "title": _("%(what)s did not reach %(whom)s", what=what, whom=whom),
        "text": _why(one, call),
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "red",
        "buttons": [again_button(one.reference, one.id, back)] if may_send_again() else [],
    }


def _why(one: FailedMessage, call: str) -> str:
    why = in_words(one.why or said("It could not be delivered")).rstrip(".")
    return f"{wording.capital(why)}. {call}".rstrip()


def _troubled_today(day: Day) -> list[dict[str, Any]]:
    seen = [one for one in day.kept if one.id in day.troubles and signed_in().may_see(one.therapist_id)]
    return [
        troubled_item(
            one.client,
            one.reference,
            short_when_words(one.starts_at, day.zone),
            day.troubles[one.id],
            one.therapist,
            one.chaperone,
        )
        for one in seen[:_TROUBLED_AT_MOST]
    ]


def troubled_item(
    client: str, reference: str, when: str, trouble: Trouble, therapist: str, second: str | None
) -> dict[str, Any]:
    """A session that no longer fits the settings."""
    return {
        "title": _("The session of %(client)s no longer fits the settings", client=client),
        "text": f"{when}: {words.trouble_words(trouble, therapist, second)}.",
        "href": url_for("schedule.appointment", reference=reference),
        "tint": "amber",
        "buttons": [],
    }


def waiting_items(waiting: Iterable[Waiting], now: datetime, back: Back) -> list[dict[str, Any]]:
    """Sessions to approve, and those of which nobody said how they went, each with the clicks that settle it."""
    those = list(waiting)
    deadlines = open_deadlines([one.id for one in those if one.state is State.REQUESTED])
    return [
        _unresolved(one, now, back)
        if one.state is not State.REQUESTED
        else _to_review(one, deadlines[one.id])
        if one.id in deadlines
        else _to_approve(one, back)
        for one in those
    ]


def _to_review(one: Waiting, deadline: datetime) -> dict[str, Any]:
    """Answered on its own page, once the answers have been looked at; the desk sees that it waits, and until when."""
    zone = zone_named(one.zone)
    when, until = short_when_words(one.starts_at, zone), short_when_words(deadline, zone)
    return {
        "title": _("%(client)s asks for a session: to review", client=one.client),
        "text": _(
            "%(when)s with %(therapist)s, who answers until %(until)s.",
            when=when,
            therapist=one.therapist,
            until=until,
        ),
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "amber",
        "buttons": [],
    }


def _to_approve(one: Waiting, back: Back) -> dict[str, Any]:
    call = _("Telephone %(phone)s.", phone=one.phone) if one.phone else ""
    when = _(
        "%(when)s with %(therapist)s.",
        when=short_when_words(one.starts_at, zone_named(one.zone)),
        therapist=one.therapist,
    )
    answers = ((_("Accept"), "schedule.accept"), (_("Decline"), "schedule.decline"))
    fields = {"row_version": str(one.row_version), **back}
    return {
        "title": _("%(client)s asks for a session", client=one.client),
        "text": f"{when} {call}".rstrip(),
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "amber",
        "buttons": [
            {"text": text, "url": url_for(endpoint, reference=one.reference), "fields": fields}
            for text, endpoint in answers
            if endpoint in current_app.view_functions and may_send_again()
        ],
    }


def _unresolved(one: Waiting, now: datetime, back: Back) -> dict[str, Any]:
    marks = possible_marks(one.state, one.starts_at, one.ends_at, now)
    when = short_when_words(one.starts_at, zone_named(one.zone))
    return {
        "title": _("How did it go with %(client)s?", client=one.client),
        "text": _(
            "%(when)s, %(therapist)s: still %(state)s.",
            when=when,
            therapist=one.therapist,
            state=words.STATES[one.state],
        ),
        "href": url_for("schedule.appointment", reference=one.reference),
        "tint": "amber",
        "buttons": [
            mark_button(one.reference, state, one.row_version, back, needs_tick=one.needs_tick)
            for state in marks[:2]
        ],
    }


def may_send_again() -> bool:
    """Whether the member may send a failed message again: the owner and the desk, who know whom to call instead."""
    return signed_in().has_any((OWNER, DESK))


def again_button(reference: str, message_id: int, back: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the post_button macro needs to send a message again."""
    return {
        "text": _("Send again"),
        "url": url_for("schedule.send_again", reference=reference, message_id=message_id),
        "fields": dict(back or {}),
    }


def marks_for(appointment: AppointmentFacts) -> list[dict[str, Any]]:
    """The clicks that the appointment's own page offers."""
    marks = possible_marks(appointment.state, appointment.starts_at, appointment.ends_at, clock.now())
    return [
        mark_button(appointment.reference, one, appointment.row_version, needs_tick=appointment.needs_tick)
        for one in marks
    ]
