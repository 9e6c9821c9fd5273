"""Files from other systems: kept sealed, read as somebody says, judged row by row, and let go of. Nothing is brought in here."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from app.actions.contention import retrying
from app.actions.imports_judging import judged
from app.domain.appointments import Actor
from app.domain.imports import (
    DAYS,
    BatchState,
    Field,
    Kind,
    LineState,
    ReadsAs,
    SheetOfRows,
    Source,
)
from app.domain.imports_columns import guess_columns, guess_source
from app.domain.imports_reading import read_rows
from app.domain.imports_rows import Matching, evidence, names_to_match
from app.domain.imports_values import Evidence
from app.domain.practice import Practice
from app.models import ImportBatch
from app.store import imports as store
from app.store.audit import add_audit_line
from app.store.practice import load_practice
from app.store.transactions import end_reading, transaction

_LONGEST_FILE_NAME = 120
_BRINGING = frozenset({LineState.PROBLEM})
_TAKING_BACK = frozenset({LineState.KEPT})


class NotNow(Exception):
    """Somebody was faster: the file is no longer where it would have to be for that."""


@dataclass(frozen=True, slots=True)
class Asked:
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
    raw: bytes, file_name: str, kind: Kind, source: Source | None, actor: Actor, now: datetime
) -> int:
    """Read a file, keep its rows sealed, and guess how it is to be read; answers its number. Raises CannotRead and Busy."""
    sheet = read_rows(raw)
    reads_as = _guessed(sheet, kind)
    return _kept(sheet, reads_as, kind, source or guess_source(sheet.header), file_name, actor, now)


def open_file(batch_id: int) -> tuple[ImportBatch, SheetOfRows, ReadsAs]:
    """A file that was sent in, its rows, and how it is read. Raises LookupError and CannotOpen."""
    batch = store.get_batch(batch_id)
    return batch, store.open_rows(batch), ReadsAs.from_stored(batch.reads_as)


def asked(sheet: SheetOfRows, kind: Kind, reads_as: ReadsAs) -> Asked:
    """What is still to be said before the rows can be judged."""
    columns = reads_as.columns
    has_name = Field.NAME in columns or Field.FIRST_NAME in columns
    missing = () if has_name else (Field.NAME,)
    if kind is Kind.CLIENTS:
        return Asked(missing, _open_orders(sheet, reads_as), {})
    missing = missing if Field.STARTS in columns else (*missing, Field.STARTS)
    return Asked(missing, _open_orders(sheet, reads_as), _unmatched(sheet, reads_as, load_practice()))


def names_to_ask(sheet: SheetOfRows, reads_as: ReadsAs) -> dict[Field, Counter[str]]:
    """The file's services and therapists that are called otherwise here, also those of which somebody has said so by now."""
    matching = Matching(load_practice(), reads_as)
    counted = names_to_match(sheet, reads_as)
    return {
        what: Counter({name: count for name, count in names.items() if matching.by_name(what, name) is None})
        for what, names in counted.items()
    }


def read_as(batch_id: int, reads_as: ReadsAs, now: datetime) -> Asked:
    """Say how a file is to be read; its rows are judged as soon as nothing is open. Raises LookupError, NotNow, CannotOpen, Busy."""
    batch, sheet, _ = open_file(batch_id)
    kind = Kind(batch.kind)
    reads_as = _with_plain_orders(sheet, reads_as)
    still = asked(sheet, kind, reads_as)
    lines = (
        []
        if still.anything
        else list(judged(kind, Source(batch.source), sheet, reads_as, load_practice(), now))
    )
    end_reading()
    _save_reading(batch_id, reads_as, lines)
    return still


@retrying
def drop(batch_id: int, actor: Actor, now: datetime) -> None:
    """Let go of the rows that are still kept. Raises LookupError, NotNow and Busy."""
    with transaction():
        batch = store.lock_batch(batch_id)
        if BatchState(batch.state).is_under_way:
            raise NotNow
        if batch.state == BatchState.PREVIEW:
            batch.state, batch.ended_at = BatchState.DROPPED.value, now
            store.forget_lines(batch_id)
        batch.sealed_rows = None
        add_audit_line(actor, "import dropped", "import_batch", batch_id, {}, now)


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


@retrying
def _kept(
    sheet: SheetOfRows,
    reads_as: ReadsAs,
    kind: Kind,
    source: Source,
    file_name: str,
    actor: Actor,
    now: datetime,
) -> int:
    name = " ".join(file_name.split())[-_LONGEST_FILE_NAME:] or kind.value
    with transaction():
        batch = store.add_batch(kind, source, name, sheet, reads_as, actor, now)
        detail = {"kind": kind.value, "rows": len(sheet.rows)}
        add_audit_line(actor, "import sent in", "import_batch", batch.id, detail, now)
        return batch.id


def _guessed(sheet: SheetOfRows, kind: Kind) -> ReadsAs:
    practice = load_practice()
    end_reading()
    location = next((one.slug for one in practice.locations if one.zone), None)
    return _with_plain_orders(sheet, ReadsAs(guess_columns(sheet.header, kind), {}, location))


def _with_plain_orders(sheet: SheetOfRows, reads_as: ReadsAs) -> ReadsAs:
    """Where a column itself says which number is the day, nobody is asked, and nobody can say otherwise."""
    plain = {one: found.order for one, found in evidence(sheet, reads_as).items()}
    orders = {one: reads_as.orders[one] for one in reads_as.orders if one in reads_as.columns}
    return replace(reads_as, orders=orders | {one: order for one, order in plain.items() if order})


def _open_orders(sheet: SheetOfRows, reads_as: ReadsAs) -> dict[Field, Evidence]:
    found = evidence(sheet, reads_as)
    return {
        one: found[one] for one in DAYS if one in found and found[one].is_open and one not in reads_as.orders
    }


def _unmatched(sheet: SheetOfRows, reads_as: ReadsAs, practice: Practice) -> dict[Field, Counter[str]]:
    matching = Matching(practice, reads_as)
    return {
        what: Counter(dict(_unknown(matching, what, counted)))
        for what, counted in names_to_match(sheet, reads_as).items()
    }


def _unknown(matching: Matching, what: Field, counted: Counter[str]) -> Iterator[tuple[str, int]]:
    return ((name, count) for name, count in counted.items() if matching.slug_of(what, name) is None)


@retrying
def _save_reading(batch_id: int, reads_as: ReadsAs, lines: list[tuple[int, LineState, str | None]]) -> None:
    with transaction():
        batch = store.lock_batch(batch_id)
        if batch.state != BatchState.PREVIEW:
            raise NotNow
        batch.reads_as = reads_as.stored()
        store.write_lines(batch_id, lines)
