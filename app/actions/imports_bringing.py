"""Bringing a file's rows in, a portion at a time: each portion is a transaction, so that whoever is stopped goes on where they were."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import SystemRandom

from app.actions.contention import retrying
from app.actions.imports import NotNow, open_file
from app.actions.imports_booking import PRINCIPAL, book_row, key_of
from app.actions.imports_undoing import author_of, take_back_some
from app.domain.appointments import Actor, State, new_reference
from app.domain.imports import (
    PORTION,
    BatchState,
    Kind,
    LineState,
    Problem,
    ReadsAs,
    Row,
    SheetOfRows,
    Source,
)
from app.domain.imports_notes import note_of
from app.domain.imports_people import People, SameSession
from app.domain.imports_rows import AppointmentRow, BadRow, ClientRow, RowReader, zone_of
from app.domain.practice import RETURNING_VISIT, Location, Practice, Variant
from app.domain.slots import Refusal
from app.domain.sources import IMPORTED
from app.domain.wallclock import local_date, local_time
from app.emails.compose import mail_languages
from app.extensions import import_due
from app.models import ImportBatch, ImportLine
from app.store import imports as store
from app.store import imports_made as made
from app.store.appointments import find_replay
from app.store.audit import add_audit_line
from app.store.imports import Became
from app.store.imports_made import NewNote
from app.store.practice import load_practice
from app.store.transactions import end_reading, take_booking_lock, transaction

_random = SystemRandom()
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is being brought in: read once, for all the portions of a round."""

    id: int
    kind: Kind
    sheet: SheetOfRows
    rows: Mapping[int, Row]
    reads_as: ReadsAs
    reader: RowReader
    practice: Practice
    actor: Actor
    author: str


@dataclass(slots=True)
class _Portion:
    """What is to be written of some rows: in one go, since a row each takes longer than all the rest."""

    new_people: list[tuple[ImportLine, ClientRow | AppointmentRow]] = field(default_factory=list)
    history: list[tuple[ImportLine, AppointmentRow, int]] = field(default_factory=list)
    ahead: list[tuple[ImportLine, AppointmentRow, int]] = field(default_factory=list)
    became: list[Became] = field(default_factory=list)


@retrying
def begin(batch_id: int, actor: Actor, now: datetime, *, tells_clients: bool = False) -> bool:
    """From now on its new rows are brought in; whether that is new. Raises LookupError, NotNow and Busy."""
    with transaction():
        take_booking_lock()
        batch = store.lock_batch(batch_id)
        if batch.state == BatchState.RUNNING:
            return False
        counted = store.count_lines(batch_id)
        if batch.state != BatchState.PREVIEW or not counted:
            raise NotNow
        batch.state = BatchState.RUNNING.value
        batch.reads_as = replace(ReadsAs.from_stored(batch.reads_as), tells_clients=tells_clients).stored()
        detail = {"kind": batch.kind, "rows": counted[LineState.NEW], "tells_clients": tells_clients}
        add_audit_line(actor, "import begun", "import_batch", batch_id, detail, now)
    import_due.send(None)
    return True


def carry_on(batch_id: int, now: Clock, seconds: float) -> bool:
    """Bring in, or take back, for about so many seconds; whether something is left. Raises LookupError and Busy."""
    give_up_at = time.monotonic() + seconds
    state = BatchState(store.get_batch(batch_id).state)
    end_reading()
    if state is BatchState.UNDOING:
        return _until(give_up_at, lambda: take_back_some(batch_id, now()))
    if state is not BatchState.RUNNING:
        return False
    file = _opened(batch_id, now())
    return _until(give_up_at, lambda: _bring_some(file, now()))


def carry_on_all(now: Clock, seconds: float) -> bool:
    """The same with all files that are under way; whether something is left. Raises Busy.

    What is wrong with one file keeps no other waiting: it is raised when all have had their turn.
    """
    numbers = store.list_unfinished()
    end_reading()
    left, faults = [], []
    for number in numbers:
        try:
            left.append(carry_on(number, now, seconds / len(numbers)))
        except Exception as fault:  # noqa: BLE001 - raised below
            faults.append(fault)
    if faults:
        raise faults[0]
    return any(left)


def _until(give_up_at: float, some: Callable[[], bool]) -> bool:
    while some():
        if time.monotonic() > give_up_at:
            return True
    return False


def _opened(batch_id: int, now: datetime) -> _File:
    batch, sheet, reads_as = open_file(batch_id)
    practice, kind = load_practice(), Kind(batch.kind)
    actor = Actor(batch.created_by_type, batch.created_by)
    today = local_date(now, practice.first_zone)
    source = Source(batch.source)
    reader = RowReader(kind, sheet.header, reads_as, practice, today, mail_languages(), source)
    rows = {row.number: row for row in sheet.rows}
    file = _File(batch_id, kind, sheet, rows, reads_as, reader, practice, actor, author_of(batch))
    end_reading()
    return file


