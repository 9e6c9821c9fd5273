"""Until when a therapist answers a request, and what it may be accepted as instead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.consent import ConsentText
from app.domain.policy import Policy
from app.domain.practice import Service, Variant
from app.domain.reviews import alternatives, deadline_of, redated, with_time_for_review
from app.domain.screening import ScreeningSet

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("starts_in", "answered_in"),
    [
        (timedelta(days=30), 24 * HOURS),
        (73 * HOURS, 24 * HOURS),
        (72 * HOURS, 24 * HOURS),
        (71 * HOURS, 23 * HOURS),
        (49 * HOURS, HOURS),
        (48 * HOURS + timedelta(minutes=1), timedelta(minutes=1)),
    ],
)
def test_the_answer_comes_within_a_day_and_two_days_before_the_session_whichever_is_first(
    starts_in: timedelta, answered_in: timedelta
) -> None:
    assert deadline_of(NOW, NOW + starts_in, Policy()) == NOW + answered_in


@pytest.mark.parametrize("starts_in", [48 * HOURS, 47 * HOURS, HOURS])
def test_a_session_that_begins_sooner_leaves_no_time_for_an_answer(starts_in: timedelta) -> None:
    assert deadline_of(NOW, NOW + starts_in, Policy()) is None


def test_the_practice_sets_both_numbers() -> None:
    policy = Policy(review_hours=2, review_before_hours=4)
    assert deadline_of(NOW, NOW + 5 * HOURS, policy) == NOW + HOURS
    assert deadline_of(NOW, NOW + 90 * HOURS, policy) == NOW + 2 * HOURS


@pytest.mark.parametrize("review_before_hours", [0, 4, 48])
@pytest.mark.parametrize("notice_hours", [0, 60])
def test_the_times_that_are_offered_are_those_that_leave_time_for_an_answer(
    review_before_hours: int, notice_hours: int
) -> None:
    policy = Policy(review_before_hours=review_before_hours, notice=notice_hours * HOURS)
    first = NOW + with_time_for_review(policy).notice
    assert deadline_of(NOW, first, policy) is not None
    assert with_time_for_review(policy).notice >= policy.notice
    if not notice_hours:
        assert deadline_of(NOW, first - timedelta(minutes=1), policy) is None


def test_a_move_makes_a_deadline_earlier_and_never_later() -> None:
    deadline = NOW + 24 * HOURS
    assert redated(deadline, NOW + 60 * HOURS, Policy()) == NOW + 12 * HOURS
    assert redated(deadline, NOW + timedelta(days=20), Policy()) == deadline


DEEP = Service(
    id=1,
    slug="psoas",
    name={"en": "Psoas"},
    depth="deep",
    region="abdomen",
    variants=(Variant(1, 45), Variant(2, 60), Variant(3, 90), Variant(4, 75, visit="first")),
)
LIGHT = Service(id=2, slug="back", name={"en": "Back"}, variants=(Variant(5, 30), Variant(6, 90)))
OTHER_DEEP = Service(
    id=3, slug="hip", name={"en": "Hip"}, depth="deep", region="hip-flexors", variants=(Variant(7, 30),)
)
ASKED_ABOUT = Service(
    id=4, slug="belly", name={"en": "Belly"}, needs_screening=True, variants=(Variant(8, 30),)
)
COACHING = Service(
    id=5, slug="tool", name={"en": "Tool coaching"}, coaches_tools=True, variants=(Variant(9, 20),)
)


def offered(minutes: int, visit: str = "returning") -> list[tuple[str, int]]:
    here = (DEEP, LIGHT, OTHER_DEEP, ASKED_ABOUT, COACHING)
    return [(one.service.slug, one.variant.minutes) for one in alternatives(here, 1, minutes, visit)]


def test_what_is_offered_instead_is_shorter_or_lighter_and_never_longer() -> None:
    assert offered(60) == [("psoas", 45), ("back", 30)]
    assert offered(90) == [("psoas", 45), ("psoas", 60), ("back", 30), ("back", 90)]


def test_nothing_that_is_deep_screened_or_no_treatment_is_offered_as_the_lighter_session() -> None:
    assert {slug for slug, _ in offered(90)} == {"psoas", "back"}


def test_the_first_visit_keeps_its_own_length() -> None:
    assert offered(75, "first") == [("back", 30)]


def test_of_a_service_that_is_gone_only_lighter_ones_are_left() -> None:
    assert [one.service.slug for one in alternatives((LIGHT,), 1, 60, "returning")] == ["back"]


@pytest.mark.parametrize(
    "needs",
    [
        {"screening": ScreeningSet(1, "own", 1, (), approved=True)},
        {"consent": ConsentText(1, "own", 1, {}, (), approved=True)},
        {"needs_prior_visit": True},
        {"needs_screening": True},
        {"depth": "deep"},
    ],
)
def test_light_work_with_needs_of_its_own_is_nothing_to_fall_back_on(needs: dict[str, Any]) -> None:
    needy = replace(LIGHT, **needs)
    assert LIGHT.is_lighter
    assert not needy.is_lighter
    assert alternatives((needy,), 1, 60, "returning") == ()
