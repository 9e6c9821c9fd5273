"""A therapist's weekly hours and time off, edited by owner, desk and the therapist."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from app import clock
from app.actions import settings_people as actions
from app.actions.settings import Edit, NotPossible, NotThere, Outcome, Saved, WouldHit
from app.actions.settling import CannotSettle
from app.blueprints.admin.beginnings import beginning_of
from app.blueprints.admin.editing import Answer, Page, Shown, answer, edit_of
from app.blueprints.admin.fields import options
from app.blueprints.admin.forms import spare, window_rows
from app.blueprints.admin.place_forms import EmptyForm
from app.blueprints.admin.week import week_picture, windows_of, windows_of_rows
from app.blueprints.availability.forms import AvailabilityForm, TimeOffForm
from app.blueprints.availability.hits import Hits, say_what_was_done, ways_chosen
from app.domain.practice import Location, WeeklyWindow
from app.domain.wallclock import MIDNIGHT, local_time
from app.store import settings
from app.store.practice import load_practice
from app.store.time_off import list_time_off
from app.web import local_words
from app.web.access import DESK, OWNER, THERAPIST, signed_in, staff_only
from app.web.language import _
from app.web.typed import date_typed

blueprint = Blueprint("availability", __name__, url_prefix="/staff/settings")


@blueprint.get("/my-hours")
@staff_only(THERAPIST)
def mine() -> Answer:
    """To the own hours; for therapists, whose settings these are."""
    own = next((row for row in settings.list_things("therapist") if row.id == signed_in().therapist_id), None)
    if own is None:
        return render_template("pages/availability/nobody.html")
    return redirect(url_for("availability.week", slug=own.slug))


@blueprint.route("/therapists/<slug>/hours", methods=["GET", "POST"])
@staff_only(OWNER, DESK, THERAPIST)
def week(slug: str) -> Answer:
    """The weekly hours."""
    _own_therapist(slug)
    return answer(
        Page(
            template="pages/availability/week.html",
            form_class=AvailabilityForm,
            read=lambda: _week_shown(slug),
            save=lambda form, edit: actions.save_availability(slug, form.values(), edit),
            done=lambda _saved: url_for("availability.week", slug=slug),
            prepare=_offer_places,
            spare=lambda form: spare(form.rules),
        )
    )


@blueprint.route("/therapists/<slug>/time-off", methods=["GET", "POST"])
@staff_only(OWNER, DESK, THERAPIST)
def time_off(slug: str) -> Answer:
    """Time off: what there is, and a form for more; what it would hit is shown with the ways out before it is entered."""
    _own_therapist(slug)
    hits = Hits()
    return answer(
        Page(
            template="pages/availability/time_off.html",
            form_class=TimeOffForm,
            read=lambda: _time_off_shown(slug, hits),
            save=lambda form, edit: _take_time_off(slug, form, edit, hits),
            done=lambda _saved: _after_time_off(slug),
            prepare=_offer_clocks,
            said=_("Time off is entered. It can't be booked from now on."),
        )
    )


@blueprint.post("/therapists/<slug>/time-off/<int:time_off_id>/give-back")
@staff_only(OWNER, DESK, THERAPIST)
def give_back(slug: str, time_off_id: int) -> Answer:
    """Work after all."""
    _own_therapist(slug)
    outcome = actions.give_back_time_off(slug, min(time_off_id, 2**31 - 1), edit_of(None))
    if isinstance(outcome, NotThere):
        flash(_("That time off had been removed already."), "info")
    else:
        flash(_("The time off is removed. The hours can be booked again."), "success")
    return redirect(url_for("availability.time_off", slug=slug), 303)


def _own_therapist(slug: str) -> Any:
    """The therapist of that slug; 404 where there is none, and where they are not this member's business."""
    row = settings.find_thing("therapist", slug)
    if row is None or not signed_in().may_see(row.id):
        abort(404)
    return row


def _context(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": "therapist",
        "slug": row.slug,
        "retired": row.retired_at is not None,
        "current_version": row.row_version,
        "runs_practice": signed_in().sees_everyone,
        "beginning": beginning_of("therapist", row) if signed_in().sees_everyone else None,
    }


def _week_shown(slug: str) -> Shown:
    row = settings.find_thing("therapist", slug) or abort(404)
    stored = [
        WeeklyWindow(rule.weekday, rule.starts, rule.ends, rule.valid_from, rule.valid_until)
        for rule in row.availability_rules
    ]
    ground = [window for place in settings.list_things("location") for window in windows_of(place)]

    def picture(form: AvailabilityForm) -> Any:
        return week_picture(windows_of_rows(form.rules) if form.is_submitted() else stored, ground)

    return Shown(
        {"rules": _rule_rows(row)},
        settings.version_of(row),
        {**_context(row), "week": picture, "places": _location_choices(), "has_hours": bool(stored)},
    )


