"""Files from other systems: the file with its rows sealed, what became of each row, and whom and what the rows may be about."""

import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from app.domain.appointments import GONE, Actor
from app.domain.imports import BatchState, FileKind, LineState, OldSystem, Reading, Row, SheetOfRows
from app.domain.imports_people import KnownPerson, SameSession
from app.domain.text import folded
from app.extensions import db
from app.models import Appointment, Client, Contact, Idempotency, ImportBatch, ImportLine, table_of
from app.store.clients import ROOT
from app.vault import open_bytes, seal_bytes

_line = table_of(ImportLine)
_NAMES_AT_ONCE = 500
_MARK = (
    update(_line)
    .where(_line.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        problem=bindparam("b_problem"),
        made_id=bindparam("b_made"),
        made_client_id=bindparam("b_client"),
    )
)
_UNDER_WAY = [state.value for state in BatchState if state.is_under_way]


def rows_context(batch_id: int) -> str:
    """What a file's rows are sealed for."""
    return f"import_batch|{batch_id}"


def add_batch(
    kind: FileKind,
    source: OldSystem,
    file_name: str,
    sheet: SheetOfRows,
    reading: Reading,
    by: Actor,
    now: datetime,
) -> ImportBatch:
    """Keep a file that was sent in, its rows sealed."""
    batch = ImportBatch(
        kind=kind.value,
        source=source.value,
        file_name=file_name,
        state=BatchState.PREVIEW.value,
        reads_as=reading.stored(),
        created_by=by.called,
        created_by_type=by.kind,
        created_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    seal_rows(batch, sheet)
    return batch


def seal_rows(batch: ImportBatch, sheet: SheetOfRows) -> None:
    """Keep these rows, and no others."""
    told = {
        "header": sheet.header,
        "rows": [[one.number, one.has_too_many, *one.cells] for one in sheet.rows],
    }
    packed = zlib.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), 1)
    batch.sealed_rows = seal_bytes(packed, None, rows_context(batch.id))


def open_rows(batch: ImportBatch) -> SheetOfRows:
    """The file as it was read; no rows where they are destroyed. Raises CannotOpen."""
    if batch.sealed_rows is None:
        return SheetOfRows((), ())
    told = json.loads(zlib.decompress(open_bytes(batch.sealed_rows, None, rows_context(batch.id))))
    rows = tuple(Row(number, tuple(cells), too_many) for number, too_many, *cells in told["rows"])
    return SheetOfRows(tuple(told["header"]), rows)


def get_batch(batch_id: int) -> ImportBatch:
    """The file of that number, as it stands now. Raises LookupError."""
    batch = db.session.get(ImportBatch, batch_id, populate_existing=True)
    if batch is None:
        raise LookupError("no such import")
    return batch


def lock_batch(batch_id: int) -> ImportBatch:
    """The same for who is about to change it: nobody else does so before this transaction ends. Raises LookupError."""
    batch = db.session.get(ImportBatch, batch_id, populate_existing=True, with_for_update=True)
    if batch is None:
        raise LookupError("no such import")
    return batch


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What is known of a file without looking into it."""

    id: int
    kind: FileKind
    source: OldSystem
    file_name: str
    state: BatchState
    keeps_rows: bool
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    undone_at: datetime | None


_FACTS = select(
    ImportBatch.id,
    ImportBatch.kind,
    ImportBatch.source,
    ImportBatch.file_name,
    ImportBatch.state,
    ImportBatch.sealed_rows.is_not(None),
    ImportBatch.created_by,
    ImportBatch.created_at,
    ImportBatch.ended_at,
    ImportBatch.undone_at,
)


def list_batches(at_most: int = 50) -> list[BatchFacts]:
    """The files that were sent in, the latest first."""
    rows = db.session.execute(_FACTS.order_by(ImportBatch.id.desc()).limit(at_most))
    return [_facts(row) for row in rows]


def find_facts(batch_id: int) -> BatchFacts | None:
    """The file of that number."""
    row = db.session.execute(_FACTS.where(ImportBatch.id == batch_id)).first()
    return _facts(row) if row else None


def _facts(row: Any) -> BatchFacts:
    number, kind, source, name, state, *more = row
    return BatchFacts(number, FileKind(kind), OldSystem(source), name, BatchState(state), *more)


def list_unfinished() -> list[int]:
    """The numbers of files that are just being brought in, or taken back."""
    wanted = select(ImportBatch.id).where(ImportBatch.state.in_(_UNDER_WAY)).order_by(ImportBatch.id)
    return list(db.session.execute(wanted).scalars())


def list_keeping_rows() -> list[int]:
    """The numbers of files of which rows are kept."""
    wanted = select(ImportBatch.id).where(ImportBatch.sealed_rows.is_not(None)).order_by(ImportBatch.id)
    return list(db.session.execute(wanted).scalars())


def write_lines(batch_id: int, judged: Iterable[tuple[int, LineState, str | None]]) -> None:
    """What would become of each row, instead of what was thought before."""
    forget_lines(batch_id)
    rows = [
        {"batch_id": batch_id, "number": number, "state": state.value, "problem": problem}
        for number, state, problem in judged
    ]
    if rows:
        db.session.execute(insert(_line), rows)


def forget_lines(batch_id: int) -> None:
    """Nothing is known of the rows any more."""
    _run(delete(_line).where(_line.c.batch_id == batch_id))


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a row, by its line's number."""

    line_id: int
    state: LineState
    problem: str | None = None
    made_id: int | None = None
    made_client_id: int | None = None


