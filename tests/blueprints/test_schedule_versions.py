"""Whoever changes an appointment says which version they had before them; without one nothing is done."""

import pytest

from tests.support.databases import BACKENDS
from tests.support.desk import Desk
from tests.support.rows import at

pytestmark = pytest.mark.parametrize("backend", BACKENDS)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("move", {"start": at("12:00").isoformat(), "therapist": "therapist-1", "tell": "yes"}),
        ("cancel", {"by": "client", "tell": "yes"}),
        ("lateness", {"minutes": "5"}),
        ("undo", {}),
    ],
)
def test_no_act_without_the_version_that_was_seen(desk: Desk, act: str, said: dict[str, str]) -> None:
    reference = desk.booked("10:00")
    before = desk.facts(reference)
    for version in ({}, {"row_version": "x"}, {"row_version": "99999999999"}):
        answer = desk.post("desk", f"/staff/appointments/{reference}/{act}", **said, **version)
        assert answer.status_code in (400, 422)
    assert desk.facts(reference) == before
