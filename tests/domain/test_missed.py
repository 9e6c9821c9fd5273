"""When a client who missed sessions needs the desk's approval."""

from dataclasses import replace

import pytest

from app.domain.appointments import cancelled_as
from app.domain.missed import Missed, needs_approval
from app.domain.policy import Policy
from tests.support.rows import at

POLICY = replace(Policy(), approval_after_no_shows=2, approval_after_late=3)


@pytest.mark.parametrize(
    ("missed", "needs"),
    [
        (Missed(), False),
        (Missed(no_shows=1, late=2), False),
        (Missed(no_shows=2), True),
        (Missed(late=3), True),
        (Missed(no_shows=9, late=9), True),
    ],
)
def test_no_shows_and_late_cancellations_are_counted_apart(missed: Missed, needs: bool) -> None:
    assert needs_approval(missed, POLICY) is needs


def test_nought_means_never() -> None:
    never = replace(Policy(), approval_after_no_shows=0, approval_after_late=0)
    assert not needs_approval(Missed(50, 50), never)


@pytest.mark.parametrize(
    ("by_staff", "for_client", "now", "counts_as"),
    [
        (True, False, "11:00", "clinic"),
        (True, True, "09:59", "client"),
        (True, True, "10:00", "late"),
        (False, False, "09:59", "client"),
    ],
)
def test_how_a_cancellation_counts(by_staff: bool, for_client: bool, now: str, counts_as: str) -> None:
    assert cancelled_as(by_staff, for_client, at(now), at("10:00")) == counts_as
