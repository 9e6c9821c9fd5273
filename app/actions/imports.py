"""Files from other systems: kept sealed, read as somebody says, judged row by row, and let go of. Nothing is brought in here."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.actions.contention import retrying
from app.actions.imports_booking import booked_unnoted
from app.actions.imports_judging import judged
from app.domain.appointments import Actor
from app.domain.imports import (
    DAYS,
    BatchState,
    Field,
    FileKind,
    LineState,
    OldSystem,
    Problem,
    Reading,
    SheetOfRows,
)
from app.domain.imports_columns import guess_columns, guess_source
from app.domain.imports_dates import Evidence, evidence
from app.domain.imports_matching import Matching, names_in
from app.domain.imports_reading import read_rows
from app.models import ImportBatch
from app.store import imports as store
from app.store.audit import add_audit_line
from app.store.imports import Became
from app.store.practice import load_practice
from app.store.transactions import end_reading, transaction

_LONGEST_FILE_NAME = 120
_WORKER = Actor("worker", "imports")
_BRINGING = frozenset({LineState.PROBLEM})
_TAKING_BACK = frozenset({LineState.KEPT})


class NotNow(Exception):
    """Somebody was faster: the file is no longer where it would have to be for that."""


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What a file leaves open: fields without a column, days whose order nobody knows, names that nothing here has."""

    missing: tuple[Field, ...]
    orders: dict[Field, Evidence]
    names: dict[Field, Counter[str]]

    @property
    def about_columns(self) -> bool:
        """Whether something is open that the columns' form asks."""
        return bool(self.missing or self.orders)

    @property
    def anything(self) -> bool:
        """Whether anything is open."""
        return self.about_columns or any(self.names.values())


def keep_file(
    raw: bytes, file_name: str, kind: FileKind, source: OldSystem | None, actor: Actor, now: datetime
) -> int:
    """Read a file, keep its rows sealed, and guess how it is to be read; answers its number. Raises CannotRead and Busy."""
    sheet = read_rows(raw)
    reading = _guessed(sheet, kind)
    return _kept(sheet, reading, kind, source or guess_source(sheet.header), file_name, actor, now)


def open_file(batch_id: int) -> tuple[ImportBatch, SheetOfRows, Reading]:
    """A file that was sent in, its rows, and how it is read. Raises LookupError and CannotOpen."""
    batch = store.get_batch(batch_id)
    return batch, store.open_rows(batch), Reading.from_stored(batch.reads_as)


def left_open(sheet: SheetOfRows, kind: FileKind, reading: Reading) -> LeftOpen:
    """What is still to be said before the rows can be judged."""
    columns = reading.columns
    has_name = Field.NAME in columns or Field.FIRST_NAME in columns
    missing = () if has_name else (Field.NAME,)
    if kind is FileKind.CLIENTS:
        return LeftOpen(missing, _open_orders(sheet, reading), {})
    missing = missing if Field.STARTS in columns else (*missing, Field.STARTS)
    names = _unmatched(names_in(sheet, reading), Matching(load_practice(), reading).slug_of)
    return LeftOpen(missing, _open_orders(sheet, reading), names)


def unlike_ours(sheet: SheetOfRows, reading: Reading) -> dict[Field, Counter[str]]:
    """The file's services and therapists that are called otherwise here, also those of which somebody has said so by now."""
    return _unmatched(names_in(sheet, reading), Matching(load_practice(), reading).by_name)


def say_how_to_read(batch_id: int, reading: Reading, now: datetime) -> LeftOpen:
    """Say how a file is to be read; its rows are judged as soon as nothing is open. Raises LookupError, NotNow, CannotOpen, Busy."""
    batch, sheet, _ = open_file(batch_id)
    kind = FileKind(batch.kind)
    reading = _with_plain_orders(sheet, reading)
    still = left_open(sheet, kind, reading)
    lines = (
        []
        if still.anything
        else list(judged(kind, OldSystem(batch.source), sheet, reading, load_practice(), now))
    )
    end_reading()
    _save_reading(batch_id, reading, lines)
    return still


@retrying
def drop(batch_id: int, actor: Actor, now: datetime) -> None:
    """Let go of the rows that are still kept. Raises LookupError, NotNow and Busy."""
    with transaction():
        batch = store.lock_batch(batch_id)
        if BatchState(batch.state).is_under_way:
            raise NotNow
        _let_go(batch, actor, now)


def drop_old(batch_ids: Sequence[int], now: datetime) -> None:
    """Let go of files whose time is over, also of one that stopped halfway; for whoever is in a transaction."""
    for batch_id in batch_ids:
        _let_go(store.lock_batch(batch_id), _WORKER, now)


