"""Random operations by many threads, and the order in which the database let them in."""

import itertools
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from app.actions.booking import Order, book
from app.actions.day import Click, Marked, NotPossible, mark_arrived, undo_mark
from app.actions.holding import extend_hold, give_back_hold, hold_slot
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Booked, Cancelled, Held, Moved, Refused, TooLate
from app.actions.settings import Edit, NotThere, Saved, WouldHit
from app.actions.settings_people import give_back_time_off, take_time_off
from app.domain.appointments import Actor
from app.domain.spans import Span
from app.extensions import db
from app.models import Appointment, Therapist, TimeOff
from app.store.transactions import Busy, Stale
from tests.reliability.sequential_model import SERVICES, Want
from tests.support.rows import MONDAY, at, order, wish

DESK = Actor("staff", "dana@example.com")
WEIGHTS = {
    "book": 22, "confirm": 8, "move": 16, "cancel": 14, "hold": 14, "extend": 3, "give_back": 3,
    "expire": 5, "block": 8, "unblock": 6, "arrive": 4, "undo": 3,
}  # fmt: skip
_WORDS = {
    Held: "held", Moved: "moved", TooLate: "too late", Cancelled: "cancelled", Saved: "saved", WouldHit: "would hit",
    NotThere: "not there", Marked: "marked", NotPossible: "not possible", type(None): "nothing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """One operation as it happened: which of the model's, with what, and the answer in a word."""

    serial: int
    kind: str
    now: datetime
    asked: dict[str, Any]
    said: str


@dataclass
class Crowd:
    """What all threads share: the clock, what there is to change, and the history."""

    app: Flask
    clock: datetime
    tick: timedelta
    history: list[Done] = field(default_factory=list)
    busy: int = 0
    appointments: list[int] = field(default_factory=list)
    holds: list[tuple[str, Want]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    own: threading.local = field(default_factory=threading.local)

    def act(self, chance: random.Random, operations: int) -> None:
        """What one thread does."""
        with self.app.app_context():
            for _ in range(operations):
                kind = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
                getattr(self, f"_{kind}")(chance)
                db.session.rollback()

    def _did(self, kind: str, call: Callable[[datetime], Any], **asked: Any) -> Any:
        """Do it and write it down; the serial number was taken while the lock was held."""
        self.own.struck, now = None, self.clock
        try:
            answer = call(now)
            said = _word(answer)
        except Stale:
            answer, said = None, "stale"
        except Busy:
            self.busy += 1
            return None
        if kind in ("book", "hold"):
            asked["made"] = getattr(answer, "appointment_id", None) or getattr(answer, "token", None)
        if kind == "unblock":
            asked["gone"] = self.own.struck
        self.history.append(Done(self.own.serial, kind, now, asked, said))
        return answer

    def _expire(self, chance: random.Random) -> None:
        self.clock += self.tick

    def _book(self, chance: random.Random) -> None:
        want, staff = _want(chance), chance.random() < 0.3
        one = self._order(want, by_staff=staff)
        self._keep(self._did("book", lambda now: book(one, now), want=want, hold=None, by_staff=staff))

    def _confirm(self, chance: random.Random) -> None:
        if not self.holds:
            return
        token, want = chance.choice(self.holds[-40:])
        one = self._order(want, hold_token=token)
        self._keep(self._did("book", lambda now: book(one, now), want=want, hold=token, by_staff=False))

    def _order(self, want: Want, **more: Any) -> Order:
        return order(_wish(want), name="Jo Park", email=None, key=f"key-{next(self.numbers)}", **more)

    def _keep(self, answer: Any) -> None:
        if isinstance(answer, Booked) and not answer.repeated:
            self.appointments.append(answer.appointment_id)

    def _hold(self, chance: random.Random) -> None:
        want, visitor = _want(chance), f"visitor {next(self.numbers)}"
        answer = self._did("hold", lambda now: hold_slot(_wish(want), visitor, now), want=want)
        if isinstance(answer, Held):
            self.holds.append((answer.token, want))

    def _extend(self, chance: random.Random) -> None:
        if self.holds:
            token, _ = chance.choice(self.holds[-20:])
            self._did("extend", lambda now: extend_hold(token, now), token=token)

    def _give_back(self, chance: random.Random) -> None:
        if self.holds:
            token, _ = chance.choice(self.holds[-20:])
            self._did("give_back", lambda now: give_back_hold(token, now), token=token)

    def _move(self, chance: random.Random) -> None:
        if not self.appointments:
            return
        number, staff = chance.choice(self.appointments[-60:]), chance.random() < 0.5
        to = _want(chance)
        seen = _version(number) if chance.random() < 0.5 else None
        whom = chance.choice([None, "therapist-1", "therapist-2", "therapist-3"])
        change = Change(number, DESK, seen, by_staff=staff)
        asked = {"number": number, "start": to.start, "therapist": whom, "seen": seen, "by_staff": staff}
        self._did("move", lambda now: move(change, to.start, now, whom), **asked)

    def _cancel(self, chance: random.Random) -> None:
        if not self.appointments:
            return
        number, staff = chance.choice(self.appointments[-60:]), chance.random() < 0.8
        seen = _version(number) if chance.random() < 0.5 else None
        change = Change(number, DESK, seen, by_staff=staff)
        self._did("cancel", lambda now: cancel(change, now), number=number, seen=seen, by_staff=staff)

    def _arrive(self, chance: random.Random) -> None:
        self._click("arrive", mark_arrived, chance)

    def _undo(self, chance: random.Random) -> None:
        self._click("undo", undo_mark, chance)

    def _click(self, kind: str, mark: Callable[[Click, datetime], Any], chance: random.Random) -> None:
        if self.appointments:
            number = chance.choice(self.appointments[-60:])
            click = Click(number, _version(number), DESK)
            self._did(kind, lambda now: mark(click, now), number=number, seen=click.row_version)

    def _block(self, chance: random.Random) -> None:
        start = _want(chance).start + timedelta(microseconds=next(self.numbers))  # no two spans are the same
        span, whom = Span(start, start + timedelta(minutes=chance.choice((30, 45, 90)))), _therapist(chance)
        asked = {"therapist": whom, "span": (span.starts_at, span.ends_at)}
        self._did("block", lambda now: take_time_off(whom, span, None, Edit(DESK, now)), **asked)

    def _unblock(self, chance: random.Random) -> None:
        whom = _therapist(chance)
        wanted = select(TimeOff.id).join(Therapist).where(Therapist.slug == whom)
        there = list(db.session.execute(wanted).scalars())
        if there:
            number = chance.choice(there)
            edit = Edit(DESK, self.clock)
            self._did("unblock", lambda now: give_back_time_off(whom, number, edit), therapist=whom)


@contextmanager
def in_order(crowd: Crowd) -> Iterator[None]:
    """Numbers every operation at the moment at which it gets the lock: until it ends, nobody else can have it."""
    numbers = itertools.count(1)

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement == "BEGIN IMMEDIATE" or (
            "pg_advisory_xact_lock" in statement and "7301" in str(parameters)
        ):
            crowd.own.serial = next(numbers)

    def strike(_mapper: Any, _connection: Any, row: TimeOff) -> None:
        crowd.own.struck = (row.starts_at, row.ends_at)

    with crowd.app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", listen)
    event.listen(TimeOff, "before_delete", strike)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", listen)
        event.remove(TimeOff, "before_delete", strike)


def _word(answer: Any) -> str:
    if isinstance(answer, Booked):
        return "booked before" if answer.repeated else "booked"
    return answer.refusal.value if isinstance(answer, Refused) else _WORDS[type(answer)]


def _want(chance: random.Random) -> Want:
    """Somewhere in two days."""
    start = at("08:00", MONDAY + timedelta(days=chance.randrange(2))) + timedelta(
        minutes=15 * chance.randrange(28)
    )
    service = chance.choice(list(SERVICES))
    whom = chance.choice([None, "therapist-1", "therapist-2", "therapist-3"])
    return Want(service, start, whom)


def _wish(want: Want) -> Any:
    minutes, _ = SERVICES[want.service]
    return wish(want.start, therapist=want.therapist, service=want.service, minutes=minutes)


def _therapist(chance: random.Random) -> str:
    return f"therapist-{chance.randrange(1, 4)}"


def _version(number: int) -> int:
    """What a page shows; nothing stays open."""
    found = db.session.execute(select(Appointment.row_version).where(Appointment.id == number)).scalar_one()
    db.session.rollback()
    return found
