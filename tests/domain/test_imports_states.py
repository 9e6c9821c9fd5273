"""What became of a session, as other systems say it."""

import pytest

from app.domain.appointments import State
from app.domain.imports_states import state_of
from app.domain.imports_values import BadCell


@pytest.mark.parametrize(
    ("cell", "state", "late"),
    [
        ("", None, False),
        ("No-Show", State.NO_SHOW, False),
        ("Cancelled by client", State.CANCELLED, False),
        ("Late Cancellation", State.CANCELLED, True),
        ("ANNULÉ", State.CANCELLED, False),
        ("Arrived", State.COMPLETED, False),
        ("Confirmed", State.BOOKED, False),
        ("Paid", State.BOOKED, False),
    ],
)
def test_states(cell: str, state: State | None, late: bool) -> None:
    told = state_of(cell)
    assert (told.state, told.late) == (state, late)


def test_a_session_that_was_rescheduled_is_booked_where_it_stands_once_and_unknown_elsewhere() -> None:
    assert state_of("Rescheduled", moved_is_booked=True).state is State.BOOKED
    with pytest.raises(BadCell):
        state_of("Rescheduled")


def test_yes_and_no_mean_something_in_a_column_for_cancellations_only() -> None:
    assert state_of("Yes", says_cancelled=True).state is State.CANCELLED
    assert state_of("no", says_cancelled=True).state is None
    with pytest.raises(BadCell):
        state_of("Yes")
