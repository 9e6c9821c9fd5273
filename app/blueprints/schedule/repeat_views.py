"""Repeating a booking: how often, then each date with what the rule says, then all chosen ones in one go."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.repeating import Date, Repeat, Repeated, length_of_visits, list_dates, repeat
from app.blueprints.schedule.act_forms import TellForm
from app.blueprints.schedule.asked import seen_appointment
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.telling import told_words
from app.domain.repeating import EVERY, MOST_TIMES, Rhythm
from app.domain.slots import Refusal
from app.domain.wallclock import local_time, zone_named
from app.store.appointment_facts import AppointmentFacts
from app.web.access import actor, signed_in
from app.web.language import _, ngettext
from app.web.local_words import clock_words, full_day_words, list_words, short_day_words, short_when_words
from app.web.typed import instant_typed, number_typed

_USUAL = Rhythm(1, 4)
_LONGEST_KEY = 40
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A date of the list: what it is called, what stands against it, and the times that can be chosen: value, label."""

    number: int
    title: str
    against: str | None
    times: Sequence[tuple[str, str]]
    chosen: str
    booked: str | None = None


def ask_repeat(reference: str) -> Answer:
    """How often, and what the rule says of each date."""
    seen = seen_appointment(reference)
    asked = _rhythm(request.args) if "weeks" in request.args else _USUAL
    if asked is None:
        return _page(
            seen,
            _USUAL,
            problem=_("Choose how many weeks, and 1 to %(most_times)s times.", most_times=MOST_TIMES),
        ), 422
    return _page(seen, asked)


def save_repeat(reference: str) -> Answer:
    """Book what was chosen; what was lost meanwhile is offered once more."""
    seen, rhythm, form = seen_appointment(reference), _rhythm(request.form), TellForm()
    key, starts = request.form.get("key", "")[:_LONGEST_KEY], _chosen()
    if rhythm is None or not key or not form.validate():
        return _page(seen, _USUAL, problem=_("Choose how often once more: the page did not say.")), 422
    if not starts:
        return _page(seen, rhythm, key=key, problem=_("Choose at least one of the dates.")), 422
    wanted = Repeat(seen.id, starts, actor(), f"staff:{signed_in().id}", key, tells_client=form.tells_client)
    answer = repeat(wanted, clock.now())
    if answer.lost:
        return _page(seen, rhythm, key=key, answer=answer, problem=_lost_words(answer)), 409
    flash(_booked_words(seen, starts, tells_client=form.tells_client), "success")
    return redirect(url_for("schedule.appointment", reference=reference))


def _rhythm(values: Mapping[str, str]) -> Rhythm | None:
    weeks, times = number_typed(values.get("weeks")), number_typed(values.get("times"))
    try:
        return Rhythm(weeks or 0, times or 0)
    except ValueError:
        return None


def _chosen() -> dict[int, datetime]:
    """By the number of the date the time that was chosen for it."""
    found = (
        (number, instant_typed(request.form.get(f"pick-{number}"))) for number in range(1, MOST_TIMES + 1)
    )
    return {number: starts_at for number, starts_at in found if starts_at is not None}


def _page(
    seen: AppointmentFacts,
    rhythm: Rhythm,
    *,
    key: str | None = None,
    answer: Repeated | None = None,
    problem: str | None = None,
) -> str:
    zone = zone_named(seen.zone)
    dates = list_dates(seen.id, rhythm, clock.now())
    lines = [] if isinstance(dates, Refusal) else _lines(dates, seen, answer)
    minutes = length_of_visits(seen.id)
    return render_template(
        "pages/schedule/repeat.html",
        section="schedule",
        a=seen,
        zone=zone,
        form=TellForm(),
        rhythm=rhythm,
        every=[
            (weeks, _("Every week") if weeks == 1 else _("Every %(weeks)s weeks", weeks=weeks))
            for weeks in EVERY
        ],
        most=MOST_TIMES,
        key=key or secrets.token_urlsafe(16),
        lines=lines,
        free=sum(1 for line in lines if line.chosen),
        other_minutes=minutes if minutes != seen.minutes else None,
        problem=problem or (refusal_words(dates) if isinstance(dates, Refusal) else None),
    )


def _lines(dates: Sequence[Date], seen: AppointmentFacts, answer: Repeated | None) -> list[Line]:
    return [_line(number, one, seen, answer) for number, one in enumerate(dates, 1)]


def _line(number: int, one: Date, seen: AppointmentFacts, answer: Repeated | None) -> Line:
    zone = zone_named(seen.zone)
    title = full_day_words(one.day)
    if answer is not None and number in answer.booked:
        return Line(number, title, None, (), "", booked=answer.booked[number])
    if one.starts_at is not None and one.refusal is None:
        value = _stated(one.starts_at, zone)
        was_left_out = request.method == "POST" and not request.form.get(f"pick-{number}")
        times = [(value, clock_words(one.starts_at, zone))]
        return Line(number, title, None, times, "" if was_left_out else value)
    times = [
        (_stated(slot.starts_at, zone), short_when_words(slot.starts_at, zone)) for slot in one.alternatives
    ]
    against = refusal_words(one.refusal, seen.therapist) if one.refusal else None
    chosen = request.form.get(f"pick-{number}", "")
    return Line(number, title, against, times, chosen if chosen in [value for value, _ in times] else "")


def _stated(instant: datetime, zone: ZoneInfo) -> str:
    return local_time(instant, zone).isoformat(timespec="minutes")


def _booked_words(seen: AppointmentFacts, starts: Mapping[int, datetime], *, tells_client: bool) -> str:
    zone = zone_named(seen.zone)
    days = list_words([short_day_words(local_time(at, zone).date()) for at in starts.values()])
    said = _(
        "Booked %(count)s for %(client)s: %(days)s.",
        count=ngettext("%(num)d session", "%(num)d sessions", len(starts)),
        client=seen.client,
        days=days,
    )
    return f"{said} {told_words(seen, tells_client=tells_client)}"


def _lost_words(answer: Repeated) -> str:
    lost = ngettext(
        "%(num)d date was lost meanwhile: choose another time below, or leave it out.",
        "%(num)d dates were lost meanwhile: choose another time below, or leave it out.",
        len(answer.lost),
    )
    if not answer.booked:
        return lost
    booked = ngettext("%(num)d date is booked.", "%(num)d dates are booked.", len(answer.booked))
    return f"{booked} {lost}"
