"""Changing therapists: who they are, what they are qualified for, when they work and when they don't."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.actions.contention import retrying
from app.actions.notifications import announce
from app.actions.settings import Edit, NotThere, Outcome, Saved, Stop, add, change, record, refuse_unconfirmed
from app.actions.settling import Way, settle
from app.domain.spans import Span
from app.store import settings
from app.store import time_off as time_off_store
from app.store.planned import read_configured
from app.store.transactions import Busy, Overlap, Stale, take_booking_lock, transaction

_CHANGED = "settings changed"
Values = Mapping[str, Any]


def save_therapist(
    slug: str, values: Values, qualifications: Mapping[int, date | None] | None, edit: Edit
) -> Outcome:
    """A therapist's name and texts, and what they are qualified for until when; None leaves that as it is."""

    def write(row: Any, language: str) -> None:
        settings.write_columns(row, values, language)
        if qualifications is not None:
            settings.write_qualifications(row, qualifications)

    return change("therapist", slug, _CHANGED, edit, write)


def add_therapist(values: Values, edit: Edit) -> Outcome:
    """A new therapist; out of use until there are working hours."""
    return add("therapist", values["name"], values, edit)


def save_availability(slug: str, rules: Sequence[Values], edit: Edit) -> Outcome:
    """The weekly windows in which a therapist works, each at a location and between dates."""
    return change(
        "therapist",
        slug,
        _CHANGED,
        edit,
        lambda row, language: settings.replace_list(row, "availability_rules", rules, language),
    )


@retrying
def take_time_off(slug: str, span: Span, label: str | None, edit: Edit, ways: Sequence[Way] = ()) -> Outcome:
    """A span without work. It may overlap what is booked, once that has been told. The same span twice is once.

    ``ways`` is what was chosen for sessions in it: all of it is done with the time off, or nothing at all (CannotSettle).
    """
    try:
        with transaction():
            take_booking_lock()
            therapist = settings.find_thing("therapist", slug)
            if therapist is None:
                return NotThere()
            if time_off_store.find_time_off(therapist.id, span) is not None:
                return Saved("time_off", slug, changed=False)
            before, therapist_id = read_configured(edit.now), therapist.id
            time_off_store.add_time_off(therapist_id, span, label)
            due = settle(ways, refuse_unconfirmed(before, edit), edit.now)
            record(edit, "time off taken", "therapist", therapist_id, _span_words(span))
    except Stop as stop:
        return stop.outcome
    except (Overlap, Stale) as error:  # the rule would have said so: looked at once more, it does
        raise Busy from error
    announce(due)
    return Saved("time_off", slug)


@retrying
def give_back_time_off(slug: str, time_off_id: int, edit: Edit) -> Outcome:
    """Work after all. NotThere where it has been given back already."""
    with transaction():
        take_booking_lock()
        therapist = settings.find_thing("therapist", slug)
        span = time_off_store.remove_time_off(therapist.id, time_off_id) if therapist else None
        if therapist is None or span is None:
            return NotThere()
        record(edit, "time off given back", "therapist", therapist.id, _span_words(span))
        return Saved("time_off", slug)


def _span_words(span: Span) -> dict[str, str]:
    return {"from": _instant(span.starts_at), "to": _instant(span.ends_at)}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
