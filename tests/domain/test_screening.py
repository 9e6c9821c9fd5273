"""Deep work on belly, pelvis and hip flexors is never booked without questions about health; a cry for help stands for a day."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.practice import Service
from app.domain.screening import Outcome, Round, must_be_screened, standing_cry

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
CRY = Round(1, 1, NOW, Outcome.URGENT)


@pytest.mark.parametrize(
    ("depth", "region", "must"),
    [
        ("deep", "hips-and-belly", True),
        ("deep", "psoas", True),
        ("deep", "iliopsoas", True),
        ("deep", "iliacus", True),
        ("deep", "hip-flexors", True),
        ("deep", "hip_flexor", True),
        ("deep", "front-of-hip", True),
        ("deep", "lower-abdomen", True),
        ("deep", "abdominals", True),
        ("deep", "pelvic-floor", True),
        ("light", "belly", False),
        ("deep", "back-and-legs", False),
        ("deep", "hips-and-back", False),
        ("deep", "forearm-flexors", False),
        ("deep", None, False),
    ],
)
def test_deep_work_on_the_belly_must_be_screened(depth: str, region: str | None, must: bool) -> None:
    assert must_be_screened(depth, region) is must
    assert Service(1, "a", {}, depth=depth, region=region).is_screened is must


def test_a_service_that_says_so_is_screened_whatever_it_is() -> None:
    assert Service(1, "a", {}, depth="light", region="breath", needs_screening=True).is_screened


@pytest.mark.parametrize(
    ("service_id", "version_id", "outcome", "stands"),
    [
        (1, 1, Outcome.REVIEW, False),  # the same questions, answered otherwise
        (1, 2, Outcome.REVIEW, False),  # a newer version for the same service
        (2, 1, Outcome.CALL, False),  # the same questions before another service
        (2, 2, Outcome.REVIEW, True),  # other questions
        (1, 1, Outcome.URGENT, True),
    ],
)
def test_a_cry_for_help_stands_until_the_same_questions_are_answered_otherwise(
    service_id: int, version_id: int, outcome: Outcome, stands: bool
) -> None:
    later = Round(service_id, version_id, NOW + timedelta(minutes=5), outcome)
    assert (standing_cry([CRY, later], NOW + timedelta(hours=1)) is not None) is stands


def test_nothing_has_changed_is_no_answer_that_takes_a_cry_for_help_back() -> None:
    repeated = Round(1, 1, NOW + timedelta(minutes=5), Outcome.OK, is_repeated=True)
    assert standing_cry([CRY, repeated], NOW + timedelta(hours=1)) is CRY


@pytest.mark.parametrize(("hours", "stands"), [(0, True), (23.9, True), (24, False)])
def test_a_cry_for_help_stands_for_a_day(hours: float, stands: bool) -> None:
    assert (standing_cry([CRY], NOW + timedelta(hours=hours)) is not None) is stands


def test_nobody_who_said_nothing_standing_cry() -> None:
    assert standing_cry([], NOW) is None
