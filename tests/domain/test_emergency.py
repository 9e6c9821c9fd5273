"""The emergency number: the practice's own, else that of the location's country, never a guess."""

from dataclasses import replace

import pytest

from app.domain.emergency import emergency_number, number_in
from app.domain.practice import Location, Policy, Practice


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("CA", "911"),
        ("us", "911"),
        (" FR ", "112"),
        ("GB", "999"),
        ("AU", "000"),
        ("NZ", "111"),
        ("JP", "119"),
        ("XX", None),
        ("", None),
        (None, None),
    ],
)
def test_each_country_has_its_number(country: str | None, number: str | None) -> None:
    assert number_in(country) == number


def test_the_practices_own_number_wins_then_the_locations_then_the_first_ones() -> None:
    halifax = Location(1, "halifax", "Halifax", None, country="CA")
    london = Location(2, "london", "London", None, country="GB")
    practice = Practice(
        "a", "A", "AA", "en", None, demonstration=True, revision=1, policy=Policy(), locations=(halifax, london),
        services=(), therapists=(),
    )  # fmt: skip
    assert emergency_number(practice, london) == "999"
    assert emergency_number(practice) == "911"
    assert emergency_number(replace(practice, emergency_number="112"), london) == "112"
    assert emergency_number(replace(practice, locations=())) is None
