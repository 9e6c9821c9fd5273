"""The day: today's schedule and any other's, one click on a card and its undo."""

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.consenting import tick_verbal
from app.actions.day import (
    Click,
    Marked,
    NotPossible,
    NotTicked,
    mark_arrived,
    mark_completed,
    mark_no_show,
    undo_mark,
)
from app.blueprints.schedule import inbox, layout, words
from app.blueprints.schedule.asked import asked_location, offered_places, seen_appointment
from app.blueprints.schedule.cards import TICK, back_to, state_of
from app.blueprints.schedule.day_asked import SHOWN, endpoint_of, read_asked
from app.blueprints.schedule.day_facts import Day, load_days
from app.blueprints.schedule.drawn_columns import column_drawer
from app.blueprints.schedule.undoing import kept_way_back, offer_undo, offered_undo, way_back
from app.domain.appointments import State
from app.domain.wallclock import local_date
from app.store.appointment_facts import AppointmentFacts
from app.store.practice import load_practice
from app.store.schedule import DayAppointment, is_gone
from app.store.transactions import Stale
from app.web.access import actor, signed_in
from app.web.language import _
from app.web.typed import date_typed, number_typed

_ACTS = {State.ARRIVED: mark_arrived, State.COMPLETED: mark_completed, State.NO_SHOW: mark_no_show}
Answer = str | Response | tuple[str, int]


def today() -> Answer:
    """The schedule of the location's today."""
    return _show(None)


def jump() -> Response:
    """To the day that was picked in the bar, looked at in the same way."""
    day, asked = date_typed(request.args.get("date")), read_asked(request.args)
    if day is None:
        return redirect(url_for("schedule.today", **asked.query()))
    return redirect(url_for(endpoint_of(request.args), day=day.isoformat(), **asked.query()))


def day(day: str) -> Answer:
    """The schedule of a day."""
    chosen = date_typed(day)
    return _show(chosen) if chosen else no_such_day()


def mark(reference: str) -> Response:
    """One click: arrived, done, no-show."""
    return _mark(reference, request.form.get("state"), request.form.get("row_version"))


def mark_on_day() -> Response:
    """The same from a card of the day, whose button says all of it in one value."""
    said = (request.form.get("mark") or "").split(" ")
    if len(said) != 3:
        abort(400)
    return _mark(said[0], said[2], said[1])


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
        flash(
            _(
                "There is nothing to take back: %(name)s is %(state)s.",
                name=name,
                state=words.STATES[answer.state],
            ),
            "error",
        )
    else:
        flash(
            _(
                "Taken back: %(name)s %(words)s.",
                name=name,
                words=words.DONE.get(answer.state) or _("is as before"),
            ),
            "success",
        )
    return back_to_where_it_was(reference)


def back_to_where_it_was(reference: str) -> Response:
    """To where the click was, as the form says it."""
    return way_back(reference, request.form)


def no_such_day() -> tuple[str, int]:
    """A friendly 404 for what is no date."""
    return missing(_("There is no such day"), _("A day is written like 2026-11-24."))


def missing(title: str, text: str) -> tuple[str, int]:
    """A friendly 404."""
    return render_template("pages/schedule/missing.html", section="schedule", title=title, text=text), 404


def facts_of(chosen: date | None) -> Day | None:
    """A day (none: today) at the place that the address asks for; none where no place has a clock yet."""
    practice = load_practice()
    places = offered_places(practice, clock.now())
    location = asked_location(places)
    if location is None or location.zone is None:
        return None
    day = chosen or local_date(clock.now(), location.zone)
    asked = read_asked(request.args)
    if not signed_in().sees_everyone:
        asked = asked.own()
    return load_days(practice, places, location, [day], asked)[0]


def _mark(reference: str, state: str | None, row_version: str | None) -> Response:
    appointment = seen_appointment(reference)
    version = number_typed(row_version)
    if state == TICK and version is not None:
        return ticked(appointment, version)
    following = next((one for one in _ACTS if one.value == state), None)
    if following is None or version is None:
        abort(400)
    name, click = appointment.client, Click(appointment.id, version, actor())
    try:
        answer = _ACTS[following](click, clock.now())
    except Stale:
        return _somebody_was_faster(reference, name)
    if isinstance(answer, NotTicked):
        flash(
            _(
                "Not done yet: ask %(name)s in the room, and note that they agreed (%(asked)s) first.",
                name=name,
                asked=words.ASKED,
            ),
            "error",
        )
    elif isinstance(answer, NotPossible):
        flash(
            _(
                "%(name)s is %(state)s; that can't become %(wanted)s now.",
                name=name,
                state=words.STATES[answer.state],
                wanted=words.STATES[following],
            ),
            "error",
        )
    else:
        _offer_undo(reference, name, answer)
    return back_to_where_it_was(reference)


