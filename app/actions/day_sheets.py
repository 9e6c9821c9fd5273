"""What stands on a day sheet of a session, and a therapist's sheet as the file that goes with the agenda."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.cells import Grid, instant_of_cell
from app.domain.day_sheets import DaySheet, SheetSession
from app.domain.emails import Attachment
from app.domain.intake import Lack
from app.domain.practice import Practice, text_in
from app.domain.said import said
from app.domain.spans import Span
from app.sheets.day_sheet import day_sheets_pdf
from app.store.consents import without_consent
from app.store.intake import lacking
from app.store.schedule import DayAppointment

#: On a sheet for which nobody opened them.
OPEN_WISHES = said("Has wishes: open them")
_LACKS = {
    Lack.FORM: said("Intake form missing: ask"),
    Lack.PARTS: said("Parts of the intake form missing: ask"),
}


def sheet_line(
    one: DayAppointment,
    language: str,
    now: datetime,
    place: str | None = None,
    *,
    waits: bool = False,
    agreed: bool = True,
    lack: Lack | None = None,
) -> SheetSession:
    """Nothing of it is about health. ``place`` where the day has several; ``waits``: somebody has to look at it first;
    ``agreed``: in writing, to what such a session needs; ``lack``: what is missing of the client's intake form.
    """
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
        flags=tuple(sheet_flags(one, now, waits=waits, agreed=agreed, lack=lack)),
    )


def sheet_flags(
    one: DayAppointment, now: datetime, *, waits: bool, agreed: bool, lack: Lack | None
) -> list[str]:
    """What must be known before it begins: that wishes are kept is said, what they are is sealed."""
    flags: list[str] = [said("To review")] if waits else []
    flags += [said("Questions not answered yet: ask")] if one.is_unasked(now) else []
    flags += [_LACKS[lack]] if lack else []
    if one.needs_consent and not one.is_ticked:
        flags.append(said("Ask consent") if agreed else said("No written consent yet: ask"))
    if one.chaperone:
        flags.append(said("Second person: %(name)s", name=one.chaperone))
    return flags + ([OPEN_WISHES] if one.has_wishes else [])


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
    language: str,
) -> Attachment:
    """The therapist's day at all places as a PDF, without anything about health."""
    places = {one.id: one for one in practice.locations}
    visited = [places[number] for number in {one.location_id: None for one in sessions} if number in places]
    several = len(visited) > 1
    unagreed = without_consent([one.id for one in sessions if one.needs_tick])
    lacks = lacking([one.client_id for one in sessions if one.lies_ahead(now)])
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
                language,
                now,
                places[one.location_id].name if several and one.location_id in places else None,
                waits=one.may_wait and one.review_until is not None,
                agreed=one.id not in unagreed,
                lack=lacks.get(one.client_id) if one.lies_ahead(now) else None,
            )
            for one in sessions
        ),
        printed_at=now,
    )
    country = visited[0].country if visited else None
    return Attachment(
        f"day-sheet-{day.isoformat()}.pdf", "application/pdf", day_sheets_pdf([sheet], country, language)
    )
