"""Self-care guides: how long they take, and who may see them."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.domain.practice_file import GuideStep
from app.domain.screening import Outcome
from app.domain.selfcare import (
    ABDOMINAL,
    TOOL_COACHED,
    Guide,
    Reader,
    Screened,
    Side,
    lacks_numbers,
    may_see,
    total_of,
    turns_of,
)

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)


def step(**numbers: object) -> GuideStep:
    """A step with these numbers."""
    return GuideStep({"en": "Do it."}, **numbers)  # type: ignore[arg-type]


def guide(*gate: str, **more: object) -> Guide:
    """An approved guide, unless it is said otherwise."""
    said = {"approved_by": "Thea", "approved_at": NOW} | more
    return Guide("one", {"en": "One"}, (step(),), gate=frozenset(gate), **said)  # type: ignore[arg-type]


def seen(one: Guide, screened: Screened | None = None, **more: object) -> bool:
    """Whether a client with that screening sees it."""
    return may_see(one, Reader(screened, **more), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("steps", "total", "sides"),
    [
        ([step(seconds=30, per_side=True)], (60, 60), [Side.FIRST, Side.SECOND]),
        ([step(seconds=60, up_to_seconds=120, per_side=True)], (120, 240), [Side.FIRST, Side.SECOND]),
        ([step(seconds=120, up_to_seconds=180)], (120, 180), [Side.BOTH]),
        ([step(), step(per_side=True)], (0, 0), []),
        ([step(reps=10)], (0, 0), []),
        ([step(seconds=20, sets=2, per_side=True)], (80, 80), [Side.FIRST, Side.SECOND] * 2),
        ([step(seconds=20), step(), step(seconds=40)], (60, 60), [Side.BOTH, Side.BOTH]),
    ],
)
def test_a_timer_counts_each_side_of_each_round_and_nothing_that_nobody_told(
    steps: list[GuideStep], total: tuple[int, int], sides: list[Side]
) -> None:
    turns = turns_of(steps)
    assert [turn.side for turn in turns] == sides
    assert total_of(turns) == total


def test_a_turn_names_its_step_and_its_round() -> None:
    turns = turns_of([step(), step(seconds=20, sets=2)])
    assert [(turn.step, turn.set_number, turn.sets) for turn in turns] == [(2, 1, 2), (2, 2, 2)]


def test_a_step_without_any_number_is_left_to_the_therapist() -> None:
    assert lacks_numbers(step(per_side=True))
    assert not any(lacks_numbers(step(**{name: 1})) for name in ("seconds", "reps", "sets"))


#: For each outcome of the last screening, and whether a therapist has agreed to what was asked for.
ANSWERED = [Screened(outcome, accepted) for outcome, accepted in product(Outcome, (False, True))]


@pytest.mark.parametrize("screened", [None, *ANSWERED])
def test_pressure_on_the_belly_is_shown_only_after_an_all_clear_or_an_accepted_review(
    screened: Screened | None,
) -> None:
    allowed = screened is not None and (
        screened.outcome is Outcome.OK or (screened.outcome is Outcome.REVIEW and screened.accepted)
    )
    assert seen(guide(ABDOMINAL), screened) is allowed
    assert seen(guide(), screened) is True


@pytest.mark.parametrize("outcome", Outcome)
def test_a_guide_is_hidden_unless_all_its_questions_were_answered_with_an_all_clear_whatever_the_outcome(
    outcome: Outcome,
) -> None:
    answered = Screened(outcome, accepted=True, clear=frozenset({"surgery", "spine"}))
    assert not seen(guide("bone", "surgery"), answered)
    assert seen(guide("surgery"), answered)
    assert not seen(guide("a-question-that-nobody-asked"), answered)


def test_who_was_never_asked_sees_no_guide_that_a_question_could_hide() -> None:
    assert not seen(guide("bone"), None)
    assert seen(guide(), None)


def test_a_tool_is_shown_after_coaching_and_only_where_the_belly_may_be_pressed() -> None:
    tool, fine = guide(ABDOMINAL, TOOL_COACHED), Screened(Outcome.OK)
    assert not seen(tool, fine)
    assert seen(tool, fine, tool_coached=True)
    assert not seen(tool, Screened(Outcome.CALL), tool_coached=True)
    assert seen(guide(TOOL_COACHED), None, tool_coached=True)


def test_an_unapproved_guide_is_shown_to_nobody() -> None:
    assert not seen(guide(approved_at=None, approved_by=None), Screened(Outcome.OK), tool_coached=True)


def test_a_guide_may_have_to_wait_for_some_time_after_a_session() -> None:
    later = guide(wait=timedelta(days=1))
    assert not seen(later)
    assert not seen(later, last_session=NOW - timedelta(hours=23))
    assert seen(later, last_session=NOW - timedelta(days=1))
