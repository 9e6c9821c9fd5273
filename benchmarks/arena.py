"""One backend's systems, side by side: copies of the clinics, a server for each, and the truth to check them by."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, text

from app.actions.tokens import add_token
from app.extensions import db
from benchmarks.build import application, service_slug
from benchmarks.clinic import PEOPLE, SERVICES, Clinic
from benchmarks.cluster import Cluster
from benchmarks.kept import Shelf
from benchmarks.measure import Seat
from benchmarks.peer import installing
from benchmarks.places import environment
from benchmarks.reading import Truth, read_truth
from benchmarks.serving import WORKERS, Program, Server, serving
from benchmarks.systems.asking import Supply, System
from benchmarks.systems.django_appointment import DjangoAppointment
from benchmarks.systems.floor import Floor, fill
from benchmarks.systems.stillpoint import Its, Stillpoint

OURS, SISTER, ONE_HOUSE = "Stillpoint", "Stillpoint, sister", "Stillpoint, one house"
#: How a server is put up for timing, or (apart) for counting statements.
Serve = Callable[[Program], Server]


@dataclass(frozen=True, slots=True)
class Contestant:
    """A system before its server runs: the same is put up for timing and for counting."""

    url: str
    timed: Program
    counted: Program
    ask: Callable[[Server], System]


class Arena:
    """The contestants of one backend, on copies that may be written to."""

    def __init__(self, backend: str, shelf: Shelf, cluster: Cluster, folder: Path) -> None:
        self.backend = backend
        self.contestants: list[Contestant] = []
        self._shelf, self._folder = shelf, folder
        self._others = [cluster.pid] if backend == "postgresql" else []

    @contextmanager
    def seats(self, *, counted: bool = False) -> Iterator[list[Seat]]:
        """All of them, each on a server of two workers, or on one that counts its statements."""
        with ExitStack() as stack:
            seats = []
            for one in self.contestants:
                program, workers = (one.counted, 1) if counted else (one.timed, WORKERS)
                server = stack.enter_context(serving(program, self._log, self._others, workers))
                seats.append(Seat(one.ask(server), server))
            for seat in seats:
                seat.server.wait_until_alive()
            yield seats

    def count_rows_anew(self) -> None:
        """What PostgreSQL does by itself every minute, done between rounds: its plans depend on it."""
        if self.backend == "postgresql":
            for one in self.contestants:
                with psycopg.connect(one.url, autocommit=True) as connection:
                    connection.execute("analyze")

    @contextmanager
    def stillpoint(
        self, name: str, clinic: Clinic, change: Callable[[str], None] | None = None
    ) -> Iterator[Truth]:
        """Adds Stillpoint on a copy of a clinic."""
        with self._shelf.copy(clinic, self.backend, _file_name(name)) as url:
            if change is not None:
                change(url)
            truth = read_truth(url, _today())
            its = Its(url, clinic, truth, _new_token(url), Supply(truth, clinic.days()))
            settings = environment(url, QUEUE_URL=f"sqlite:///{self._folder / _file_name(name)}-queue.db")
            self.contestants.append(
                Contestant(
                    url,
                    Program("wsgi:app", settings),
                    Program("benchmarks.counted_wsgi:app", settings),
                    lambda server: Stillpoint(name, server, its),
                )
            )
            yield truth

    @contextmanager
    def floor(self, clinic: Clinic, truth: Truth) -> Iterator[None]:
        """Adds the floor, with the same sessions in its own table."""
        with self._shelf.empty(self.backend, "at-work-floor") as url:
            fill(url, truth)
            supply = Supply(truth, clinic.days())
            settings = environment(url, FLOOR_DATABASE=url)
            self.contestants.append(
                Contestant(
                    url,
                    Program("benchmarks.floor_wsgi:app", settings, alive="/nothing"),
                    Program("benchmarks.floor_wsgi:app", settings | {"COUNT_STATEMENTS": "1"}, "/nothing"),
                    lambda server: Floor(server, url, clinic, truth, supply),
                )
            )
            yield

    @contextmanager
    def django_appointment(self, clinic: Clinic, truth: Truth) -> Iterator[None]:
        """Adds the peer, with the same sessions in its models."""
        with self._shelf.empty(self.backend, "at-work-peer") as url:
            installing.fill(url, clinic.first_day.isoformat(), self._log)
            supply = Supply(truth, clinic.days())
            self.contestants.append(
                Contestant(
                    url,
                    installing.program(url),
                    installing.program(url, counting=True),
                    lambda server: DjangoAppointment(server, url, clinic, truth, supply),
                )
            )
            yield

    @property
    def _log(self) -> Path:
        return self._folder / f"servers-{self.backend}.log"


def move_into_one_house(url: str) -> None:
    """All hundred work in the first location, and what is asked about is given by the first ten only.

    What has happened stays where it happened.
    """
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    numbers = range(SERVICES + 1, 2 * SERVICES + 1)
    with engine.begin() as connection:
        for statement in (_OTHER_TECHNIQUE, _OTHER_WORK, _ONE_ROOF, _CLOSED, _CHANGED):
            connection.execute(text(statement), {"people": PEOPLE, "now": datetime.now(UTC)})
        for number in numbers:
            for statement in (_SERVICE, _NEEDS, _VARIANT):
                connection.execute(text(statement), {"number": number, "slug": service_slug(number)})
    engine.dispose()


_OTHER_TECHNIQUE = """insert into technique (id, slug, name) values (2, 'other', '{"en": "Other"}')"""
_OTHER_WORK = "update qualification set technique_id = 2 where therapist_id > :people"
_ONE_ROOF = "update availability_rule set location_id = 1"
_CLOSED = "update location set retired_at = :now where id > 1"
_CHANGED = "update practice set revision = revision + 1"
_SERVICE = """insert into service (id, slug, name, summary, what_happens, who_it_suits, depth, needs_screening,
    room_features, position, row_version)
    select :number, :slug, name, summary, what_happens, who_it_suits, depth, needs_screening,
    room_features, :number, 1 from service where id = 1"""
_NEEDS = "insert into service_technique (service_id, technique_id) values (:number, 2)"
_VARIANT = """insert into service_variant (id, service_id, visit, minutes, price_minor, buffer_before, buffer_after)
    select :number, :number, visit, minutes, price_minor, buffer_before, buffer_after
    from service_variant where id = 1"""


def _new_token(url: str) -> str:
    app = application(url)
    with app.app_context():
        token = add_token("benchmarks", datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    return token


def _file_name(name: str) -> str:
    return "at-work-" + name.lower().replace(", ", "-").replace(" ", "-")


def _today() -> date:
    return datetime.now(UTC).date()
