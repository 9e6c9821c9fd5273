"""A clock that was set, or a machine that slept, is noticed; the passing of time is not."""

from datetime import UTC, datetime, timedelta

import pytest

from app.worker.jumps import Jumps

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)


@pytest.mark.parametrize("passed", [60.0, 600.0, 86400.0])
def test_time_that_passes_is_no_jump(passed: float) -> None:
    jumps = Jumps()
    assert jumps.jumped(NOW, 5.0) is None
    assert jumps.jumped(NOW + timedelta(seconds=passed + 59), 5.0 + passed) is None


@pytest.mark.parametrize("set_by", [3600, -3600, 61, -61])
def test_a_clock_that_was_set_is_noticed_once(set_by: int) -> None:
    jumps = Jumps()
    jumps.jumped(NOW, 5.0)
    assert jumps.jumped(NOW + timedelta(seconds=60 + set_by), 65.0) == timedelta(seconds=set_by)
    assert jumps.jumped(NOW + timedelta(seconds=120 + set_by), 125.0) is None
