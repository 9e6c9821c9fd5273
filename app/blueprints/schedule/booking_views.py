"""Booking for a caller, on one page: what, with whom, when, who."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.booking import Order, book
from app.actions.holding import Wish
from app.actions.outcomes import Booked, Refused
from app.blueprints.schedule import words
from app.blueprints.schedule.forms import CallerForm
from app.domain.choices import Choice, choose
from app.domain.practice import Practice
from app.domain.slots import Refusal, Slot
from app.domain.wallclock import instant_near, local_date
from app.store.openings import look
from app.store.practice import load_practice
from app.web import times
from app.web.access import actor, signed_in
from app.web.sentences import refusal_sentence
from app.web.typed import date_typed, instant_typed
from app.wording import short_day_words, short_when_words

_DAYS_AHEAD, _DAYS_SHOWN = 21, 6
_ALREADY = (
    "This form has booked something else already. What you typed is kept below; check it and book again."
)
Answer = str | Response | tuple[str, int]


def book_for_caller() -> Answer:
    """The empty form, or one that a free stretch of the schedule has begun."""
    practice = load_practice()
    form = CallerForm(formdata=None, data=_begun(practice))
    form.offer(practice)
    form.begin()
    return _page(practice, form)


def save_booking() -> Answer:
    """Show the times of a day, or book one of them. What was typed stays, whatever the answer."""
    practice, form = load_practice(), CallerForm()
    form.offer(practice)
    _take_day(form)
    if "book" not in request.form:
        return _page(practice, form)
    reachable = form.has_way_to_reach() if form.validate() else False
    starts_at = form.starts_at
    if starts_at is None:
        form.start.errors = ["Choose a time."]
    if not reachable or starts_at is None:
        form.has_way_to_reach()
        return _page(practice, form), 422
    return _booked(practice, form, starts_at)


def _booked(practice: Practice, form: CallerForm, starts_at: datetime) -> Answer:
    answer = book(_order(form, starts_at), clock.now())
    if isinstance(answer, Booked):
        flash(_success(form, starts_at, practice), "success")
        return redirect(url_for("schedule.appointment", reference=answer.reference))
    if isinstance(answer, Refused):
        return _page(
            practice, form, problem=refusal_sentence(answer.refusal), nearest=answer.alternatives
        ), 409
    form.key.data = secrets.token_urlsafe(16)
    return _page(practice, form, problem=_ALREADY), 409


def _order(form: CallerForm, starts_at: datetime) -> Order:
    wish = Wish(
        service_slug=form.service_slug,
        minutes=form.minutes,
        visit=form.visit.data,
        starts_at=starts_at,
        location_slug=form.location.data,
        therapist_slug=form.therapist.data or None,
        source="desk",
    )
    return Order(
        wish=wish,
        name=form.name.data,
        email=form.email.data or None,
        phone=form.phone.data or None,
        actor=actor(),
        principal=f"staff:{signed_in().id}",
        key=form.own_key or secrets.token_urlsafe(16),
        language=form.language.data,
        detail=form.detail.data,
        by_staff=True,
    )


def _success(form: CallerForm, starts_at: datetime, practice: Practice) -> str:
    zone = next((one.zone for one in practice.locations if one.slug == form.location.data), None)
    said = f"Booked for {form.name.data}{f': {short_when_words(starts_at, zone)}' if zone else ''}."
    told = (
        f"The confirmation goes to {form.email.data}."
        if form.email.data
        else "No e-mail address, so no confirmation is sent."
    )
    return f"{said} {told}"


def _begun(practice: Practice) -> dict[str, Any]:
    """What the address says already; names that do not exist fall back to the first."""
    asked = request.args
    zone = next((one.zone for one in practice.locations if one.zone), None)
    today = local_date(clock.now(), zone) if zone else clock.now().date()
    return {
        "treatment": asked.get("treatment"),
        "visit": asked.get("visit"),
        "therapist": asked.get("therapist", ""),
        "location": asked.get("location"),
        "day": date_typed(asked.get("day")) or today,
        "start": None,
        "key": secrets.token_urlsafe(16),
    }


def _take_day(form: CallerForm) -> None:
    """A day that was picked from the days with space takes the place of the one in the field."""
    picked = date_typed(request.form.get("pick"))
    typed = date_typed(request.form.get("day"))
    form.day.data = picked or typed
    form.day.process_errors = [] if form.day.data else ["Choose a day, such as 2026-11-24."]
    if picked:
        form.day.raw_data = [picked.isoformat()]
        form.start.data = None


def _page(
    practice: Practice, form: CallerForm, problem: str | None = None, nearest: tuple[Slot, ...] = ()
) -> str:
    choice, now = _choice(practice, form), clock.now()
    shown: dict[str, Any] = {"groups": [], "days": [], "nearest": [], "day_title": None}
    if isinstance(choice, Choice):
        shown |= _times(choice, form, now, nearest)
    if not form.key.data:
        form.key.data = secrets.token_urlsafe(16)
    return render_template(
        "pages/schedule/book.html",
        section="schedule",
        form=form,
        problem=problem or (refusal_sentence(choice) if isinstance(choice, Refusal) else None),
        several_places=len(practice.locations) > 1,
        solo=practice.is_solo,
        **shown,
    )


def _choice(practice: Practice, form: CallerForm) -> Choice | Refusal:
    return choose(
        practice,
        service_slug=form.service_slug,
        minutes=form.minutes,
        visit=form.visit.data or "",
        location_slug=form.location.data,
        therapist_slug=form.therapist.data or None,
    )


def _times(choice: Choice, form: CallerForm, now: datetime, nearest: tuple[Slot, ...]) -> dict[str, Any]:
    zone = times.zone_of(choice)
    today = local_date(now, zone)
    day = form.day.data if isinstance(form.day.data, date) else today
    free = look(choice, day, day, now, by_staff=True).slots()
    groups = times.groups_of_day(free, choice, by_staff=True)
    _choose_near(form, free, choice, day)
    form.offer_times(groups)
    return {
        "groups": groups,
        "days": _days(choice, max(day, today), now) if not free else [],
        "nearest": [_near(slot, choice) for slot in nearest],
        "day_title": words.day_title(day, today),
    }


def _choose_near(form: CallerForm, free: list[Slot], choice: Choice, day: date) -> None:
    """The free time next to the one that the schedule's free stretch began with stands chosen."""
    wanted = request.args.get("near", "")
    if form.start.data or not free or len(wanted) != 5 or not wanted.replace(":", "").isdigit():
        return
    at = instant_typed(f"{day.isoformat()}T{wanted}:00+00:00")
    if at is not None:
        zone = times.zone_of(choice)
        wished = instant_near(day, at.time(), zone)
        closest = min(free, key=lambda slot: abs(slot.starts_at - wished))
        form.start.data = times.stated(closest.starts_at, zone)


def _days(choice: Choice, first: date, now: datetime) -> list[dict[str, str]]:
    """The next days with space, for when the chosen one has none."""
    last = first + timedelta(days=_DAYS_AHEAD)
    found = [one for one in look(choice, first, last, now, by_staff=True).days() if one.free]
    return [
        {
            "value": one.day.isoformat(),
            "label": short_day_words(one.day),
            "free": str(one.free),
        }
        for one in found[:_DAYS_SHOWN]
    ]


def _near(slot: Slot, choice: Choice) -> dict[str, str]:
    zone = times.zone_of(choice)
    return {
        "pick": local_date(slot.starts_at, zone).isoformat(),
        "label": short_when_words(slot.starts_at, zone),
    }
