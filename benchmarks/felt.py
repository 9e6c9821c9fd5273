"""Whether whoever books feels how the mail server fares: the same bookings with one that works and with one that is dead."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.actions.tokens import add_token
from app.extensions import db
from benchmarks import mail_sink, rows
from benchmarks.build import application
from benchmarks.clinic import ZONE, Clinic, clinic_60
from benchmarks.kept import Shelf
from benchmarks.measure import percentile
from benchmarks.messages import NAMES, worker
from benchmarks.places import environment
from benchmarks.progress import say
from benchmarks.reading import read_truth
from benchmarks.serving import Program, free_port, serving
from benchmarks.systems.asking import Supply
from benchmarks.systems.stillpoint import Its, Stillpoint
from benchmarks.tables import Table, number

_ALIVE, _DEAD = "alive", "dead"
#: Equal, as far as a clock can tell on a busy machine.
_MOST = 1.25


@dataclass(frozen=True, slots=True)
class Felt:
    """Milliseconds of each booking, by how the mail server fared."""

    backend: str
    alive: Sequence[float]
    dead: Sequence[float]

    @property
    def ratio(self) -> float:
        """The dead one's median against the other's."""
        return statistics.median(self.dead) / statistics.median(self.alive)


def felt(backend: str, shelf: Shelf, folder: Path, bookings: int, now: datetime) -> Felt:
    """So many bookings on each of two sites, in turn: one whose mail server works, one whose mail server is dead."""
    clinic = clinic_60(now.astimezone(ZONE).date())
    shelf.ensure(clinic, backend, now)
    with ExitStack() as stack:
        ports = {_ALIVE: stack.enter_context(mail_sink.running_sink()), _DEAD: free_port()}
        sites = {
            name: stack.enter_context(_site(name, port, clinic, backend, shelf, folder))
            for name, port in ports.items()
        }
        say(f"{backend}: {bookings} bookings each, with a mail server alive and dead")
        times: dict[str, list[float]] = {_ALIVE: [], _DEAD: []}
        for _ in range(bookings):
            for name, site in sites.items():
                (act,) = site.acts[rows.BOOKING.key](1)
                began = time.perf_counter()
                act()
                times[name].append((time.perf_counter() - began) * 1000)
    return Felt(backend, times[_ALIVE], times[_DEAD])


def table(found: Sequence[Felt]) -> Table:
    """Median and slow ones, beside each other."""
    heads = ("milliseconds of a booking", "alive", "dead", "times", "", "p95 alive", "p95 dead")
    lines = [
        (
            NAMES[one.backend],
            number(statistics.median(one.alive)),
            number(statistics.median(one.dead)),
            number(one.ratio, 2),
            "met" if one.ratio <= _MOST else "NOT MET",
            number(percentile(one.alive, 0.95)),
            number(percentile(one.dead, 0.95)),
        )
        for one in found
    ]
    return Table("Booking with the mail server alive and dead, workers running", heads, lines)


def unmet(found: Sequence[Felt]) -> list[str]:
    """What was promised and not kept, one line each."""
    return [
        f"{NAMES[one.backend]}: a booking takes {one.ratio:.2f} times as long with a dead mail server"
        for one in found
        if one.ratio > _MOST
    ]


@contextmanager
def _site(
    name: str, mail_port: int, clinic: Clinic, backend: str, shelf: Shelf, folder: Path
) -> Iterator[Stillpoint]:
    with ExitStack() as stack:
        url = stack.enter_context(shelf.copy(clinic, backend, f"at-work-{name}"))
        truth = read_truth(url, datetime.now(UTC).date())
        queue = f"sqlite:///{folder / f'at-work-{name}-queue.db'}"
        settings = environment(url, QUEUE_URL=queue) | {"MAIL_PORT": str(mail_port)}
        its = Its(url, clinic, truth, _new_token(url), Supply(truth, clinic.days()))
        server = stack.enter_context(serving(Program("wsgi:app", settings), folder / f"felt-{name}.log"))
        stack.enter_context(worker(settings, folder / f"felt-worker-{name}.log"))
        server.wait_until_alive()
        yield Stillpoint(name, server, its)


def _new_token(url: str) -> str:
    app = application(url)
    with app.app_context():
        token = add_token("benchmarks", datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    return token
