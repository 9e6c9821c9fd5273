"""The week: seven days of all therapists in one table, or one therapist's on the grid; and all that is unresolved."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.blueprints.schedule import week_layout
from app.blueprints.schedule.asked import asked_location, offered_places, own_therapist_id
from app.blueprints.schedule.cards import back_to
from app.blueprints.schedule.day_asked import WEEK, read_asked
from app.blueprints.schedule.day_facts import Day, load_days
from app.blueprints.schedule.day_views import REFERENCE, filters_of, missing
from app.blueprints.schedule.drawn_columns import column_drawer
from app.blueprints.schedule.undoing import UNRESOLVED, offered_undo
from app.domain.wallclock import local_date
from app.store.inbox import list_waiting
from app.store.planned import list_troubled
from app.store.practice import load_practice
from app.web.access import signed_in
from app.web.language import _, ngettext
from app.web.typed import date_typed

_DAYS, _AT_MOST = 7, 500
Answer = str | Response | tuple[str, int]


def week(day: str) -> Answer:
    """The week that the day lies in, from Monday on."""
    chosen = date_typed(day)
    if chosen is None:
        return missing(_("There is no such week"), _("Name one of its days, like 2026-11-24."))
    practice = load_practice()
    places = offered_places(practice, clock.now())
    location = asked_location(places)
    if location is None or location.zone is None:
        return render_template("pages/schedule/not_ready.html", section="schedule")
    first = chosen - timedelta(days=chosen.weekday())
    asked = read_asked(request.args)
    appointment_url = url_for("schedule.appointment", reference=REFERENCE)
    asked = asked.by_therapist() if signed_in().sees_everyone else asked.own()
    days = load_days(practice, places, location, [first + timedelta(days=n) for n in range(_DAYS)], asked)
    alone = week_layout.only_one(days)
    return render_template(
        "pages/schedule/week.html",
        section="schedule",
        bar=_bar(days),
        filters=filters_of(days[0]),
        grid=week_layout.grid_of_week(days, alone) if alone else None,
        rows=[] if alone else week_layout.rows_of_week(days),
        days=week_layout.heads(days),
        alone=alone,
        back=back_to(days[0]) | {"day": chosen.isoformat(), "as": WEEK},
        undo=offered_undo(),
        appointment_url=appointment_url,
        draw_column=column_drawer(appointment_url, REFERENCE, days[0].language),
        may_book=days[0].books,
    )


def unresolved() -> str:
    """All that is still booked though it is past, what waits for approval, and what no longer fits the settings."""
    now, back = clock.now(), {"day": UNRESOLVED}
    waiting = list_waiting(now, own_therapist_id(), _AT_MOST)
    troubled = [one for one in list_troubled(now) if signed_in().may_see(one[0].booked.therapist_id)]
    return render_template(
        "pages/schedule/unresolved.html",
        section="schedule",
        days=week_layout.by_day(waiting, now, back),
        requested=week_layout.requested(waiting, now, back),
        troubled=week_layout.troubled_items(troubled),
        undo=offered_undo(),
        more=len(waiting) >= _AT_MOST,
    )


def _bar(days: list[Day]) -> dict[str, Any]:
    first, last = days[0], days[-1]
    said, now_day = first.asked.query(location=first.place), local_date(first.now, first.zone)

    def to(other: date) -> str:
        return url_for("schedule.week", day=other.isoformat(), **said)

    return {
        "title": week_layout.week_title(first.day, last.day),
        "previous": to(first.day - timedelta(days=_DAYS)),
        "today": to(now_day),
        "next": to(first.day + timedelta(days=_DAYS)),
        "is_today": first.day <= now_day <= last.day,
        "counts": [
            ngettext(
                "%(num)d session", "%(num)d sessions", sum(len(week_layout.shown_on(one)) for one in days)
            )
        ],
        "jump": url_for("schedule.jump"),
        "keeps": {**said, "as": WEEK},
        "date": first.day.isoformat(),
        "other": url_for("schedule.day", day=_day_to_show(days, now_day).isoformat(), **said),
        "other_text": _("Day"),
        "unit": "week",
    }


def _day_to_show(days: list[Day], today: date) -> date:
    return today if days[0].day <= today <= days[-1].day else days[0].day
