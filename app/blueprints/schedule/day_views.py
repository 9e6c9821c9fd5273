"""The day: today's schedule and any other's, the sheet to print, one click on a card and its undo."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from app import clock
from app.actions.day import Click, Marked, NotPossible, mark_arrived, mark_completed, mark_no_show, undo_mark
from app.blueprints.schedule import inbox, layout, words
from app.blueprints.schedule.asked import asked_location, offered_places, own_therapist_id, seen_appointment
from app.blueprints.schedule.layout import Day
from app.domain.appointments import State
from app.domain.impact import Trouble
from app.domain.practice import Location, Practice, Therapist
from app.domain.wallclock import day_span, local_date
from app.store.diaries import load_diaries
from app.store.planned import Planned, list_troubled
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
    practice, now = load_practice(), clock.now()
    places = offered_places(practice, now)
    location = asked_location(places)
    if location is None or location.zone is None:
        return render_template("pages/schedule/not_ready.html", section="schedule")
    return _show(_facts(practice, places, location, local_date(now, location.zone)))


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
    if chosen is None:
        return _missing("There is no such day", "A day is written like 2026-11-24.")
    places = offered_places(practice, clock.now())
    location = asked_location(places)
    if location is None or location.zone is None:
        return render_template("pages/schedule/not_ready.html", section="schedule")
    return _show(_facts(practice, places, location, chosen))


def day_sheet(day: str) -> str | tuple[str, int]:
    """The day on paper: a page per therapist, nothing about health."""
    practice, chosen = load_practice(), date_typed(day)
    places = offered_places(practice, clock.now())
    location = asked_location(places)
    if chosen is None or location is None or location.zone is None:
        return _missing("There is no such day", "A day is written like 2026-11-24.")
    shown = _facts(practice, places, location, chosen)
    return render_template(
        "pages/schedule/day_sheet.html", day=shown, sheets=layout.sheets_of(shown), now=shown.now
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
    return back_to_where_it_was(reference)


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
    return back_to_where_it_was(reference)


def offered_undo() -> dict[str, Any] | None:
    """What the last click did and how to take it back; offered once."""
    offer: dict[str, Any] | None = cookie.pop(_UNDO, None)
    return offer


def _offer_undo(reference: str, name: str, answer: Marked) -> None:
    cookie[_UNDO] = {
        "text": f"{name} {words.DONE[answer.state]}.",
        "reference": reference,
        "row_version": answer.row_version,
        "back": {name: request.form[name] for name in ("day", "location") if request.form.get(name)},
    }


def _somebody_was_faster(reference: str, name: str) -> Response:
    flash(f"Somebody else has just changed the appointment of {name}. Here is how it stands now.", "error")
    return back_to_where_it_was(reference)


def back_to_where_it_was(reference: str) -> Response:
    """To where the click was: a day, or the appointment's own page."""
    chosen = date_typed(request.form.get("day"))
    if chosen is None:
        return redirect(url_for("schedule.appointment", reference=reference))
    return redirect(url_for("schedule.day", day=chosen.isoformat(), location=request.form.get("location")))


def _missing(title: str, text: str) -> tuple[str, int]:
    return render_template("pages/schedule/missing.html", section="schedule", title=title, text=text), 404


def _therapists(practice: Practice, sessions: Sequence[DayAppointment]) -> Sequence[Therapist]:
    """Those whose columns the member may see: who takes bookings, and who was retired and has sessions on that day."""
    at_work = {one.id for one in practice.therapists}
    retired = {
        one.therapist_id: Therapist(one.therapist_id, one.resource_id, one.therapist_slug, one.therapist)
        for one in sessions
        if one.therapist_id not in at_work and not is_gone(one)
    }
    return [one for one in (*practice.therapists, *retired.values()) if signed_in().may_see(one.id)]


def _facts(practice: Practice, places: Sequence[Location], location: Location, day: date) -> Day:
    assert location.zone is not None  # noqa: S101 - the views have seen to it
    span, now = day_span(day, location.zone), clock.now()
    sessions = list_appointments(span, location.id, own_therapist_id())
    therapists = _therapists(practice, sessions)
    in_use = practice.location_with_id(location.id) is not None
    return Day(
        practice=practice,
        location=location,
        zone=location.zone,
        day=day,
        now=now,
        therapists=therapists,
        sessions=sessions,
        absences=list_absences(span),
        diaries=load_diaries(span, now, [one.resource_id for one in therapists]),
        books=signed_in().sees_everyone and in_use,
        places=places,
        troubled=_troubled(now),
    )


def _troubled(now: datetime) -> Sequence[tuple[Planned, Trouble]]:
    """What no longer fits the settings, of whom the member may see."""
    return [one for one in list_troubled(now) if signed_in().may_see(one[0].booked.therapist_id)]


def _show(facts: Day) -> str:
    return render_template(
        "pages/schedule/day.html",
        section="schedule",
        bar=_bar(facts),
        day=layout.grid_of(facts, local_date(facts.now, facts.zone)),
        places=_places(facts),
        todos=inbox.todos(facts),
        gone=_gone(facts),
        undo=offered_undo(),
        iso=facts.day.isoformat(),
        location=facts.location.slug,
        may_book=facts.books,
    )


def _bar(facts: Day) -> dict[str, Any]:
    place, now_day = facts.place, local_date(facts.now, facts.zone)

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
        "location": place,
        "date": facts.day.isoformat(),
    }


def _places(facts: Day) -> list[dict[str, Any]]:
    """The locations to choose from, where there is a choice."""
    in_use = {one.id for one in facts.practice.locations}
    return [
        {
            "name": one.name if one.id in in_use else f"{one.name} (out of use)",
            "href": url_for("schedule.day", day=facts.day.isoformat(), location=one.slug),
            "here": one.id == facts.location.id,
        }
        for one in facts.places
        if len(facts.places) > 1
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
