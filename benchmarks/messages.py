"""Messages: how fast reminders leave when many are due, and whether a dead mail server is felt by whoever books."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import Engine, create_engine, text

from benchmarks import mail_sink
from benchmarks.clinic import ZONE, Clinic, next_monday
from benchmarks.kept import Shelf
from benchmarks.mail_sink import Count
from benchmarks.places import KEYS, ROOT, environment
from benchmarks.progress import say
from benchmarks.tables import Table, number

#: What is promised: mails a second with two workers on two cores.
AIM = 150
_WORKERS = 2
_PATIENCE = 600.0
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_STEPS = [
    {
        "key": key,
        "moment": "before",
        "offset_minutes": minutes,
        "label": {"en": label},
        "text": {
            "en": "Eat lightly, please, and drink as you usually do. Wear something soft, and come as you are."
        },
    }
    for key, minutes, label in (("eat", 180, "Three hours before"), ("rest", 1440, "The day before"))
]


@dataclass(frozen=True, slots=True)
class Drained:
    """What it took to send all that was due. ``memory``: megabytes of the larger worker, early and at the end."""

    backend: str
    count: Count
    memory: tuple[float, float]
    cpu_ms: float  # of the workers, a mail

    @property
    def a_second(self) -> float:
        """Mails a second, from the first to the last."""
        return (self.count.taken - 1) / self.count.seconds if self.count.seconds else 0.0


def drain(backend: str, shelf: Shelf, folder: Path, due: int, now: datetime) -> Drained:
    """So many reminders are due; two workers send them to a server that takes everything at once."""
    clinic = _clinic(now.astimezone(ZONE).date(), due)
    shelf.ensure(clinic, backend, now)
    with ExitStack() as stack:
        url = stack.enter_context(shelf.copy(clinic, backend, "at-work-messages"))
        make_due(url, due, now)
        port = stack.enter_context(mail_sink.running_sink())
        settings = environment(url, QUEUE_URL=f"sqlite:///{folder / 'at-work-messages-queue.db'}")
        settings |= KEYS | {"MAIL_PORT": str(port)}
        say(f"{backend}: {due:,} reminders are due, {_WORKERS} workers start")
        workers = [
            stack.enter_context(worker(settings, folder / f"worker-{backend}.log")) for _ in range(_WORKERS)
        ]
        return _watch(backend, port, due, workers)


def make_due(url: str, count: int, now: datetime) -> None:
    """So many appointments' reminders are due now; nothing else is."""
    engine = _engine(url)
    local = now.astimezone(ZONE)
    quiet = {"from": (local + timedelta(hours=8)).time(), "until": (local + timedelta(hours=9)).time()}
    quiet = {name: moment.replace(second=0, microsecond=0) for name, moment in quiet.items()}
    with engine.begin() as connection:
        for statement in (_NONE_DUE, _DUE, _PLAN, _VERSION, _WITH_PLAN, _DAYTIME):
            said = {"now": _instant(engine, now), "many": count, "carries": json.dumps(["eat", "rest"])}
            said |= {"steps": json.dumps(_STEPS), "from": str(quiet["from"]), "until": str(quiet["until"])}
            wanted = {key: value for key, value in said.items() if f":{key}" in statement}
            connection.execute(text(statement), wanted)
        found = connection.execute(
            text("select count(*) from notification where state = 'planned'")
        ).scalar_one()
    engine.dispose()
    if found != count:
        raise LookupError(f"{found} reminders could be made due, not {count}")


_NONE_DUE = "update notification set state = 'skipped', why = 'for the benchmark' where state = 'planned'"
_DUE = """update notification set state = 'planned', why = null, sent_at = null, attempts = 0, due_at = :now, carries = :carries
    where id in (select n.id from notification n join appointment a on a.id = n.appointment_id
    where n.step = 'reminder_1d' and a.state = 'booked' and a.starts_at > :now order by n.id limit :many)"""
_PLAN = "insert into guidance_plan (id, slug, name, row_version) values (1, 'plan', 'Plan', 1)"
_VERSION = """insert into guidance_plan_version (id, plan_id, version, steps, created_at)
    values (1, 1, 1, :steps, :now)"""
_WITH_PLAN = "update service set guidance_plan_id = 1"
_DAYTIME = "update practice set quiet_from = :from, quiet_until = :until, revision = revision + 1"


def table(found: Sequence[Drained]) -> Table:
    """The figures, against what is promised."""
    heads = (
        "mails",
        "a second",
        "aim",
        "",
        "CPU ms a mail",
        "sent twice",
        "connections",
        "MB early",
        "MB at the end",
    )
    lines = [
        (
            f"{NAMES[one.backend]}: {one.count.taken:,}",
            number(one.a_second, 0),
            str(AIM),
            "met" if one.a_second >= AIM else "NOT MET",
            number(one.cpu_ms, 2),
            str(one.count.taken - one.count.distinct),
            str(one.count.connections),
            number(one.memory[0], 0),
            number(one.memory[1], 0),
        )
        for one in found
    ]
    title = f"Due reminders, {_WORKERS} workers, mail server and database on {os.cpu_count()} cores"
    return Table(title, heads, lines)


def unmet(found: Sequence[Drained]) -> list[str]:
    """What was promised and not kept, one line each."""
    return [
        f"{NAMES[one.backend]}: {one.a_second:.0f} mails a second, not {AIM}"
        for one in found
        if one.a_second < AIM
    ]


def _clinic(today: date, due: int) -> Clinic:
    """Large enough to have so many sessions ahead, without history."""
    return Clinic("messages", next_monday(today + timedelta(days=1)), locations=max(1, -(-due // 1450)))


def _watch(backend: str, port: int, due: int, workers: Sequence[psutil.Process]) -> Drained:
    early, before, give_up_at, told_at = 0.0, (0.0, 0), time.monotonic() + _PATIENCE, time.monotonic()
    while (count := mail_sink.ask(port)).taken < due:
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"{count.taken} of {due} mails came")
        if not early and count.taken >= due // 10:
            early, before = _memory(workers), (_spent(workers), count.taken)
        if time.monotonic() - told_at > 5:
            say(f"{backend}: {count.taken:,} of {due:,} mails")
            told_at = time.monotonic()
        time.sleep(0.2)
    each = (_spent(workers) - before[0]) * 1000 / (due - before[1])
    return Drained(backend, mail_sink.ask(port), (early, _memory(workers)), each)


def _spent(workers: Sequence[psutil.Process]) -> float:
    return sum(float(one.cpu_times().user + one.cpu_times().system) for one in workers)


def _memory(workers: Sequence[psutil.Process]) -> float:
    return max(int(one.memory_info().rss) for one in workers) / 2**20


@contextmanager
def worker(settings: dict[str, str], log: Path) -> Iterator[psutil.Process]:
    """`flask worker` with those settings, as people run it."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def _instant(engine: Engine, moment: datetime) -> object:
    """As each database keeps instants."""
    return moment if engine.dialect.name == "postgresql" else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
