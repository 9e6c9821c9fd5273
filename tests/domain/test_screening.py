"""Deep work on belly, pelvis and hip flexors is never booked without questions about health."""

import pytest

from app.domain.practice import Service
from app.domain.screening import must_be_screened


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