def mark_lines(found: Iterable[Became]) -> None:
    """Write down what became of rows."""
    told = [
        {
            "b_id": one.line_id,
            "b_state": one.state.value,
            "b_problem": one.problem,
            "b_made": one.made_id,
            "b_client": one.made_client_id,
        }
        for one in found
    ]
    if told:
        db.session.execute(_MARK, told)


def list_next_lines(
    batch_id: int, states: Collection[LineState], at_most: int | None = None
) -> list[ImportLine]:
    """The next rows in one of these states, by number; all of them where no number is given."""
    wanted = select(ImportLine).where(ImportLine.batch_id == batch_id, ImportLine.state.in_(states))
    fresh = wanted.order_by(ImportLine.number).limit(at_most).execution_options(populate_existing=True)
    return list(db.session.execute(fresh).scalars())


def is_new(line_id: int) -> bool:
    """Whether nothing has become of that row yet."""
    wanted = select(_line.c.id).where(_line.c.id == line_id, _line.c.state == LineState.NEW.value)
    return db.session.execute(wanted).first() is not None


def list_lines_with_clients(batch_id: int, at_most: int) -> list[ImportLine]:
    """The next rows that made a client on the way."""
    wanted = select(ImportLine).where(ImportLine.batch_id == batch_id, ImportLine.made_client_id.is_not(None))
    fresh = wanted.order_by(ImportLine.number).limit(at_most).execution_options(populate_existing=True)
    return list(db.session.execute(fresh).scalars())


def count_lines(batch_id: int) -> Counter[LineState]:
    """How many rows are in which state."""
    wanted = select(_line.c.state, func.count()).where(_line.c.batch_id == batch_id).group_by(_line.c.state)
    return Counter({LineState(state): number for state, number in db.session.execute(wanted)})


def count_problems(batch_id: int, states: Collection[LineState]) -> dict[str, int]:
    """How many rows meet which problem, the most frequent first."""
    which = (_line.c.batch_id == batch_id, _line.c.state.in_(states), _line.c.problem.is_not(None))
    wanted = select(_line.c.problem, func.count()).where(*which).group_by(_line.c.problem)
    rows = db.session.execute(wanted.order_by(func.count().desc(), _line.c.problem))
    return {problem: number for problem, number in rows}  # noqa: C416 - typed so


def list_problems(
    batch_id: int, states: Collection[LineState], problem: str | None = None, at_most: int | None = None
) -> list[tuple[int, str]]:
    """The first rows with a problem (or that one), else all of them: number and problem."""
    which = [_line.c.batch_id == batch_id, _line.c.state.in_(states), _line.c.problem.is_not(None)]
    which += [_line.c.problem == problem] if problem else []
    wanted = select(_line.c.number, _line.c.problem).where(*which).order_by(_line.c.number).limit(at_most)
    return [(number, said) for number, said in db.session.execute(wanted)]


def load_people(names: Collection[str] | None = None) -> Iterator[tuple[str, KnownPerson]]:
    """Everybody who is stored, or who has one of these names: the name, and as whom they count. Who was erased has no name."""
    closed = Client.restricted_at.is_not(None)
    wanted = select(Client.name, ROOT, Contact.email, Contact.phone, closed).join(
        Contact, Contact.id == Client.contact_id
    )
    wanted = wanted.where(Client.erased_at.is_(None)).order_by(Client.merged_into_id.is_not(None), Client.id)
    for some in _in_parts(names):
        found = wanted if some is None else wanted.where(Client.name_key.in_(some))
        for name, root, email, phone, is_closed in db.session.execute(found):
            yield name, KnownPerson(root, email, phone, bool(is_closed))


def load_booked(therapist_ids: Collection[int], starts: Collection[datetime]) -> set[SameSession]:
    """What is booked with them, or was, at one of these instants or between."""
    if not starts:
        return set()
    between = Appointment.starts_at.between(min(starts), max(starts))
    wanted = (
        select(Appointment.therapist_id, Appointment.starts_at, ROOT, Appointment.state)
        .join(Client, Client.id == Appointment.client_id)
        .where(between, Appointment.therapist_id.in_(therapist_ids))
    )
    gone = {state.value for state in GONE}
    return {SameSession(one, at, root, state in gone) for one, at, root, state in db.session.execute(wanted)}


def find_booked_unnoted(batch_id: int, principal: str, beginning: str) -> dict[str, int]:
    """The appointments that were booked with keys that begin so, and that no row of the file knows of; by key."""
    noted = select(_line.c.made_id).where(_line.c.batch_id == batch_id, _line.c.made_id.is_not(None))
    wanted = select(Idempotency.key, Idempotency.appointment_id).where(
        Idempotency.principal == principal,
        Idempotency.key.startswith(beginning, autoescape=True),
        Idempotency.appointment_id.not_in(noted),
    )
    return {key: number for key, number in db.session.execute(wanted)}  # noqa: C416 - typed so


def _in_parts(names: Collection[str] | None) -> Iterator[Sequence[str] | None]:
    if names is None:
        yield None
        return
    keys = sorted({folded(name)[:120] for name in names})
    for first in range(0, len(keys), _NAMES_AT_ONCE):
        yield keys[first : first + _NAMES_AT_ONCE]


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
