"""What load, spacing and the second person cost: the same searches without any of these rules, and with all of them."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.actions.seats import find_seat
from app.domain.choices import Choice, choose
from app.domain.policy import Limits
from app.domain.practice import RETURNING_VISIT
from app.domain.slots import Refusal
from app.extensions import db
from app.models import Appointment, Claim, table_of
from app.store.openings import look, next_by_therapist
from app.store.practice import read_practice
from app.store.transactions import transaction
from benchmarks.build import application, service_slug
from benchmarks.clinic import MINUTES, ZONE, Clinic, clinic_60, hours_of
from benchmarks.kept import Shelf
from benchmarks.progress import say
from benchmarks.tables import Table, number

#: What is promised: so many times the cost without the rules, at most.
MOST = 1.3
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_LIMITED = Limits(7, 3, 2, 420, 180, 30)
_UNLIMITED = Limits(0, 0, 0, 0, 0, 0)
_SECOND_PEOPLE = 3
_MONTH = timedelta(days=30)
#: A search is done so often in a row: the clock of the process is not fine enough for one.
_TIMES = 8
Act = Callable[[Choice], object]


@dataclass(frozen=True, slots=True)
class Compared:
    """One search on one database: CPU milliseconds without, with the limits and spacing, and with a second person as well."""

    backend: str
    question: str
    without: float
    limited: float
    everything: float

    @property
    def times(self) -> float:
        """How many times as much the limits and spacing make of it."""
        return self.limited / self.without

    @property
    def times_in_all(self) -> float:
        """The same with a second person."""
        return self.everything / self.without


def measure(backend: str, shelf: Shelf, rounds: int, now: datetime) -> list[Compared]:
    """On a copy of the small clinic, in which a fifth of the sessions becomes deep work."""
    clinic = clinic_60(now.astimezone(ZONE).date())
    shelf.ensure(clinic, backend, now)
    with ExitStack() as stack:
        url = stack.enter_context(shelf.copy(clinic, backend, "at-work-rules"))
        app = application(url)
        stack.enter_context(app.app_context())
        try:
            _make_deep()
            return _measured(backend, clinic, rounds, now)
        finally:
            db.session.remove()
            db.engine.dispose()


def table(found: Sequence[Compared]) -> Table:
    """The figures, against what is promised."""
    heads = (
        "CPU ms of the search in process",
        "without",
        "with limits and spacing",
        "times",
        "aim",
        "",
        "and a second person",
        "times",
    )
    lines = [
        (
            f"{_NAMES[one.backend]}: {one.question}",
            number(one.without, 2),
            number(one.limited, 2),
            number(one.times, 2),
            number(MOST, 1),
            "met" if one.times <= MOST else "NOT MET",
            number(one.everything, 2),
            number(one.times_in_all, 2),
        )
        for one in found
    ]
    note = (
        "clinic-60, a fifth of its sessions deep, deep work asked for. With: sessions, deep sessions, deep in a row, hands-on minutes, "
        f"breaks, days between. A second person means {_SECOND_PEOPLE} more diaries to look into; no aim. The fastest of the rounds counts."
    )
    return Table("Slot search with all rules, and without", heads, lines, note)


def unmet(found: Sequence[Compared]) -> list[str]:
    """What was promised and not kept, one line each."""
    return [
        f"{_NAMES[one.backend]}: {one.question} costs {one.times:.2f} times as much with all rules, not {MOST}"
        for one in found
        if one.times > MOST
    ]


def _make_deep() -> None:
    """What is given as the first service is deep from now on, and the service with it."""
    claim, appointment = table_of(Claim), table_of(Appointment)
    deep = appointment.select().with_only_columns(appointment.c.id).where(appointment.c.service_id == 1)
    with transaction() as rows:
        rows.execute(claim.update().where(claim.c.appointment_id.in_(deep)).values(is_deep=True))


def _choices(clinic: Clinic) -> tuple[Choice, Choice, Choice]:
    """Without any rule; with limits and spacing; and with a second person."""
    practice = read_practice()
    choice = choose(practice, service_slug=service_slug(1), minutes=MINUTES, visit=RETURNING_VISIT)
    if isinstance(choice, Refusal):
        raise TypeError(f"the built clinic does not offer it: {choice}")
    deep = replace(choice.service, depth="deep")
    free = replace(practice, policy=replace(practice.policy, limits=_UNLIMITED, spacing_days=0))
    bound = replace(practice, policy=replace(practice.policy, limits=_LIMITED, spacing_days=3))
    days = clinic.days()
    limited = replace(choice, practice=bound, service=deep, spaced_from=(days[12], days[20]))
    second = replace(limited, chaperones=practice.therapists[:_SECOND_PEOPLE])
    return replace(choice, practice=free, service=deep), limited, second


def _searches(clinic: Clinic, now: datetime) -> list[tuple[str, Act]]:
    days = clinic.days()
    start = hours_of(days[5])[3]
    return [
        ("a day's times, one therapist", lambda choice: look(_of_one(choice), days[5], days[5], now).slots()),
        ("a month, any of ten: days", lambda choice: look(choice, days[0], days[0] + _MONTH, now).counts()),
        ("a month, any of ten: listed", lambda choice: look(choice, days[0], days[0] + _MONTH, now).slots()),
        ("next free time of each of ten", lambda choice: next_by_therapist(choice, now)),
        ("one start, as a booking asks", lambda choice: find_seat(choice, start, now)),
    ]


def _of_one(choice: Choice) -> Choice:
    return replace(choice, therapists=choice.therapists[4:5])


def _measured(backend: str, clinic: Clinic, rounds: int, now: datetime) -> list[Compared]:
    """Round by round each in turn, so that what else the machine does hits all alike; the fastest counts, for the same reason."""
    choices = _choices(clinic)
    found = []
    for question, act in _searches(clinic, now):
        spent: list[list[float]] = [[] for _ in choices]
        for _ in range(rounds):
            for choice, own in zip(choices, spent, strict=True):
                own.append(_timed(act, choice))
        fastest = [min(own) for own in spent]
        found.append(Compared(backend, question, *fastest))
        say(f"{backend}: {question}: {' / '.join(f'{one:.2f}' for one in fastest)} ms")
    return found


def _timed(act: Act, choice: Choice) -> float:
    began = time.process_time()
    for _ in range(_TIMES):
        act(choice)
    return (time.process_time() - began) * 1000 / _TIMES
