"""Workers that are killed while mails leave: none is lost, at most one extra per kill, and it says so itself."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.reliability.busy_worker import book_many, let_leases_run_out, states, worker
from tests.support.smtp import Fault, Sink

pytestmark = pytest.mark.usefixtures("context")
_BATCH = 25


def kill_while_sending(appointments: int, kills: int, database_url: str, sink: Sink, folder: Path) -> None:
    """Books, kills so many times while mails leave, lets the last worker finish, and counts."""
    expected = book_many(appointments)
    assert len(expected) == 2 * appointments
    sink.pause = 0.05  # the time in which a message is taken and nobody knows it yet
    chance = random.Random(7)  # noqa: S311 - the same kills every time
    with worker(database_url, sink.port, folder) as busy:
        for number in range(kills):
            busy.start()
            left = len(expected) - len({taken.message_id for taken in sink.taken})
            share = max(1, left // (kills - number + 1))
            sink.wait_for(len(sink.taken) + chance.randint(1, share), 60)
            time.sleep(chance.uniform(0, 0.1))
            busy.kill()
            assert let_leases_run_out() <= _BATCH
            print(f"kill {number + 1}: {len(sink.taken)} taken")
        busy.start()
        wait_until_all(expected, sink)
        assert busy.end() == 0
    copies = Counter(taken.message_id for taken in sink.taken)
    assert set(copies) == expected  # none lost, and a repeat has the same Message-ID
    print(f"{kills} kills, {len(expected)} mails: {sum(copies.values()) - len(expected)} extra copies")
    assert sum(copies.values()) - len(expected) <= kills
    assert states() == {"sent": len(expected)}


def wait_until_all(expected: set[str], sink: Sink, seconds: float = 240) -> None:
    """Returns when every message has come and is marked as sent."""
    give_up_at = time.monotonic() + seconds
    while {taken.message_id for taken in sink.taken} != expected or states() != {"sent": len(expected)}:
        assert time.monotonic() < give_up_at, (len(sink.taken), states())
        time.sleep(0.2)


def test_a_worker_killed_while_it_sends_loses_nothing(
    database_url: str, smtp_sink: Sink, tmp_path: Path
) -> None:
    kill_while_sending(15, 3, database_url, smtp_sink, tmp_path)


@pytest.mark.soak
def test_two_hundred_kills_among_a_thousand_mails(database_url: str, smtp_sink: Sink, tmp_path: Path) -> None:
    kill_while_sending(500, 200, database_url, smtp_sink, tmp_path)


@pytest.mark.soak
def test_kills_and_a_mail_server_in_a_bad_mood(database_url: str, smtp_sink: Sink, tmp_path: Path) -> None:
    drops: list[int] = []

    def moody(envelope: object, attempt: int) -> Fault | None:
        if attempt % 10:
            return None
        drops.append(attempt)
        return Fault.DROP_AFTER_TAKING

    smtp_sink.at_message = moody
    expected = book_many(100)
    with worker(database_url, smtp_sink.port, tmp_path) as busy:
        for number in range(5):
            busy.start()
            smtp_sink.wait_for(30 * (number + 1), 60)
            busy.kill()
            let_leases_run_out()
        smtp_sink.behave()
        busy.start()
        wait_until_all(expected, smtp_sink, 240)
        assert busy.end() == 0
    copies = Counter(taken.message_id for taken in smtp_sink.taken)
    assert set(copies) == expected
    assert sum(copies.values()) - len(expected) <= 5 + len(drops)
