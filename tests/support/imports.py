"""Files as other systems write them, brought in through the same actions as the owner's pages use."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from app.actions.imports import LeftOpen, keep_file, open_file, say_how_to_read
from app.actions.imports_bringing import begin, carry_on
from app.actions.imports_undoing import undo
from app.domain.appointments import Actor
from app.domain.imports import DayOrder, Field, FileKind, LineState, OldSystem, match_key
from app.extensions import db
from app.models import Client
from app.store import imports as store
from tests.support.rows import NOW

OWNER = Actor("staff", "owner@example.com")
FOR_EVER = 600.0
CLIENTS_HEAD = "First Name,Last Name,Email,Phone,Notes"
APPOINTMENTS_HEAD = "Start Time,End Time,First Name,Last Name,Phone,Email,Type,Calendar,Notes,Status"


def lines(head: str, *rows: str) -> bytes:
    """A file of these rows."""
    return "\r\n".join((head, *rows, "")).encode()


def session(when: str, until: str, who: str = "Jo Park", **more: str) -> str:
    """A row of an appointments file: the month's name leaves no doubt about the day."""
    told = {"kind": "Psoas release", "with": "Therapist 1", "notes": "", "state": ""} | more
    first, _, last = who.partition(" ")
    email = f"{first}.{last}@example.com".lower()
    cells = [when, until, first, last, "", email, told["kind"], told["with"], told["notes"], told["state"]]
    return ",".join(f'"{cell}"' for cell in cells)


def sent_in(
    raw: bytes, kind: FileKind = FileKind.CLIENTS, source: OldSystem | None = None, now: datetime = NOW
) -> int:
    """The number of a file that was sent in."""
    return keep_file(raw, "export.csv", kind, source, OWNER, now)


def judge(
    batch_id: int,
    *,
    order: DayOrder | None = None,
    matches: Mapping[tuple[Field, str], str] | None = None,
    now: datetime = NOW,
) -> LeftOpen:
    """Read as it was guessed, with what somebody said besides."""
    _, _, reading = open_file(batch_id)
    orders = dict(reading.orders) | (dict.fromkeys(reading.columns, order) if order else {})
    said = {match_key(what, name): slug for (what, name), slug in (matches or {}).items()}
    reading = replace(reading, orders=orders, matches=dict(reading.matches) | said)
    return say_how_to_read(batch_id, reading, now)


def bring_in(batch_id: int, *, now: datetime = NOW, tells_clients: bool = False) -> dict[str, int]:
    """All of it; what became of how many rows."""
    begin(batch_id, OWNER, now, tells_clients=tells_clients)
    assert not carry_on(batch_id, lambda: now, FOR_EVER)
    return counted(batch_id)


def brought_in(raw: bytes, kind: FileKind = FileKind.CLIENTS, now: datetime = NOW) -> int:
    """The number of a file that was sent in, judged and brought in."""
    batch_id = sent_in(raw, kind, now=now)
    assert not judge(batch_id, now=now).anything
    bring_in(batch_id, now=now)
    return batch_id


def take_back(batch_id: int, now: datetime = NOW) -> dict[str, int]:
    """All that was made of it; what became of how many rows."""
    undo(batch_id, OWNER, now)
    assert not carry_on(batch_id, lambda: now, FOR_EVER)
    return counted(batch_id)


def counted(batch_id: int) -> dict[str, int]:
    """How many rows are in which state."""
    return {state.value: number for state, number in store.count_lines(batch_id).items() if number}


def number_of(model: type) -> int:
    """How many rows the table has."""
    db.session.rollback()
    return int(db.session.execute(select(func.count()).select_from(model)).scalar_one())


def names() -> list[str]:
    """Everybody who is stored."""
    db.session.rollback()
    return sorted(db.session.execute(select(Client.name)).scalars())


def problems(
    batch_id: int, states: Iterable[LineState] = (LineState.PROBLEM, LineState.KEPT)
) -> dict[int, str]:
    """What stands against which row."""
    return dict(store.list_problems(batch_id, list(states), None, 1000))
