"""The messages of an appointment as a line through time: what went out, what will, what was left out and why, and the session itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.blueprints.schedule import words
from app.domain.notifications import CHANGED_AGAIN, WAS_MOVED, Audience, Fate
from app.store.appointment_facts import AppointmentFacts
from app.store.ledger import MessageLine, list_of_appointment
from app.store.told import expected_aftercare
from app.web.language import _, lazy
from app.web.local_words import in_words, short_when_words

#: What a move has made pointless is told apart: it says nothing about what comes.
_OUTDATED = (WAS_MOVED, CHANGED_AGAIN)
_EXPECTED = lazy("Once the session is marked as done")
_NOW, _BEFORE, _AFTER = 1, 0, 2  # at the same moment: what is done, the present, what comes


def ledger_of(seen: AppointmentFacts, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """The client's messages as stations of a line, and beside it those that a move dropped and those to the staff."""
    lines = list_of_appointment(seen.id)
    to_client = [one for one in lines if one.audience == Audience.CLIENT]
    dropped = [one for one in to_client if one.state == Fate.SKIPPED and one.why in _OUTDATED]
    return {
        "stations": _stations([one for one in to_client if one not in dropped], seen, zone, now),
        "dropped": [_message(one, zone) for one in dropped],
        "to_staff": [_message(one, zone) for one in lines if one.audience != Audience.CLIENT],
    }


def _stations(
    lines: Sequence[MessageLine], seen: AppointmentFacts, zone: ZoneInfo, now: datetime
) -> list[dict[str, Any]]:
    found = [(_moment(one), _AFTER if _moment(one) > now else _BEFORE, _message(one, zone)) for one in lines]
    known = {one.step for one in lines}
    found += [
        (due_at, _AFTER, _expected(step, due_at, zone))
        for step, due_at in expected_aftercare(seen.id)
        if step not in known
    ]
    found.append((now, _NOW, {"sign": "now", "what": _("Now"), "when": short_when_words(now, zone)}))
    found.append((seen.starts_at, _AFTER, _session(seen, zone)))
    found.sort(key=lambda station: station[:2])
    return [station | {"past": moment <= now} for moment, _, station in found]


def _moment(one: MessageLine) -> datetime:
    return one.sent_at or one.due_at


def _message(one: MessageLine, zone: ZoneInfo) -> dict[str, Any]:
    state = words.message_state(one.state, one.attempts, one.why, settled=one.settled_at is not None)
    return {
        "sign": "message",
        "id": one.id,
        "what": words.message_words(one.kind, one.step),
        "to": one.whom or one.address,
        "state": state,
        "when": short_when_words(_moment(one), zone),
        "why": in_words(one.why) if one.why else None,
        "href": url_for("messages.show", message_id=one.id),
        "failed": one.state == Fate.FAILED and state == "failed",
    }


def _expected(step: str, due_at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "sign": "expected",
        "what": _("After-care, %(moment)s", moment=words.moment_words(step)),
        "when": _("not before %(when)s", when=short_when_words(due_at, zone)),
        "why": _EXPECTED,
    }


def _session(seen: AppointmentFacts, zone: ZoneInfo) -> dict[str, Any]:
    when = short_when_words(seen.starts_at, zone)
    return {
        "sign": "session",
        "what": _("The session"),
        "when": when,
        "why": None,
        "stands": words.STATES[seen.state],
    }
