"""Taking back what a file was turned into: exactly that, and only as far as nobody has changed or used it since."""

from collections.abc import Sequence
from datetime import datetime

from app.actions.contention import retrying
from app.actions.imports import NotNow
from app.actions.imports_booking import booked_unnoted
from app.domain.appointments import Actor
from app.domain.imports import PORTION, BatchState, FileKind, LineState, Problem
from app.domain.imports_notes import author_of_file
from app.extensions import import_due
from app.models import ImportBatch, ImportLine
from app.store import imports as store
from app.store import imports_made as made
from app.store.audit import add_audit_line
from app.store.erasures import TOUCHED
from app.store.imports import Became
from app.store.old_versions import mark
from app.store.transactions import take_booking_lock, transaction

_WORKER = Actor("worker", "imports")


@retrying
def undo(batch_id: int, actor: Actor, now: datetime) -> bool:
    """From now on what it made is taken back; whether that is new. Raises LookupError, Busy, and NotNow where nothing was made."""
    with transaction():
        take_booking_lock()
        batch = store.lock_batch(batch_id)
        if BatchState(batch.state).is_taken_back:
            return False
        if BatchState(batch.state) not in (BatchState.RUNNING, BatchState.DONE):
            raise NotNow
        batch.state, batch.undone_at = BatchState.UNDOING.value, now
        add_audit_line(actor, "import undone", "import_batch", batch_id, {}, now)
    import_due.send(None)
    return True


@retrying
def take_back_some(batch_id: int, now: datetime) -> bool:
    """A portion, in a transaction of its own; whether there may be more. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        batch = store.lock_batch(batch_id)
        if batch.state != BatchState.UNDOING:
            return False
        lines = store.list_next_lines(batch_id, [LineState.MADE], PORTION)
        if lines:
            _take_back(batch, lines)
            return True
        unnoted = booked_unnoted(batch)
        if unnoted:
            store.mark_lines(unnoted)
            return True
        lines = store.list_lines_with_clients(batch_id, PORTION)
        if lines:
            _take_clients_back(batch, lines)
            return True
        _finish(batch, now)
        return False


def author_of(batch: ImportBatch) -> str:
    """How notes say who wrote them."""
    return author_of_file(batch.id, batch.created_by)


def _take_back(batch: ImportBatch, lines: Sequence[ImportLine]) -> None:
    numbers = [line.made_id for line in lines if line.made_id is not None]
    author = author_of(batch)
    if batch.kind == FileKind.CLIENTS:
        gone = made.find_untouched_clients(numbers, author)
        made.take_clients_back(gone)
    else:
        gone = made.find_untouched_appointments(numbers, author)
        made.take_appointments_back(gone)
    store.mark_lines([_became(line, line.made_id in gone) for line in lines])


def _became(line: ImportLine, is_gone: bool) -> Became:
    if is_gone:
        return Became(line.id, LineState.UNDONE, None, None, line.made_client_id)
    return Became(line.id, LineState.KEPT, Problem.USED_SINCE.value, line.made_id, line.made_client_id)


def _take_clients_back(batch: ImportBatch, lines: Sequence[ImportLine]) -> None:
    """Those whom appointments made on the way; who has something else by now stays."""
    numbers = [line.made_client_id for line in lines if line.made_client_id is not None]
    gone = made.find_untouched_clients(numbers, author_of(batch))
    made.take_clients_back(gone)
    store.mark_lines([_without_client(line, line.made_client_id in gone) for line in lines])


def _without_client(line: ImportLine, is_gone: bool) -> Became:
    state, problem = LineState(line.state), line.problem
    if not is_gone and state is not LineState.KEPT:
        state, problem = LineState.KEPT, Problem.CLIENT_USED.value
    return Became(line.id, state, problem, line.made_id, None)


def _finish(batch: ImportBatch, now: datetime) -> None:
    counted = store.count_lines(batch.id)
    batch.state, batch.sealed_rows = BatchState.UNDONE.value, None
    batch.ended_at = batch.ended_at or now
    mark(TOUCHED, now)  # what the rows said lies on in the tables' files
    detail = {state.value: counted[state] for state in (LineState.UNDONE, LineState.KEPT)}
    add_audit_line(_WORKER, "import taken back", "import_batch", batch.id, detail, now)
