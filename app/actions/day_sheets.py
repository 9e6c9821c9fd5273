"""What stands on a day sheet of a session, and a therapist's sheet as the file that goes with the agenda."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.cells import Grid, instant_of_cell
from app.domain.day_sheets import DaySheet, SheetSession
from app.domain.emails import Attachment
from app.domain.practice import Practice, text_in
from app.domain.spans import Span
from app.sheets.day_sheet import day_sheets_pdf
from app.store.schedule import DayAppointment


def sheet_line(one: DayAppointment, language: str, place: str | None = None) -> SheetSession:
    """Nothing of it is about health. ``place`` where the day has several."""
    return SheetSession(
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        client=one.client,
        phone=one.phone,
        service=text_in(one.service, language),
        minutes=one.minutes,
        room=", ".join(part for part in (place, one.room) if part) or None,
        first_visit=one.visit == "first",
        reference=one.reference,
    )


def spans_of(grid: Grid, mask: int) -> tuple[Span, ...]:
    """The stretches of a mask as spans."""
    return tuple(Span(instant_of_cell(first), instant_of_cell(end)) for first, end in grid.stretches(mask))


def sheet_file(
    practice: Practice,
    therapist: str,
    day: date,
    zone: ZoneInfo,
    working: tuple[Span, ...],
    sessions: Sequence[DayAppointment],
    now: datetime,
) -> Attachment:
    """The therapist's day at all places as a PDF, without anything about health."""
    places = {one.id: one for one in practice.locations}
    visited = [places[number] for number in {one.location_id: None for one in sessions} if number in places]
    several = len(visited) > 1
    sheet = DaySheet(
        therapist=therapist,
        day=day,
        zone=zone,
        practice=practice.name,
        place=", ".join(one.name for one in visited) or practice.name,
        working=working,
        sessions=tuple(
            sheet_line(
                one,
                practice.language,
                places[one.location_id].name if several and one.location_id in places else None,
            )
            for one in sessions
        ),
        printed_at=now,
    )
    country = visited[0].country if visited else None
    return Attachment(f"day-sheet-{day.isoformat()}.pdf", "application/pdf", day_sheets_pdf([sheet], country))
