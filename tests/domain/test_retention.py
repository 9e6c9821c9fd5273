"""What counts as keeping something for less long."""

import pytest

from app.domain.retention import is_shorter


@pytest.mark.parametrize(
    ("kept", "becomes", "shorter"),
    [(0, 100, True), (10, 9, True), (10, 10, False), (10, 0, False), (9, 10, False), (0, 0, False)],
)
def test_for_ever_is_longer_than_anything(kept: int, becomes: int, shorter: bool) -> None:
    assert is_shorter(kept, becomes) is shorter
