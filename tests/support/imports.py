"""Files as other systems write them, brought in through the same actions as the owner's pages use."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from app.actions.imports import Asked, keep_file, open_file, read_as
from app.actions.imports_bringing import begin, carry_on
from app.actions.imports_undoing import undo
from app.domain.appointments import Actor
from app.domain.imports import DayOrder, Field, Kind, LineState, Source, match_key
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


def sent_in(raw: bytes, kind: Kind = Kind.CLIENTS, source: Source | None = None, now: datetime = NOW) -> int:
    """The number of a file that was sent in."""
    return keep_file(raw, "export.csv", kind, source, OWNER, now)


def judge(
    batch_id: int,
    *,
    order: DayOrder | None = None,
    matches: Mapping[tuple[Field, str], str] | None = None,
    now: datetime = NOW,
) -> Asked:
    """Read as it was guessed, with what somebody said besides."""
    _, _, reads_as = open_file(batch_id)
    orders = dict(reads_as.orders) | (dict.fromkeys(reads_as.columns, order) if order else {})
    said = {match_key(what, name): slug for (what, name), slug in (matches or {}).items()}
    reading = replace(reads_as, orders=orders, matches=dict(reads_as.matches) | said)
    return read_as(batch_id, reading, now)


def bring_in(batch_id: int, *, now: datetime = NOW, tells_clients: bool = False) -> dict[str, int]:
    """All of it; what became of how many rows."""
    begin(batch_id, OWNER, now, tells_clients=tells_clients)
    assert not carry_on(batch_id, lambda: now, FOR_EVER)
    return counted(batch_id)


def brought_in(raw: bytes, kind: Kind = Kind.CLIENTS, now: datetime = NOW) -> int:
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


def problems(
    batch_id: int, states: Iterable[LineState] = (LineState.PROBLEM, LineState.KEPT)
) -> dict[int, str]:
    """What stands against which row."""
    return dict(store.list_problems(batch_id, list(states), None, 1000))
