"""What one click may say about an appointment on its day."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.appointments import State
from app.domain.workday import STILL_THERE, may_be_undone, possible_marks, shown_state

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


@pytest.mark.parametrize(
    ("state", "now", "shown"),
    [
        (State.REQUESTED, END, "requested"),
        (State.BOOKED, START, "booked"),
        (State.BOOKED, END, "unresolved"),
        (State.ARRIVED, START - timedelta(seconds=1), "arrived"),
        (State.ARRIVED, START, "in_session"),
        (State.ARRIVED, END, "arrived"),
        (State.ARRIVED, END + STILL_THERE, "arrived"),
        (State.ARRIVED, END + STILL_THERE + timedelta(seconds=1), "unresolved"),
        (State.COMPLETED, END + timedelta(days=9), "completed"),
        (State.NO_SHOW, END, "no_show"),
        (State.LAPSED, END, "lapsed"),
    ],
)
def test_how_it_stands_follows_from_its_state_and_the_time(state: State, now: datetime, shown: str) -> None:
    assert shown_state(state, START, END, now) == shown


def test_who_has_confirmed_and_who_has_cancelled_is_told_apart() -> None:
    assert shown_state(State.BOOKED, START, END, START, confirmed=True) == "confirmed"
    assert shown_state(State.BOOKED, START, END, END, confirmed=True) == "unresolved"
    assert shown_state(State.ARRIVED, START, END, END, confirmed=True) == "arrived"
    said = {"client": "cancelled_by_client", "late": "cancelled_late", "clinic": "cancelled_by_clinic"}
    for by, shown in (*said.items(), (None, "cancelled")):
        assert shown_state(State.CANCELLED, START, END, END, cancelled_by=by) == shown
