"""Bringing a file's rows in, a portion at a time: each portion is a transaction, so that whoever is stopped goes on where they were."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from app.actions.contention import retrying
from app.actions.imports import NotNow
from app.actions.imports_booking import book_row, key_of
from app.actions.imports_history import Placed
from app.actions.imports_opened import OpenedFile, opened
from app.actions.imports_portion import Portion
from app.actions.imports_undoing import take_back_some
from app.domain.appointments import Actor
from app.domain.imports import PORTION, BatchState, LineState, Problem, Reading, SheetOfRows
from app.domain.slots import Refusal
from app.extensions import import_due
from app.models import ImportBatch
from app.store import imports as store
from app.store import imports_made as made
from app.store.audit import add_audit_line
from app.store.imports import Became
from app.store.imports_made import NewNote
from app.store.transactions import end_reading, take_booking_lock, transaction

Clock = Callable[[], datetime]


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
        batch.reads_as = replace(Reading.from_stored(batch.reads_as), tells_clients=tells_clients).stored()
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
    file = opened(batch_id, now())
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


def _bring_some(file: OpenedFile, now: datetime) -> bool:
    """A portion; whether there may be more."""
    portion = _write_portion(file, now)
    if portion is None:
        return False
    for placed in portion.ahead:
        _book(file, placed, now)
    return True


@retrying
def _write_portion(file: OpenedFile, now: datetime) -> Portion | None:
    """Clients and history of the next rows; sessions to come are left to be booked. None where there is no row left."""
    with transaction() as rows:
        take_booking_lock()
        batch = store.lock_batch(file.id)
        if batch.state != BatchState.RUNNING:
            return None
        lines = store.list_next_lines(file.id, [LineState.NEW], PORTION)
        if not lines:
            _finish(file, batch, now)
            return None
        portion = Portion(file, now)
        portion.write(lines)
        for placed in portion.ahead:
            rows.expunge(placed.line)
        return portion


def _book(file: OpenedFile, placed: Placed, now: datetime) -> None:
    line, row, client_id = placed.line, placed.row, placed.client_id
    key = key_of(file.id, row.number)
    answer = book_row(row, file.practice, file.reading, client_id, key, file.actor, now)
    if isinstance(answer, Refusal | Problem):
        _mark(file, Became(line.id, LineState.PROBLEM, answer.value, None, line.made_client_id), [], now)
        return
    notes = [NewNote(client_id, row.notes, answer)] if row.notes else []
    _mark(file, Became(line.id, LineState.MADE, None, answer, line.made_client_id), notes, now)


@retrying
def _mark(file: OpenedFile, became: Became, notes: Sequence[NewNote], now: datetime) -> None:
    with transaction():
        take_booking_lock()
        if not store.is_new(became.line_id):
            return  # another process has booked the same row, and got the same appointment
        store.mark_lines([became])
        made.add_notes(notes, file.author, now)
        batch = store.lock_batch(file.id)
        if batch.state == BatchState.UNDONE:
            batch.state = BatchState.UNDOING.value  # it was booked while all was taken back: this, too


def _finish(file: OpenedFile, batch: ImportBatch, now: datetime) -> None:
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
