"""The morning agenda: one mail for each therapist and day with sessions, composed from what is true when it goes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.actions.contention import retrying
from app.actions.day_sheets import sheet_file, spans_of
from app.actions.letter_facts import practice_facts
from app.actions.notifications import new_message_id
from app.domain.agenda import AgendaFlag, agenda_day_of, agenda_due, agenda_step, change_of, free_gaps
from app.domain.cells import Grid, cells_touched
from app.domain.emails import Attachment, Mailbox
from app.domain.hours import day_grid, working_cells
from app.domain.notifications import Audience, Fate, Kind, Notice
from app.domain.practice import Practice, Therapist, text_in
from app.domain.spans import Span
from app.domain.wallclock import day_span, local_date, zone_named
from app.emails.facts import AgendaBeside, AgendaChange, AgendaLetter, AgendaSession
from app.models import Notification
from app.store.agenda import Upcoming, find_agenda_before, list_agenda_steps, list_changes, list_upcoming
from app.store.notifications import add_notifications, list_members_told
from app.store.practice import load_practice
from app.store.schedule import Attended, DayAppointment, is_gone, list_absences, read_sessions
from app.store.staff import find_language_of
from app.store.told import therapist_address, therapist_name
from app.store.transactions import take_booking_lock, transaction

_REACH = timedelta(hours=30)  # a local day that has begun somewhere ends within this
_LONGEST_AGO = timedelta(days=7)
_SHORTEST_GAP = timedelta(minutes=15)


@retrying
def plan_agendas(now: datetime) -> list[int]:
    """Decide the agendas whose hour has come. Answers the numbers of what is due; asking again changes nothing."""
    with transaction():
        take_booking_lock()  # of several workers one decides
        days = _days(list_upcoming(Span(now - _REACH, now + _REACH)), now)
        waiting = {agenda_step(*key): sessions for key, sessions in days.items()}
        new = set(waiting) - list_agenda_steps(waiting) if waiting else set()
        rows = [_row(step, waiting[step], now) for step in sorted(new)]
        return add_notifications(rows, now)


def agenda_letter(row: Notification, now: datetime) -> AgendaLetter | None:
    """The agenda as it stands now; none where the therapist has no address. Only reads."""
    practice, therapist_id = load_practice(), row.therapist_id or 0
    address, day = therapist_address(therapist_id), agenda_day_of(row.step)
    if not address:
        return None
    language = find_language_of(therapist_id, address) or practice.language
    zone = _zone_of(therapist_id, day)
    span = day_span(day, zone)
    found, attended = read_sessions(span, None, therapist_id)
    sessions = [one for one in found if not is_gone(one)]
    places = {one.id: one.name for one in practice.locations}
    several = len({one.location_id for one in sessions} | {one.location_id for one in attended}) > 1
    return AgendaLetter(
        message_id=row.message_id,
        to=Mailbox(therapist_name(therapist_id), address),
        practice=practice_facts(practice),
        language=language,
        day=day,
        zone=zone,
        sessions=tuple(
            _session(one, language, places.get(one.location_id) if several else None) for one in sessions
        ),
        gaps=_gaps(practice, therapist_id, [*sessions, *attended], day, zone),
        changes=_changes(row, span, now),
        sheet=_sheet(practice, therapist_id, sessions, day, zone, now, language),
        beside=tuple(_beside(one, places.get(one.location_id) if several else None) for one in attended),
    )


def _sheet(
    practice: Practice,
    therapist_id: int,
    sessions: list[DayAppointment],
    day: date,
    zone: ZoneInfo,
    now: datetime,
    language: str,
) -> Attachment | None:
    """The day on paper, where the practice wants it sent along and there is something to print."""
    if not practice.policy.sheet_with_agenda or not sessions:
        return None
    therapist, grid = practice.therapist_with_id(therapist_id), day_grid(day, day, zone)
    working = spans_of(grid, _working(practice, therapist, grid)) if therapist else ()
    return sheet_file(practice, therapist_name(therapist_id), day, zone, working, sessions, now, language)


def _days(upcoming: list[Upcoming], now: datetime) -> dict[tuple[int, date], list[Upcoming]]:
    """The sessions of today by therapist, of those whose agenda is due and who want one."""
    policy, unwanted = load_practice().policy, _who_want_none()
    today: dict[tuple[int, date], list[Upcoming]] = defaultdict(list)
    for one in upcoming:
        zone = zone_named(one.zone)
        day = local_date(one.starts_at, zone)
        if day == local_date(now, zone) and one.therapist_id not in unwanted:
            today[one.therapist_id, day].append(one)
    return {
        key: sessions
        for key, sessions in today.items()
        if agenda_due(key[1], sessions[0].starts_at, policy.agenda_at, zone_named(sessions[0].zone)) <= now
        and sessions[-1].ends_at > now
    }


def _who_want_none() -> set[int]:
    """Therapists who chose not to get one, or have no address."""
    members = list_members_told(())
    declined = {one.therapist_id for one in members if one.therapist_id and Notice.AGENDA not in one.notices}
    return declined | {one.id for one in load_practice().therapists if not one.email}


def _row(step: str, sessions: list[Upcoming], now: datetime) -> dict[str, object]:
    return {
        "appointment_id": None,
        "step": step,
        "revision": 0,
        "kind": Kind.THERAPIST_AGENDA.value,
        "audience": Audience.THERAPIST.value,
        "therapist_id": sessions[0].therapist_id,
        "state": Fate.PLANNED.value,
        "due_at": now,
        "expires_at": sessions[-1].ends_at,
        "message_id": new_message_id(),
        "created_at": now,
    }


def _zone_of(therapist_id: int, day: date) -> ZoneInfo:
    """The wall clock of a therapist's day: where its first session is, else where the therapist usually works."""
    usual = _usual_zone(therapist_id)
    about = Span(*(day_span(day, usual).starts_at + wide for wide in (-_REACH, 2 * _REACH)))
    zones = (
        (zone_named(one.zone), one.starts_at)
        for one in list_upcoming(about)
        if one.therapist_id == therapist_id
    )
    return next((zone for zone, starts_at in zones if local_date(starts_at, zone) == day), usual)