def ticked(seen: AppointmentFacts, version: int) -> Response:
    """The client was asked in the room, and agreed."""
    try:
        answer = tick_verbal(Click(seen.id, version, actor()), clock.now())
    except Stale:
        return _somebody_was_faster(seen.reference, seen.client)
    if isinstance(answer, NotPossible):
        flash(
            _(
                "%(client)s is %(state)s: that can't be noted now.",
                client=seen.client,
                state=words.STATES[answer.state],
            ),
            "error",
        )
    else:
        flash(_("Noted: %(client)s was asked, and agreed.", client=seen.client), "success")
    return back_to_where_it_was(seen.reference)


def _offer_undo(reference: str, name: str, answer: Marked) -> None:
    text = f"{name} {words.DONE[answer.state]}."
    fields = {"row_version": answer.row_version, **kept_way_back(request.form)}
    offer_undo(text, url_for("schedule.undo", reference=reference), fields)


def _somebody_was_faster(reference: str, name: str) -> Response:
    flash(
        _(
            "Somebody else has just changed the appointment of %(name)s. Here is how it stands now.",
            name=name,
        ),
        "error",
    )
    return back_to_where_it_was(reference)


def _show(chosen: date | None) -> Answer:
    day = facts_of(chosen)
    if day is None:
        return render_template("pages/schedule/not_ready.html", section="schedule")
    grid = layout.grid_of(day, local_date(day.now, day.zone))
    page = url_for("schedule.appointment", reference=REFERENCE)
    return render_template(
        "pages/schedule/day.html",
        section="schedule",
        bar=_bar(day) | {"has_now": grid["now"] is not None},
        filters=filters_of(day),
        day=grid,
        todos=inbox.todos(day),
        gone=[_gone_line(day, one, page) for one in day.sessions if is_gone(one)],
        undo=offered_undo(),
        iso=day.day.isoformat(),
        location=day.location.slug,
        may_book=day.books,
        back=back_to(day),
        draw_column=column_drawer(page, REFERENCE, day.language),
        preview_url=url_for("schedule.move_preview", reference=REFERENCE),
    )


#: Stands for an appointment's reference in an address that is made once for all cards.
REFERENCE = "REFERENCE"


def _bar(day: Day) -> dict[str, Any]:
    said, now_day = day.asked.query(location=day.place), local_date(day.now, day.zone)

    def to(other: date) -> str:
        return url_for("schedule.day", day=other.isoformat(), **said)

    return {
        "title": words.day_title(day.day, now_day),
        "previous": to(day.day - timedelta(days=1)),
        "today": url_for("schedule.today", **said),
        "next": to(day.day + timedelta(days=1)),
        "is_today": day.day == now_day,
        "counts": layout.counts(day.sessions),
        "jump": url_for("schedule.jump"),
        "keeps": said,
        "date": day.day.isoformat(),
        "other": url_for("schedule.week", day=day.day.isoformat(), **said),
        "other_text": _("Week"),
    }


def filters_of(day: Day) -> dict[str, Any]:
    """What can be chosen to look at, where there is a choice."""
    in_use = {one.id for one in day.practice.locations}
    places = [
        (
            one.slug,
            one.name if one.id in in_use else _("%(name)s (out of use)", name=one.name),
            one.id == day.location.id,
        )
        for one in day.places
    ]
    everyone = [one for one in day.practice.therapists if signed_in().may_see(one.id)]
    therapists = [(one.slug, one.name, one.slug == day.asked.therapist) for one in everyone]
    return {
        "places": places if len(places) > 1 else [],
        "therapists": therapists if len(therapists) > 1 else [],
        "rooms": bool(day.location.rooms) and signed_in().sees_everyone,
        "by_room": day.is_by_room,
        "shown": [(key, words_, key == day.asked.show) for key, (words_, _) in SHOWN.items()],
        "any": bool(day.asked.therapist or day.asked.show or day.is_by_room),
    }


def _gone_line(day: Day, one: DayAppointment, page: str) -> dict[str, Any]:
    """What does not take place: no longer in anybody's column, and still worth a look."""
    return {
        "time": words.clock(one.starts_at, day.zone),
        "name": one.client,
        "therapist": one.therapist,
        "state": state_of(one, day.now),
        "href": page.replace(REFERENCE, one.reference),
    }
