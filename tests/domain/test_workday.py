"""What one click may say about an appointment on its day."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.appointments import State
from app.domain.workday import may_be_undone, possible_marks

START = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
END = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "now", "marks"),
    [
        (State.BOOKED, START - timedelta(days=1), ()),
        (State.BOOKED, START - timedelta(minutes=10), (State.ARRIVED,)),
        (State.BOOKED, START, (State.ARRIVED, State.NO_SHOW, State.COMPLETED)),
        (State.BOOKED, END, (State.COMPLETED, State.NO_SHOW)),
        (State.ARRIVED, START, (State.COMPLETED,)),
        (State.COMPLETED, END, ()),
        (State.CANCELLED, START, ()),
        (State.REQUESTED, START, ()),
    ],
)
def test_a_click_says_only_what_can_be_true(state: State, now: datetime, marks: tuple[State, ...]) -> None:
    assert possible_marks(state, START, END, now) == marks


def test_only_marks_are_taken_back() -> None:
    assert may_be_undone(State.NO_SHOW, State.BOOKED)
    assert not may_be_undone(State.NO_SHOW, None)
    assert not may_be_undone(State.CANCELLED, State.BOOKED)
