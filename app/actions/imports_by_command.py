"""Bringing a file over from the command line: read and judged, then brought in or let go of, without anybody at a page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.actions.imports import LeftOpen, drop, keep_file, open_file, problem_states, say_how_to_read
from app.actions.imports_bringing import Clock, begin, carry_on
from app.domain.appointments import Actor
from app.domain.imports import MOST_BYTES, BatchState, CannotRead, DayOrder, FileKind, LineState, OldSystem
from app.store import imports as store
from app.store.practice import NoPractice, load_practice
from app.store.transactions import end_reading

KINDS = tuple(one.value for one in FileKind)
SOURCES = tuple(one.value for one in OldSystem)
_COMMAND = Actor("command", "flask clinic import")
_ROUND = 1.0  # seconds between two words about how far it is


class CannotBringIn(Exception):
    """The file can't be brought over; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What would become of a file's rows: how many are in which state, how many meet which problem."""

    batch_id: int
    counted: dict[str, int]
    problems: dict[str, int]


def judge_file(file: Path, kind: str, source: str | None, order: str | None, now: datetime) -> Judged:
    """Read a file and say what would become of its rows. Raises CannotBringIn, OSError and Busy; nothing is kept then.

    ``order``: day_first or month_first, for dates that don't say it themselves.
    """
    _refuse_no_practice()
    if file.stat().st_size > MOST_BYTES:
        raise CannotBringIn(f"{file} is larger than {MOST_BYTES // 1024**2} MB. Cut it into several.")
    try:
        chosen = OldSystem(source) if source else None
        batch_id = keep_file(file.read_bytes(), file.name, FileKind(kind), chosen, _COMMAND, now)
    except CannotRead as trouble:
        where = f" (row {trouble.row})" if trouble.row else ""
        raise CannotBringIn(
            f"{file} can't be read: {trouble.why.value.replace('_', ' ')}{where}."
        ) from trouble
    still = _read(batch_id, DayOrder(order) if order else None, now)
    if still.anything:
        drop(batch_id, _COMMAND, now)
        raise CannotBringIn(
            f"{file} leaves something open: {_open_words(still)}. Send it in on the settings page."
        )
    return _judged(batch_id)


def bring_file_in(batch_id: int, now: Clock, told: Callable[[int, int], object]) -> Judged:
    """Bring it in; ``told`` hears how many rows of how many are done. Raises Busy: what is done stays, the worker goes on."""
    begin(batch_id, _COMMAND, now())
    while carry_on(batch_id, now, _ROUND):
        counted = store.count_lines(batch_id)
        end_reading()
        told(counted.total() - counted[LineState.NEW], counted.total())
    return _judged(batch_id)


def let_file_go(batch_id: int, now: datetime) -> None:
    """It was only looked at. Raises Busy."""
    drop(batch_id, _COMMAND, now)


def _refuse_no_practice() -> None:
    try:
        load_practice()
    except NoPractice as problem:
        raise CannotBringIn("No practice has been loaded yet: `clinic load FILE` comes first.") from problem
    end_reading()


def _read(batch_id: int, order: DayOrder | None, now: datetime) -> LeftOpen:
    _, _, reading = open_file(batch_id)
    orders = dict.fromkeys(reading.columns, order) if order else {}
    said = {one: chosen for one, chosen in orders.items() if chosen and one not in reading.orders}
    return say_how_to_read(batch_id, replace(reading, orders={**reading.orders, **said}), now)


def _open_words(still: LeftOpen) -> str:
    missing = [f"no column for {one.value.replace('_', ' ')}" for one in still.missing]
    orders = [
        f"which number is the day in {one.value} (--day-first or --month-first)" for one in still.orders
    ]
    names = [
        f"what {what.value} {name or '(empty)'!r} is called here"
        for what, counted in still.names.items()
        for name in counted
    ]
    return "; ".join((*missing, *orders, *names[:10]))


def _judged(batch_id: int) -> Judged:
    state = BatchState(store.get_batch(batch_id).state)
    counted = {one.value: number for one, number in store.count_lines(batch_id).items() if number}
    found = Judged(batch_id, counted, store.count_problems(batch_id, problem_states(state)))
    end_reading()
    return found