def _bring_some(file: _File, now: datetime) -> bool:
    """A portion; whether there may be more."""
    portion = _write_portion(file, now)
    if portion is None:
        return False
    for line, row, client_id in portion.ahead:
        _book(file, line.id, line.made_client_id, row, client_id, now)
    return True


@retrying
def _write_portion(file: _File, now: datetime) -> _Portion | None:
    """Clients and history of the next rows; sessions to come are left to be booked. None where there is no row left."""
    with transaction() as rows:
        take_booking_lock()
        batch = store.lock_batch(file.id)
        if batch.state != BatchState.RUNNING:
            return None
        lines = store.next_lines(file.id, [LineState.NEW], PORTION)
        if not lines:
            _finish(file, batch, now)
            return None
        portion = _sorted(file, lines, now)
        store.mark_lines(portion.became)
        for line, _, _ in portion.ahead:
            rows.expunge(line)
        return portion


def _sorted(file: _File, lines: Sequence[ImportLine], now: datetime) -> _Portion:
    """The truth may have changed since the rows were judged: who is known is asked again, under the lock."""
    portion = _Portion()
    read = [(line, _read(file, line)) for line in lines]
    good = [(line, row) for line, row in read if not isinstance(row, BadRow)]
    portion.became = [
        Became(line.id, LineState.PROBLEM, row.problem.value) for line, row in read if isinstance(row, BadRow)
    ]
    people = People(store.load_people({row.person.name for _, row in good}))
    whose = _whose(good, people, portion)
    ids = made.add_people([row.person for _, row in portion.new_people], now)
    fresh = {line.id: number for (line, _), number in zip(portion.new_people, ids, strict=True)}
    if file.kind is Kind.CLIENTS:
        _clients(file, portion, whose, fresh, now)
    else:
        _appointments(file, good, portion, whose, fresh, now)
    return portion


def _read(file: _File, line: ImportLine) -> ClientRow | AppointmentRow | BadRow:
    row = file.rows.get(line.number)
    return file.reader.read(row) if row else BadRow(line.number, Problem.LEFT_OUT)


def _whose(
    good: Iterable[tuple[ImportLine, ClientRow | AppointmentRow]], people: People, portion: _Portion
) -> dict[int, int]:
    """By line, as whom the row's person counts: a client's number, or minus the line of the row that adds them."""
    found: dict[int, int] = {}
    for line, row in good:
        number, is_new = people.number_of(row.person, -line.id)
        if isinstance(number, Problem):
            portion.became.append(Became(line.id, LineState.PROBLEM, number.value, None, line.made_client_id))
            continue
        if is_new:
            portion.new_people.append((line, row))
        found[line.id] = number
    return found


def _clients(
    file: _File, portion: _Portion, whose: Mapping[int, int], fresh: Mapping[int, int], now: datetime
) -> None:
    notes = []
    for line, row in portion.new_people:
        note = note_of(row.born, row.notes) if isinstance(row, ClientRow) else ""
        if note:
            notes.append(NewNote(fresh[line.id], note))
        portion.became.append(Became(line.id, LineState.MADE, None, fresh[line.id]))
    made.add_notes(notes, file.author, now)
    portion.became += [Became(line_id, LineState.KNOWN) for line_id in whose if line_id not in fresh]


def _appointments(
    file: _File,
    good: Iterable[tuple[ImportLine, ClientRow | AppointmentRow]],
    portion: _Portion,
    whose: Mapping[int, int],
    fresh: Mapping[int, int],
    now: datetime,
) -> None:
    rows = [(line, row) for line, row in good if isinstance(row, AppointmentRow) and line.id in whose]
    therapists = {one.slug: one.id for one in file.practice.therapists}
    booked = store.load_booked(therapists.values(), {row.starts_at for _, row in rows})
    for line, row in rows:
        number = whose[line.id]
        client_id = number if number > 0 else fresh[-number]
        made_client = fresh.get(line.id, line.made_client_id)
        same = SameSession.of_row(row, therapists[row.therapist], client_id)
        is_repeated = find_replay(PRINCIPAL, key_of(file.id, line.number)) is not None
        if same in booked and not is_repeated:
            portion.became.append(Became(line.id, LineState.KNOWN, None, None, made_client))
            continue
        contradiction = None if is_repeated else row.contradiction(now)
        if contradiction is not None:
            portion.became.append(Became(line.id, LineState.PROBLEM, contradiction.value, None, made_client))
            continue
        booked.add(same)
        line.made_client_id = made_client
        if row.is_ahead(now) or is_repeated:
            portion.ahead.append((line, row, client_id))
            portion.became.append(Became(line.id, LineState.NEW, None, None, made_client))
        else:
            portion.history.append((line, row, client_id))
    _write_history(file, portion, now)


