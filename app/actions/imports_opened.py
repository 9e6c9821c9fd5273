"""A file that is just being brought in, with all that its rows need: read once, for all the portions of a round."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.actions.imports import open_file
from app.actions.imports_undoing import author_of
from app.domain.appointments import Actor
from app.domain.imports import FileKind, OldSystem, Problem, Reading, Row, SheetOfRows
from app.domain.imports_rows import AppointmentRow, BadRow, ClientRow, RowReader
from app.domain.practice import Location, Practice
from app.domain.wallclock import local_date
from app.emails.compose import mail_languages
from app.models import ImportLine
from app.store.practice import load_practice
from app.store.transactions import end_reading


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The file, how it is read, for which practice, and in whose name."""

    id: int
    kind: FileKind
    sheet: SheetOfRows
    rows: Mapping[int, Row]
    reading: Reading
    reader: RowReader
    practice: Practice
    actor: Actor
    author: str

    @property
    def location(self) -> Location:
        """Where its sessions are."""
        return self.practice.location(self.reading.location) or self.practice.locations[0]

    def read(self, line: ImportLine) -> ClientRow | AppointmentRow | BadRow:
        """The row of that line, or what stands against it."""
        row = self.rows.get(line.number)
        return self.reader.read(row) if row else BadRow(line.number, Problem.LEFT_OUT)


def opened(batch_id: int, now: datetime) -> OpenedFile:
    """The file of that number. Raises LookupError and CannotOpen."""
    batch, sheet, reading = open_file(batch_id)
    practice, kind = load_practice(), FileKind(batch.kind)
    today = local_date(now, practice.first_zone)
    reader = RowReader(
        kind, sheet.header, reading, practice, today, mail_languages(), OldSystem(batch.source)
    )
    file = OpenedFile(
        id=batch_id,
        kind=kind,
        sheet=sheet,
        rows={row.number: row for row in sheet.rows},
        reading=reading,
        reader=reader,
        practice=practice,
        actor=Actor(batch.created_by_type, batch.created_by),
        author=author_of(batch),
    )
    end_reading()
    return file
