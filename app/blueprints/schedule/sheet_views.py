"""The day on paper, as a page to print and as a PDF; with what clients prefer only by a click, which is written down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from flask import Response, abort, render_template, request

from app import clock
from app.actions.clients import open_preferences_of
from app.actions.day_sheets import OPEN_WISHES, sheet_line, spans_of
from app.actions.reading_health import open_wishes_of
from app.blueprints.schedule.asked import health_therapist
from app.blueprints.schedule.day_facts import Day
from app.blueprints.schedule.day_views import Answer, facts_of, no_such_day
from app.blueprints.schedule.safety_words import sentence_of, wish_lines
from app.domain.clients import Preferences
from app.domain.day_sheets import DaySheet, SheetSession
from app.domain.practice import Therapist
from app.domain.spans import Span
from app.domain.wishes import Wishes
from app.sheets.day_sheet import day_sheets_pdf
from app.store.schedule import DayAppointment
from app.store.sheets import clients_of
from app.web.access import actor, signed_in
from app.web.language import speaking
from app.web.typed import date_typed


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened for the sheets, by appointment."""

    preferences: Mapping[int, Preferences]
    wishes: Mapping[int, Wishes]


def day_sheet(day: str) -> Answer:
    """The day for the printer: a page per therapist, nothing about health."""
    shown = _facts(day)
    return _page(shown, sheets_of(shown)) if shown else no_such_day()


def day_sheet_opened(day: str) -> Answer:
    """The same with what clients prefer and what to heed: of all for the owner, of the own clients for who treats."""
    shown = _facts(day)
    if shown is None:
        return no_such_day()
    treated = [one for one in shown.kept if signed_in().may_read_note(one.therapist_id)]
    whose = clients_of([one.id for one in treated])
    told = (actor(), clock.now(), "day sheet", shown.day.isoformat())
    found = open_preferences_of(set(whose.values()), *told, therapist_id=health_therapist())
    wishes = open_wishes_of(
        [one.id for one in treated if one.has_wishes], actor(), clock.now(), f"day sheet {day}"
    )
    preferences = {number: found[client_id] for number, client_id in whose.items() if client_id in found}
    opened = Opened(preferences, wishes)
    shown = _facts(day) or abort(404)
    return _page(shown, sheets_of(shown, opened))


def day_sheet_pdf(day: str) -> Response | Answer:
    """The sheets as a file; nothing about health."""
    shown = _facts(day)
    if shown is None:
        return no_such_day()
    answer = Response(
        day_sheets_pdf(sheets_of(shown), shown.location.country, speaking()), content_type="application/pdf"
    )
    name = f"day-sheet-{shown.day.isoformat()}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def sheets_of(day: Day, opened: Opened | None = None) -> list[DaySheet]:
    """Of each therapist who works there or has a session there on that day, in the practice's order."""
    sheets = []
    for therapist in day.therapists:
        sessions = [one for one in day.kept if one.therapist_id == therapist.id]
        working = spans_of(day.grid, day.working(therapist))
        if sessions or working:
            sheets.append(_sheet(day, therapist, working, sessions, opened))
    return sheets


def _sheet(
    day: Day,
    therapist: Therapist,
    working: tuple[Span, ...],
    sessions: Collection[DayAppointment],
    opened: Opened | None,
) -> DaySheet:
    lines = tuple(
        sheet_line(
            one,
            speaking(),
            day.now,
            waits=one.id in day.to_review,
            agreed=one.id not in day.unagreed,
            lack=day.forms.lack_for(one.id),
        )
        for one in sessions
    )
    if opened is not None:
        lines = tuple(_opened_line(line, one.id, opened) for line, one in zip(lines, sessions, strict=True))
    return DaySheet(
        therapist=therapist.name,
        day=day.day,
        zone=day.zone,
        practice=day.practice.name,
        place=day.location.name,
        working=working,
        sessions=lines,
        printed_at=day.now,
        opened=opened is not None,
    )


def _opened_line(line: SheetSession, number: int, opened: Opened) -> SheetSession:
    wishes = opened.wishes.get(number)
    told = sentence_of(wish_lines(wishes)) if wishes else ""
    flags = tuple(flag for flag in line.flags if not (told and flag == OPEN_WISHES))
    return replace(line, preferences=opened.preferences.get(number), wishes=told, flags=flags)


def _facts(day: str) -> Day | None:
    chosen = date_typed(day)
    return facts_of(chosen) if chosen else None


def _page(day: Day, sheets: list[DaySheet]) -> str:
    member = signed_in()
    return render_template(
        "pages/schedule/day_sheet.html",
        section="schedule",
        day=day,
        sheets=sheets,
        now=day.now,
        opened=bool(sheets) and sheets[0].opened,
        may_open=any(member.may_read_note(one.therapist_id) for one in day.kept),
        asked=dict(request.args),
    )