def _rule_rows(row: Any) -> list[dict[str, Any]]:
    rows = []
    for location_id in dict.fromkeys(rule.location_id for rule in row.availability_rules):
        windows = [
            WeeklyWindow(rule.weekday, rule.starts, rule.ends, rule.valid_from, rule.valid_until)
            for rule in row.availability_rules
            if rule.location_id == location_id
        ]
        rows += [{**each, "location": str(location_id)} for each in window_rows(windows)]
    return rows


def _offer_places(form: AvailabilityForm, _shown: Shown) -> None:
    form.offer_locations(_location_choices())
    form.opening = [
        {**row, "location": str(place.id)}
        for place in settings.list_things("location")
        for row in window_rows(windows_of(place))
    ]


def _locations() -> tuple[Location, ...]:
    return load_practice().locations


def _location_choices() -> list[tuple[str, str]]:
    """Every location: hours at one that opens soon are entered before it is in use."""
    return [(str(row.id), row.name) for row in settings.list_things("location")]


def _zone_of(location_id: str) -> ZoneInfo | None:
    return next((location.zone for location in _locations() if str(location.id) == location_id), None)


def _offer_clocks(form: TimeOffForm, shown: Shown) -> None:
    form.location.choices = options(shown.context["clocks"])
    if not form.location.data and form.location.choices:
        form.location.data = form.location.choices[0].value


def _time_off_shown(slug: str, hits: Hits) -> Shown:
    row = settings.find_thing("therapist", slug) or abort(404)
    own = {rule.location_id for rule in row.availability_rules}
    clocks = [location for location in _locations() if location.zone is not None]
    clocks.sort(key=lambda location: location.id not in own)
    zone = clocks[0].zone if clocks else None
    ahead = [_off_words(each, zone) for each in list_time_off(row.id, clock.now())] if zone else []
    context = {
        "clocks": [(str(each.id), each.name) for each in clocks],
        "ahead": ahead,
        "remove_form": EmptyForm(),
        "hits": hits.lines(clock.now()) if hits.struck else [],
        "back_to_day": _day_asked(),
    }
    return Shown({"starts_on": _day_asked()}, None, {**_context(row), **context})


def _off_words(off: Any, zone: ZoneInfo) -> dict[str, Any]:
    starts, ends = (local_time(at, zone) for at in (off.starts_at, off.ends_at))
    whole_days = starts.time() == ends.time() == MIDNIGHT
    last = ends.date() - timedelta(days=1) if whole_days else ends.date()
    if whole_days:
        words = local_words.full_day_words(starts.date())
        words = (
            words
            if last == starts.date()
            else _("%(words)s to %(day)s", words=words, day=local_words.full_day_words(last))
        )
    elif last == starts.date():
        words = _(
            "%(when)s to %(time)s",
            when=local_words.when_words(off.starts_at, zone),
            time=local_words.clock_words(off.ends_at, zone),
        )
    else:
        words = _(
            "%(starts)s to %(ends)s",
            starts=local_words.when_words(off.starts_at, zone),
            ends=local_words.when_words(off.ends_at, zone),
        )
    return {"id": off.id, "words": words, "label": off.label}


def _take_time_off(slug: str, form: TimeOffForm, edit: Edit, hits: Hits) -> Outcome:
    zone = _zone_of(form.location.data)
    if zone is None:
        return NotPossible(_("That location has no time zone yet."), "location")
    span = form.span(zone)
    if span is None:
        return NotPossible("")
    chosen = ways_chosen(edit.confirmed)
    outcome = actions.take_time_off(slug, span, form.label.data or None, edit, [way for _, way in chosen])
    if isinstance(outcome, WouldHit):
        hits.struck, hits.span = outcome.struck, span
    if isinstance(outcome, CannotSettle):
        hits.problems = outcome.problems
    if isinstance(outcome, Saved) and outcome.changed:
        say_what_was_done(chosen)
    return outcome


def _day_asked() -> date | None:
    """The day on the schedule from which somebody came."""
    return date_typed(request.args.get("day"))


def _after_time_off(slug: str) -> str:
    """Back to that day, if there is one."""
    day = _day_asked()
    if day is not None:
        return url_for("schedule.day", day=day.isoformat())
    return url_for("availability.time_off", slug=slug)
