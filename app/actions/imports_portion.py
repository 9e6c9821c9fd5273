"""Some rows of a file, written in one go: a transaction for each would take longer than all the rest."""

from collections.abc import Sequence
from datetime import datetime

from app.actions.imports_booking import PRINCIPAL, key_of
from app.actions.imports_history import Placed, write_history
from app.actions.imports_opened import OpenedFile
from app.domain.imports import FileKind, LineState, Problem
from app.domain.imports_notes import note_of
from app.domain.imports_people import People, SameSession
from app.domain.imports_rows import AppointmentRow, BadRow, ClientRow
from app.models import ImportLine
from app.store import imports as store
from app.store import imports_made as made
from app.store.appointments import find_replay
from app.store.imports import Became
from app.store.imports_made import NewNote


class Portion:
    """The next rows, for whoever is in a transaction and holds the booking lock.

    The truth may have changed since the rows were judged: who and what is known is asked again.
    """

    def __init__(self, file: OpenedFile, now: datetime) -> None:
        self._file, self._now = file, now
        self._therapists = {one.slug: one.id for one in file.practice.therapists}
        #: By line, as whom the row's person counts: a client's number, or minus the line of the row that adds them.
        self._whose: dict[int, int] = {}
        self._new_people: list[tuple[ImportLine, ClientRow | AppointmentRow]] = []
        self._fresh: dict[int, int] = {}
        self._booked: set[SameSession] = set()
        self._history: list[Placed] = []
        self._became: list[Became] = []
        self.ahead: list[Placed] = []

    def write(self, lines: Sequence[ImportLine]) -> None:
        """Clients and history, and what became of the rows; sessions to come are left in ``ahead``, to be booked."""
        good = self._readable(lines)
        self._find_people(good)
        ids = made.add_people([row.person for _, row in self._new_people], self._now)
        self._fresh = {line.id: number for (line, _), number in zip(self._new_people, ids, strict=True)}
        if self._file.kind is FileKind.CLIENTS:
            self._write_clients()
        else:
            self._write_appointments(good)
        store.mark_lines(self._became)

    def _readable(self, lines: Sequence[ImportLine]) -> list[tuple[ImportLine, ClientRow | AppointmentRow]]:
        good = []
        for line in lines:
            row = self._file.read(line)
            if isinstance(row, BadRow):
                self._became.append(Became(line.id, LineState.PROBLEM, row.problem.value))
            else:
                good.append((line, row))
        return good

    def _find_people(self, good: Sequence[tuple[ImportLine, ClientRow | AppointmentRow]]) -> None:
        people = People(store.load_people({row.person.name for _, row in good}))
        for line, row in good:
            number, is_new = people.number_of(row, -line.id)
            if isinstance(number, Problem):
                self._refuse(line, number, line.made_client_id)
                continue
            if is_new:
                self._new_people.append((line, row))
            self._whose[line.id] = number

    def _write_clients(self) -> None:
        notes = []
        for line, row in self._new_people:
            note = note_of(row.born, row.notes) if isinstance(row, ClientRow) else ""
            if note:
                notes.append(NewNote(self._fresh[line.id], note))
            self._became.append(Became(line.id, LineState.MADE, None, self._fresh[line.id]))
        made.add_notes(notes, self._file.author, self._now)
        known = (line_id for line_id in self._whose if line_id not in self._fresh)
        self._became += [Became(line_id, LineState.KNOWN) for line_id in known]

    def _write_appointments(self, good: Sequence[tuple[ImportLine, ClientRow | AppointmentRow]]) -> None:
        rows = [
            (line, row) for line, row in good if isinstance(row, AppointmentRow) and line.id in self._whose
        ]
        self._booked = store.load_booked(self._therapists.values(), {row.starts_at for _, row in rows})
        for line, row in rows:
            self._place(line, row)
        self._became += write_history(self._file, self._history, self._now)

    def _place(self, line: ImportLine, row: AppointmentRow) -> None:
        """Known already, history, or to be booked. Whoever was stopped between booking and noting it books it again."""
        number = self._whose[line.id]
        client_id = number if number > 0 else self._fresh[-number]
        made_client = self._fresh.get(line.id, line.made_client_id)
        same = SameSession.of_row(row, self._therapists[row.therapist], client_id)
        is_repeated = find_replay(PRINCIPAL, key_of(self._file.id, line.number)) is not None
        if same in self._booked and not is_repeated:
            self._became.append(Became(line.id, LineState.KNOWN, None, None, made_client))
            return
        contradiction = None if is_repeated else row.contradiction(self._now)
        if contradiction is not None:
            self._refuse(line, contradiction, made_client)
            return
        self._booked.add(same)
        line.made_client_id = made_client
        if row.is_ahead(self._now) or is_repeated:
            self.ahead.append(Placed(line, row, client_id))
            self._became.append(Became(line.id, LineState.NEW, None, None, made_client))
        else:
            self._history.append(Placed(line, row, client_id))

    def _refuse(self, line: ImportLine, problem: Problem, made_client: int | None) -> None:
        self._became.append(Became(line.id, LineState.PROBLEM, problem.value, None, made_client))