def _usual_zone(therapist_id: int) -> ZoneInfo:
    practice = load_practice()
    therapist = practice.therapist_with_id(therapist_id)
    own = [one for one in practice.places if therapist is not None and therapist.works_at(one.id)]
    zone = own[0].zone if own else None
    return zone or practice.first_zone


def _session(one: DayAppointment, language: str, place: str | None) -> AgendaSession:
    """``place`` where the day has several."""
    flags = {
        AgendaFlag.FIRST_VISIT: one.visit == "first",
        AgendaFlag.NOTE: one.has_note,
        AgendaFlag.CONFIRMED: one.confirmed,
        AgendaFlag.MESSAGE_FAILED: one.message_failed,
    }
    return AgendaSession(
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        client=one.client,
        service=text_in(one.service, language),
        reference=one.reference,
        room=", ".join(part for part in (place, one.room) if part) or None,
        flags=tuple(flag for flag, holds in flags.items() if holds),
    )


def _beside(one: Attended, place: str | None) -> AgendaBeside:
    room = ", ".join(part for part in (place, one.room) if part) or None
    return AgendaBeside(one.starts_at, one.ends_at, one.therapist, room)


def _gaps(
    practice: Practice,
    therapist_id: int,
    sessions: Sequence[DayAppointment | Attended],
    day: date,
    zone: ZoneInfo,
) -> tuple[Span, ...]:
    therapist = practice.therapist_with_id(therapist_id)
    if therapist is None:
        return ()
    grid = day_grid(day, day, zone)
    away = [one.span for one in list_absences(day_span(day, zone)) if one.therapist_id == therapist_id]
    taken = grid.covering([cells_touched(span) for span in (*away, *map(_occupied, sessions))])
    shortest = practice.shortest_sessions.get(therapist_id)
    at_least = shortest.occupied if shortest else _SHORTEST_GAP
    return free_gaps(grid, _working(practice, therapist, grid), taken, at_least)


def _working(practice: Practice, therapist: Therapist, grid: Grid) -> int:
    mask = 0
    for location in practice.locations:
        if location.zone is not None and therapist.works_at(location.id):
            mask |= working_cells(grid, location, therapist)
    return mask


def _occupied(one: DayAppointment | Attended) -> Span:
    before, after = timedelta(minutes=one.buffer_before), timedelta(minutes=one.buffer_after)
    return Span(one.starts_at - before, one.ends_at + after)


def _changes(row: Notification, day: Span, now: datetime) -> tuple[AgendaChange, ...]:
    """What has changed about this day since the agenda before, or in a week where there was none."""
    changes: list[AgendaChange] = []
    since = find_agenda_before(row, now - _LONGEST_AGO) or now - _LONGEST_AGO
    for one in list_changes(row.therapist_id or 0, since, now):
        change = change_of(one.before, one.after, day)
        at = one.after or one.before
        if change is not None and at is not None:
            changes.append(
                AgendaChange(
                    at if day.starts_at <= at < day.ends_at else one.before or at, one.client, change
                )
            )
    return tuple(sorted(changes, key=lambda one: one.at))
