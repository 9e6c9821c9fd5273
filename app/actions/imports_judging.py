"""What would become of each row of a file: new, known already, or what stands against it. Nothing is written."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.actions.imports_booking import choice_of, refusal_of
from app.domain.choices import Choice
from app.domain.imports import MOST_AHEAD, FileKind, LineState, OldSystem, Problem, Reading, SheetOfRows
from app.domain.imports_people import People, SameSession
from app.domain.imports_rows import AppointmentRow, BadRow, ClientRow, RowReader
from app.domain.practice import Practice
from app.domain.questions import occupied_cells
from app.domain.slots import Refusal
from app.domain.wallclock import local_date
from app.emails.compose import mail_languages
from app.store.imports import load_booked, load_people

Judgement = tuple[int, LineState, str | None]


def judged(
    kind: FileKind,
    source: OldSystem,
    sheet: SheetOfRows,
    reading: Reading,
    practice: Practice,
    now: datetime,
    most_ahead: int = MOST_AHEAD,
) -> Iterator[Judgement]:
    """Each row's number, state and problem. What two rows of the file take from each other, the later one loses.

    No more than ``most_ahead`` are compared with the calendar, which takes its time; the rest wait for a file of their own.
    """
    today = local_date(now, practice.first_zone)
    reader = RowReader(kind, sheet.header, reading, practice, today, mail_languages(), source)
    people = People(load_people())
    rows = [reader.read(row) for row in sheet.rows]
    appointments = [row for row in rows if isinstance(row, AppointmentRow)]
    judge = _Judge(practice, reading, people, appointments, now, most_ahead)
    return (judge.judge(row) for row in rows)


class _Judge:
    """Judges the rows of a file one after the other."""

    def __init__(
        self,
        practice: Practice,
        reading: Reading,
        people: People,
        appointments: Sequence[AppointmentRow],
        now: datetime,
        most_ahead: int,
    ) -> None:
        self._practice, self._reading, self._people, self._now = practice, reading, people, now
        self._therapists = {one.slug: one.id for one in practice.therapists}
        self._booked = load_booked(self._therapists.values(), {row.starts_at for row in appointments})
        self._taken: dict[str, list[tuple[int, int]]] = {}
        self._may_compare = most_ahead

    def judge(self, row: ClientRow | AppointmentRow | BadRow) -> Judgement:
        """The row's number, state and problem."""
        if isinstance(row, BadRow):
            return row.number, LineState.PROBLEM, row.problem.value
        client, is_new = self._people.number_of(row, -row.number)
        if isinstance(client, Problem):
            return row.number, LineState.PROBLEM, client.value
        if isinstance(row, ClientRow):
            return row.number, LineState.NEW if is_new else LineState.KNOWN, None
        return self._appointment(row, client)

    def _appointment(self, row: AppointmentRow, client: int) -> Judgement:
        therapist = self._therapists[row.therapist]
        same = SameSession.of_row(row, therapist, client)
        if same in self._booked:
            return row.number, LineState.KNOWN, None
        problem = self._problem(row) if row.is_ahead(self._now) else None
        if problem:
            return row.number, LineState.PROBLEM, problem
        self._booked.add(same)
        return row.number, LineState.NEW, None

    def _problem(self, row: AppointmentRow) -> str | None:
        """Against a session to come: its own state, the slot rule's refusal, or that an earlier row has that time."""
        contradiction = row.contradiction(self._now)
        if contradiction is not None:
            return contradiction.value
        choice = choice_of(row, self._practice, self._reading)
        if not isinstance(choice, Choice):
            return choice.value
        if not self._may_compare:
            return Problem.TOO_MANY_AHEAD.value
        self._may_compare -= 1
        refusal = refusal_of(choice, row, self._now)
        if refusal is not None:
            return refusal.value
        span = occupied_cells(row.starts_at, choice.variant)
        taken = self._taken.setdefault(row.therapist, [])
        if any(span[0] < end and first < span[1] for first, end in taken):
            return Refusal.TAKEN.value
        taken.append(span)
        return None
