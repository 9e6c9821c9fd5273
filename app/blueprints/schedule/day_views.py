"""The day: today's schedule and any other's, the sheet to print, one click on a card and its undo."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from app import clock
from app.actions.day import Click, Marked, NotPossible, mark_arrived, mark_completed, mark_no_show, undo_mark
from app.blueprints.schedule import inbox, layout, words
from app.blueprints.schedule.asked import asked_location, own_therapist_id, seen_appointment
from app.blueprints.schedule.layout import Day
from app.domain.appointments import State
from app.domain.practice import Location, Practice, Therapist
from app.domain.wallclock import day_span, local_date
from app.store.diaries import load_diaries
from app.store.practice import load_practice
from app.store.schedule import (
    DayAppointment,
    is_gone,
    list_absences,
    list_appointments,
)
from app.store.transactions import Stale
from app.web.access import actor, signed_in
from app.web.typed import date_typed, number_typed

_ACTS = {State.ARRIVED: mark_arrived, State.COMPLETED: mark_completed, State.NO_SHOW: mark_no_show}
_UNDO = "undo_mark"


def today() -> str | Response:
    """The schedule of the location's today."""
    practice = load_practice()
    location = asked_location(practice)
    if location is None or location.zone is None:
        return render_template("pages/schedule/not_ready.html", section="schedule")
    return _show(practice, location, local_date(clock.now(), location.zone))


def jump() -> Response:
    """To the day that was picked in the bar."""
    day = date_typed(request.args.get("date"))
    place = request.args.get("location")
    return redirect(
        url_for("schedule.day", day=day.isoformat(), location=place) if day else url_for("schedule.today")
    )


def day(day: str) -> str | Response | tuple[str, int]:
    """The schedule of a day."""
    practice, chosen = load_practice(), date_typed(day)
    location = asked_location(practice)
    if chosen is None:
        return _missing("There is no such day", "A day is written like 2026-11-24.")
    if location is None or location.zone is None:
        return render_template("pages/schedule/not_ready.html", section="schedule")
    return _show(practice, location, chosen)


def day_sheet(day: str) -> str | tuple[str, int]:
    """The day on paper: a page per therapist, nothing about health."""
    practice, chosen = load_practice(), date_typed(day)
    location = asked_location(practice)
    if chosen is None or location is None or location.zone is None:
        return _missing("There is no such day", "A day is written like 2026-11-24.")
    shown = _facts(practice, location, chosen)
    return render_template(
        "pages/schedule/day_sheet.html", day=shown, sheets=layout.sheets_of(shown), now=clock.now()
    )


def mark(reference: str) -> Response | tuple[str, int]:
    """One click on a card: arrived, done, no-show."""
    appointment = seen_appointment(reference)
    following = next((state for state in _ACTS if state.value == request.form.get("state")), None)
    version = number_typed(request.form.get("row_version"))
    if following is None or version is None:
        abort(400)
    name, click = appointment.client, Click(appointment.id, version, actor())
    try:
        answer = _ACTS[following](click, clock.now())
    except Stale:
        return _somebody_was_faster(reference, name)
    if isinstance(answer, NotPossible):
        flash(
            f"{name} is {words.STATES[answer.state]}; that can't become {words.STATES[following]} now.",
            "error",
        )
    else:
        _offer_undo(reference, name, answer)
    return _back(reference)


def undo(reference: str) -> Response:
    """Take the last click back."""
    appointment = seen_appointment(reference)
    version = number_typed(request.form.get("row_version"))
    if version is None:
        abort(400)
    name = appointment.client
    try:
        answer = undo_mark(Click(appointment.id, version, actor()), clock.now())
    except Stale:
        return _somebody_was_faster(reference, name)
    if isinstance(answer, NotPossible):
        flash(f"There is nothing to take back: {name} is {words.STATES[answer.state]}.", "error")
    else:
        flash(f"Taken back: {name} {words.DONE.get(answer.state, 'is as before')}.", "success")
    return _back(reference)