def _write_history(file: _File, portion: _Portion, now: datetime) -> None:
    references = _new_references(file.practice.short_code, len(portion.history))
    told = [
        _past(file, row, client_id, reference, now)
        for (_, row, client_id), reference in zip(portion.history, references, strict=True)
    ]
    numbers = made.add_history(told)
    notes = []
    for (line, row, client_id), number in zip(portion.history, numbers, strict=True):
        portion.became.append(Became(line.id, LineState.MADE, None, number, line.made_client_id))
        if row.notes:
            notes.append(NewNote(client_id, row.notes, number))
    made.add_notes(notes, file.author, now)


def _new_references(prefix: str, how_many: int) -> list[str]:
    found: set[str] = set()
    while len(found) < how_many:
        more = {new_reference(prefix, _random) for _ in range(how_many - len(found))}
        found |= more - made.references_taken(more)
    return sorted(found)


def _past(
    file: _File, row: AppointmentRow, client_id: int, reference: str, now: datetime
) -> dict[str, object]:
    """An appointment that is over, as it would stand here had it been booked here: without claim, price and message."""
    practice, zone = file.practice, zone_of(file.practice, file.reads_as)
    service, therapist = practice.service(row.service), practice.therapist(row.therapist)
    assert service is not None and therapist is not None  # noqa: S101, PT018 - the row was matched with them
    variant = _nearest(service.variants, row.minutes)
    state = row.state.state if row.state.state in (State.CANCELLED, State.NO_SHOW) else State.COMPLETED
    is_cancelled = state is State.CANCELLED
    return {
        "public_id": secrets.token_urlsafe(16),
        "reference": reference,
        "service_id": service.id,
        "variant_id": variant.id,
        "therapist_id": therapist.id,
        "location_id": _location(file).id,
        "client_id": client_id,
        "state": (state or State.COMPLETED).value,
        "cancelled_by": ("late" if row.state.late else "client") if is_cancelled else None,
        "cancelled_at": min(now, row.starts_at) if is_cancelled else None,
        "completed_at": row.ends_at if state is State.COMPLETED else None,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "zone": zone.key,
        "wall_time": f"{local_time(row.starts_at, zone):%Y-%m-%dT%H:%M}",
        "visit": RETURNING_VISIT,
        "minutes": row.minutes,
        "buffer_before": 0,
        "buffer_after": 0,
        "language": row.person.language,
        "source": IMPORTED,
        "typed_name": row.person.name,
        "typed_email": row.person.email,
        "typed_phone": row.person.phone,
        "created_at": now,
    }


def _nearest(variants: Sequence[Variant], minutes: int) -> Variant:
    return min(variants, key=lambda one: (abs(one.minutes - minutes), one.id))


def _location(file: _File) -> Location:
    return file.practice.location(file.reads_as.location) or file.practice.locations[0]


def _book(
    file: _File,
    line_id: int,
    made_client_id: int | None,
    row: AppointmentRow,
    client_id: int,
    now: datetime,
) -> None:
    key = key_of(file.id, row.number)
    answer = book_row(row, file.practice, file.reads_as, client_id, key, file.actor, now)
    if isinstance(answer, Refusal | Problem):
        _mark(file, Became(line_id, LineState.PROBLEM, answer.value, None, made_client_id), [], now)
        return
    notes = [NewNote(client_id, row.notes, answer)] if row.notes else []
    _mark(file, Became(line_id, LineState.MADE, None, answer, made_client_id), notes, now)


@retrying
def _mark(file: _File, became: Became, notes: Sequence[NewNote], now: datetime) -> None:
    with transaction():
        take_booking_lock()
        if not store.is_new(became.line_id):
            return  # another process has booked the same row, and got the same appointment
        store.mark_lines([became])
        made.add_notes(notes, file.author, now)
        batch = store.lock_batch(file.id)
        if batch.state == BatchState.UNDONE:
            batch.state = BatchState.UNDOING.value  # it was booked while all was taken back: this, too


def _finish(file: _File, batch: ImportBatch, now: datetime) -> None:
    """The rows are destroyed; those with problems stay, for whoever wants to correct them."""
    counted = store.count_lines(file.id)
    batch.state, batch.ended_at = BatchState.DONE.value, now
    bad = {number for number, _ in store.list_problems(file.id, [LineState.PROBLEM])}
    if bad:
        left = tuple(row for row in file.sheet.rows if row.number in bad)
        store.seal_rows(batch, SheetOfRows(file.sheet.header, left))
    else:
        batch.sealed_rows = None
    detail = {state.value: counted[state] for state in LineState if counted[state]}
    add_audit_line(file.actor, "import finished", "import_batch", file.id, detail, now)
