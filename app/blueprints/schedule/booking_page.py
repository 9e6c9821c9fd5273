"""The page on which the desk books: what stands chosen, the times of a day, what the rule says against one."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from app import clock
from app.actions.holding import Wish
from app.actions.previewing import next_start, preview_booking
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import refusals_of
from app.blueprints.schedule.asking import Asking, asked_at_desk
from app.blueprints.schedule.forms import CallerForm
from app.blueprints.schedule.known import found_for
from app.blueprints.schedule.refusals import refusal_words
from app.domain.appointments import State
from app.domain.choices import Choice, choose
from app.domain.emergency import emergency_number
from app.domain.overriding import OF_THE_CLIENT, may_override
from app.domain.practice import FIRST_VISIT, Practice
from app.domain.slots import Refusal, Slot
from app.domain.wallclock import instant_near, local_date
from app.domain.wishes import Chaperone, Wishes
from app.domain.workday import possible_marks
from app.store.callers import Caller
from app.store.openings import look
from app.web import times
from app.web.access import signed_in
from app.web.language import Lazy, _
from app.web.local_words import clock_words, either_words, short_day_words, short_when_words
from app.web.rule_names import rule_name
from app.web.typed import date_typed, instant_typed

_DAYS_AHEAD, _DAYS_SHOWN = 21, 6


@dataclass(frozen=True, slots=True)
class Said:
    """What has to be said beside the form: what went wrong, what stands against the time, which ones are near."""

    problem: str | Lazy | None = None
    refusal: Refusal | None = None
    nearest: Sequence[Slot] = ()
    wish: Wish | None = None
    just_chosen: bool = False


def begun(practice: Practice) -> dict[str, Any]:
    """What the address says already; names that do not exist fall back to the first."""
    asked = request.args
    zone = next((one.zone for one in practice.locations if one.zone), None)
    today = local_date(clock.now(), zone) if zone else clock.now().date()
    is_walk_in = asked.get("walk_in") == "1"
    return {
        "treatment": asked.get("treatment") or _asking_nothing(practice),
        "visit": asked.get("visit", FIRST_VISIT),  # who is known says otherwise
        "therapist": asked.get("therapist", ""),
        "location": asked.get("location"),
        "room": asked.get("room", ""),
        "day": today if is_walk_in else date_typed(asked.get("day")) or today,
        "start": None,
        "walk_in": "1" if is_walk_in else "",
        "key": secrets.token_urlsafe(16),
    }


def _asking_nothing(practice: Practice) -> str | None:
    """The first session that needs no questions stands chosen: what does need them is chosen on purpose."""
    first = next((one for one in practice.services if one.screening is None and one.variants), None)
    return f"{first.slug}:{min(one.minutes for one in first.variants)}" if first else None


def take_day(form: CallerForm, practice: Practice) -> None:
    """A day, or a time near by, that was picked takes the place of what is in the fields."""
    said = request.form.get("pick")
    instant, zone = instant_typed(said), zone_of(practice, form)
    picked = local_date(instant, zone) if instant and zone else date_typed(said)
    form.day.data = picked or date_typed(request.form.get("day"))
    form.day.process_errors = [] if form.day.data else [_("Choose a day, such as 2026-11-24.")]
    if picked:
        form.day.raw_data = [picked.isoformat()]
        form.start.data = times.stated(instant, zone) if instant and zone else None
        form.at.data = ""


def zone_of(practice: Practice, form: CallerForm) -> ZoneInfo | None:
    """The clock of the chosen place."""
    return next((one.zone for one in practice.locations if one.slug == form.location.data), None)


def choice_of_form(practice: Practice, form: CallerForm) -> Choice | Refusal:
    """What the form asks for."""
    return choose(
        practice,
        service_slug=form.service_slug,
        minutes=form.minutes,
        visit=form.visit.data or "",
        location_slug=form.location.data,
        therapist_slug=form.therapist.data or None,
        gender=form.wishes.gender,
        with_chaperone=form.wishes.chaperone is Chaperone.WANTED,
    )


def booking_page(
    practice: Practice, form: CallerForm, caller: Caller | None, said: Said | None = None
) -> str:
    """The form with the times of the chosen day."""
    said = said or Said()
    choice, now = choice_of_form(practice, form), clock.now()
    shown: dict[str, Any] = {"groups": [], "days": [], "nearest": [], "day_title": None, "soonest": None}
    shown |= {"is_later": False, "is_full": False}
    if isinstance(choice, Choice):
        shown |= _soonest(choice, form, now) if form.walk_in.data else _times(choice, form, now, said.nearest)
    if not form.key.data:
        form.key.data = secrets.token_urlsafe(16)
    problem = said.problem
    if isinstance(choice, Refusal) and form.fits_visit(practice):
        problem = problem or refusal_words(choice)
    asking = asked_at_desk(practice, form, caller, now)
    against, blocked = _against(practice, form, said, asking, now)
    return render_template(
        "pages/schedule/book.html",
        section="schedule",
        form=form,
        problems=[problem] if problem else _problems(against, blocked=blocked),
        against=against,
        blocked=blocked,
        caller=caller,
        caller_last=_last_words(caller, practice, form),
        just_chosen=said.just_chosen,
        asking=asking,
        no_wishes=Wishes().as_stored(),
        emergency=emergency_number(practice, practice.location(form.location.data)),
        several_places=len(practice.locations) > 1,
        solo=practice.is_solo,
        may_focus=request.method == "GET" and caller is None,
        **found_for(form),
        **shown,
    )


def _against(
    practice: Practice, form: CallerForm, said: Said, asking: Asking | None, now: datetime
) -> tuple[list[tuple[str, str]], bool]:
    """The rules that stand against the time, by name; whether this member can't set them aside. The form names those they may."""
    if said.refusal in OF_THE_CLIENT and said.wish is not None:
        return _against_asking(practice, form, said.refusal, said.wish, asking)
    form.aside.data = "" if said.refusal is not None or not form.errors else form.aside.data
    if said.refusal is None or said.wish is None:
        kept = sorted(form.named)
        return [_named(one, practice, form) for one in kept], False
    found = preview_booking(said.wish, now, signed_in().roles, form.room.data or None)
    form.aside.data, form.aside_for.data = refusals_of(found.to_set_aside), form.about(said.wish.starts_at)
    against = list(found.to_set_aside) or [found.refusal or said.refusal]
    return [_named(one, practice, form) for one in against], not found.to_set_aside