def offered_undo() -> dict[str, Any] | None:
    """What the last click did and how to take it back; offered once."""
    offer: dict[str, Any] | None = cookie.pop(_UNDO, None)
    return offer


def _offer_undo(reference: str, name: str, answer: Marked) -> None:
    cookie[_UNDO] = {
        "text": f"{name} {words.DONE[answer.state]}.",
        "reference": reference,
        "row_version": answer.row_version,
        "day": request.form.get("day", ""),
    }


def _somebody_was_faster(reference: str, name: str) -> Response:
    flash(f"Somebody else has just changed the appointment of {name}. Here is how it stands now.", "error")
    return _back(reference)


def _back(reference: str) -> Response:
    """To where the click was: a day, or the appointment's own page."""
    chosen = date_typed(request.form.get("day"))
    if chosen is None:
        return redirect(url_for("schedule.appointment", reference=reference))
    return redirect(url_for("schedule.day", day=chosen.isoformat(), location=request.form.get("location")))


def _missing(title: str, text: str) -> tuple[str, int]:
    return render_template("pages/schedule/missing.html", section="schedule", title=title, text=text), 404


def _therapists(practice: Practice) -> Sequence[Therapist]:
    """Those whose columns the member may see."""
    return [one for one in practice.therapists if signed_in().may_see(one.id)]


def _facts(practice: Practice, location: Location, day: date) -> Day:
    assert location.zone is not None  # noqa: S101 - the views have seen to it
    span, now = day_span(day, location.zone), clock.now()
    return Day(
        practice=practice,
        location=location,
        zone=location.zone,
        day=day,
        now=now,
        therapists=_therapists(practice),
        sessions=list_appointments(span, location.id, own_therapist_id()),
        absences=list_absences(span),
        diaries=load_diaries(span, now),
        books=signed_in().sees_everyone,
    )


def _show(practice: Practice, location: Location, chosen: date) -> str:
    facts = _facts(practice, location, chosen)
    return render_template(
        "pages/schedule/day.html",
        section="schedule",
        bar=_bar(facts, practice),
        day=layout.grid_of(facts, local_date(facts.now, facts.zone)),
        places=_places(practice, location, chosen),
        todos=inbox.todos(facts),
        gone=_gone(facts),
        undo=offered_undo(),
        iso=chosen.isoformat(),
        location=location.slug,
        may_book=facts.books,
    )


def _bar(facts: Day, practice: Practice) -> dict[str, Any]:
    place = facts.location.slug if len(practice.locations) > 1 else None
    now_day = local_date(facts.now, facts.zone)

    def to(other: date) -> str:
        return url_for("schedule.day", day=other.isoformat(), location=place)

    return {
        "title": words.day_title(facts.day, now_day),
        "previous": to(facts.day - timedelta(days=1)),
        "today": url_for("schedule.today", location=place),
        "next": to(facts.day + timedelta(days=1)),
        "is_today": facts.day == now_day,
        "counts": layout.counts(facts.sessions),
        "jump": url_for("schedule.jump"),
        "date": facts.day.isoformat(),
    }


def _places(practice: Practice, shown: Location, chosen: date) -> list[dict[str, Any]]:
    """The other locations, where there are any."""
    if len(practice.locations) < 2:
        return []
    return [
        {
            "name": one.name,
            "href": url_for("schedule.day", day=chosen.isoformat(), location=one.slug),
            "here": one.id == shown.id,
        }
        for one in practice.locations
    ]


def _gone(facts: Day) -> list[dict[str, Any]]:
    """What was cancelled: no longer in anybody's column, and still worth a look."""
    return [_gone_line(facts, one) for one in facts.sessions if is_gone(one)]


def _gone_line(facts: Day, one: DayAppointment) -> dict[str, Any]:
    return {
        "time": words.clock(one.starts_at, facts.zone),
        "name": one.client,
        "therapist": one.therapist,
        "state": f"{one.state.value}_by_{one.cancelled_by}"
        if one.cancelled_by in ("client", "clinic")
        else one.state.value,
        "href": url_for("schedule.appointment", reference=one.reference),
    }
