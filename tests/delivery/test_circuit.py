"""After five failures in a row the mail server is only probed, until it answers."""

from datetime import UTC, datetime, timedelta

from app.delivery.circuit import Circuit

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def broken(times: int = 5) -> Circuit:
    circuit = Circuit()
    for _ in range(times):
        circuit.failed(NOW)
    return circuit


def test_four_failures_change_nothing() -> None:
    circuit = broken(4)
    assert not circuit.is_open
    assert circuit.allows(NOW)


def test_the_fifth_failure_in_a_row_opens_it_and_says_so_once() -> None:
    circuit = broken(4)
    assert circuit.failed(NOW)
    assert circuit.is_open
    assert not circuit.failed(NOW)


def test_an_answer_in_between_begins_the_count_anew() -> None:
    circuit = broken(4)
    assert not circuit.worked()
    assert not circuit.failed(NOW)


def test_open_it_allows_one_probe_in_thirty_seconds() -> None:
    circuit = broken()
    assert not circuit.allows(after(29.9))
    assert circuit.allows(after(30))
    circuit.failed(after(30))
    assert not circuit.allows(after(59.9))
    assert circuit.allows(after(60))


def test_a_probe_that_works_closes_it_at_once() -> None:
    circuit = broken()
    assert circuit.worked()
    assert circuit.allows(after(1))
    assert not circuit.is_open


def test_a_clock_that_was_put_back_makes_nobody_wait() -> None:
    assert broken().allows(after(-3600))