def _against_asking(
    practice: Practice, form: CallerForm, refusal: Refusal, wish: Wish, asking: Asking | None
) -> tuple[list[tuple[str, str]], bool]:
    """What was not asked yet, or answered so that a person decides, beside what is set aside already; who needs help now gets no time."""
    needs_help = asking is not None and asking.is_urgent
    may = may_override(refusal, signed_in().roles) and not needs_help
    before = form.named if form.aside_for.data == form.about(wish.starts_at) else frozenset()
    against = sorted({*before, refusal}, key=list(Refusal).index) if may else [refusal]
    form.aside.data, form.aside_for.data = refusals_of(against if may else ()), form.about(wish.starts_at)
    return [_named(one, practice, form) for one in against], not may


def _problems(against: Sequence[tuple[str, str]], *, blocked: bool) -> list[str | Lazy | dict[str, str]]:
    """For the top of the page: what stands against the time, and where to say why it is booked all the same."""
    if not against:
        return []
    way_on = {"href": "#why", "text": _("Book it all the same: say why")}
    return [against[0][1]] if blocked else [against[0][1], way_on]


def _named(refusal: Refusal, practice: Practice, form: CallerForm) -> tuple[str, str]:
    therapist = practice.therapist(form.therapist.data or "")
    room = next((choice.label for choice in form.room.choices if choice.value == form.room.data), None)
    who, where = therapist.name if therapist else None, room if form.room.data else None
    return rule_name(refusal), refusal_words(refusal, who, where)


def _last_words(caller: Caller | None, practice: Practice, form: CallerForm) -> str | None:
    zone = zone_of(practice, form)
    if caller is None or caller.last is None or zone is None:
        return None
    return short_day_words(local_date(caller.last.starts_at, zone))


def _soonest(choice: Choice, form: CallerForm, now: datetime) -> dict[str, Any]:
    """For who has walked in: the next five minutes with somebody free, and whether nobody can have arrived for them yet."""
    slot, zone = next_start(choice, now), times.zone_of(choice)
    if slot is None:
        return {"soonest": _("Nobody who gives this session is free today any more."), "is_full": True}
    form.start.data = times.stated(slot.starts_at, zone)
    names = [one.name for one in choice.therapists if one.id in slot.therapist_ids]
    is_today = local_date(slot.starts_at, zone) == local_date(now, zone)
    when = clock_words(slot.starts_at, zone) if is_today else short_when_words(slot.starts_at, zone)
    ends_at = slot.starts_at + timedelta(minutes=form.minutes)
    is_later = State.ARRIVED not in possible_marks(State.BOOKED, slot.starts_at, ends_at, now)
    return {
        "soonest": _("%(when)s, with %(who)s", when=when, who=either_words(names)),
        "is_later": is_later,
    }


def _times(choice: Choice, form: CallerForm, now: datetime, nearest: Sequence[Slot]) -> dict[str, Any]:
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
        "pick": times.stated(slot.starts_at, zone),
        "label": short_when_words(slot.starts_at, zone),
    }