def drop_waiting(
    actor: Actor, now: datetime, *, sent_before: datetime | None = None, also_running: bool = False
) -> None:
    """Let go of all kept rows that nobody brings in just now: somebody is forgotten, and may stand there.

    For whoever is in a transaction. ``also_running``: after a restore, when nobody watches what goes on by itself.
    """
    for batch_id in store.list_keeping_rows():
        batch = store.lock_batch(batch_id)
        is_late = sent_before is not None and batch.created_at >= sent_before
        if not is_late and (also_running or not BatchState(batch.state).is_under_way):
            _let_go(batch, actor, now)


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A row that was not taken over: its number, what stands against it, its cells."""

    number: int
    problem: str
    cells: tuple[str, ...]


def open_problems(batch_id: int, actor: Actor, now: datetime) -> tuple[tuple[str, ...], list[ProblemRow]]:
    """The header, and the rows with problems as far as they are kept. The line in the log is written first.

    Raises LookupError, CannotOpen and Busy.
    """
    with transaction():
        store.get_batch(batch_id)
        add_audit_line(actor, "import rows opened", "import_batch", batch_id, {}, now)
    batch, sheet, _ = open_file(batch_id)
    said = dict(store.list_problems(batch_id, problem_states(BatchState(batch.state))))
    rows = [ProblemRow(one.number, said[one.number], one.cells) for one in sheet.rows if one.number in said]
    return sheet.header, rows


def problem_states(state: BatchState) -> frozenset[LineState]:
    """Which rows a file's list of problems is about."""
    return _TAKING_BACK if state.is_taken_back else _BRINGING


def _let_go(batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """What was only looked at is dropped; of what stopped halfway, the rows that are left can't be brought in any more."""
    if batch.state == BatchState.PREVIEW:
        batch.state, batch.ended_at = BatchState.DROPPED.value, now
        store.forget_lines(batch.id)
    if batch.state == BatchState.RUNNING:
        batch.state, batch.ended_at = BatchState.DONE.value, now
        store.mark_lines(booked_unnoted(batch))
        store.mark_lines(
            Became(line.id, LineState.PROBLEM, Problem.ROW_GONE.value, None, line.made_client_id)
            for line in store.list_next_lines(batch.id, [LineState.NEW])
        )
    batch.sealed_rows = None
    add_audit_line(actor, "import dropped", "import_batch", batch.id, {}, now)


@retrying
def _kept(
    sheet: SheetOfRows,
    reading: Reading,
    kind: FileKind,
    source: OldSystem,
    file_name: str,
    actor: Actor,
    now: datetime,
) -> int:
    name = " ".join(file_name.split())[-_LONGEST_FILE_NAME:] or kind.value
    with transaction():
        batch = store.add_batch(kind, source, name, sheet, reading, actor, now)
        detail = {"kind": kind.value, "rows": len(sheet.rows)}
        add_audit_line(actor, "import sent in", "import_batch", batch.id, detail, now)
        return batch.id


def _guessed(sheet: SheetOfRows, kind: FileKind) -> Reading:
    practice = load_practice()
    end_reading()
    location = practice.places[0].slug if practice.places else None
    return _with_plain_orders(sheet, Reading(guess_columns(sheet.header, kind), {}, location))


def _with_plain_orders(sheet: SheetOfRows, reading: Reading) -> Reading:
    """Where a column itself says which number is the day, nobody is asked, and nobody can say otherwise."""
    plain = {one: found.order for one, found in evidence(sheet, reading).items()}
    orders = {one: reading.orders[one] for one in reading.orders if one in reading.columns}
    return replace(reading, orders=orders | {one: order for one, order in plain.items() if order})


def _open_orders(sheet: SheetOfRows, reading: Reading) -> dict[Field, Evidence]:
    found = evidence(sheet, reading)
    return {
        one: found[one] for one in DAYS if one in found and found[one].is_open and one not in reading.orders
    }


def _unmatched(
    counted: Mapping[Field, Counter[str]], find: Callable[[Field, str], str | None]
) -> dict[Field, Counter[str]]:
    return {
        what: Counter({name: count for name, count in names.items() if find(what, name) is None})
        for what, names in counted.items()
    }


@retrying
def _save_reading(batch_id: int, reading: Reading, lines: list[tuple[int, LineState, str | None]]) -> None:
    with transaction():
        batch = store.lock_batch(batch_id)
        if batch.state != BatchState.PREVIEW:
            raise NotNow
        batch.reads_as = reading.stored()
        store.write_lines(batch_id, lines)
