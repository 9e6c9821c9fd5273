"""The emergency number: the practice's own, else that of the location's country, never a guess."""

from dataclasses import replace

import pytest

from app.domain.emergency import emergency_number, emergency_numbers, emergency_words, number_in
from app.domain.policy import Policy
from app.domain.practice import Location, Practice


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


def test_the_practices_own_number_wins_then_the_locations() -> None:
    halifax = Location(1, "halifax", "Halifax", None, country="CA")
    london = Location(2, "london", "London", None, country="GB")
    practice = Practice(
        "a", "A", "AA", "en", None, demonstration=True, revision=1, policy=Policy(), locations=(halifax, london),
        services=(), therapists=(),
    )  # fmt: skip
    assert emergency_number(practice, london) == "999"
    assert emergency_number(practice, halifax) == "911"
    at_home = replace(practice, locations=(london,), emergency_number="112")
    assert emergency_number(at_home, london) == "112"
    assert emergency_number(replace(practice, locations=())) is None


def _practice(*countries: str | None, own: str | None = None) -> Practice:
    places = tuple(
        Location(number, f"place-{number}", f"Place {number}", None, country=country)
        for number, country in enumerate(countries, 1)
    )
    return Practice(
        "a", "A", "AA", "en", None, demonstration=True, revision=1, policy=Policy(), locations=places,
        services=(), therapists=(), emergency_number=own,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("practice", "words"),
    [
        (_practice("CA", "GB"), "911 (Place 1), 999 (Place 2)"),
        (_practice("CA", "US"), "911"),
        (_practice("CA", None), "911 (Place 1)"),
        (_practice("XX"), ""),
        (_practice(), ""),
        (_practice("CA", "US", own="112"), "112"),
        (_practice("CA", None, own="112"), "112"),
        (_practice(own="112"), "112"),
        (_practice("CA", "GB", None, own="112"), "911 (Place 1), 999 (Place 2), 112 (Place 3)"),
    ],
)
def test_where_no_place_is_meant_each_place_is_named_with_its_number_if_they_differ(
    practice: Practice, words: str
) -> None:
    assert emergency_words(emergency_numbers(practice)) == words


def test_one_number_is_never_given_for_places_that_have_different_ones() -> None:
    practice = _practice("CA", "GB")
    assert emergency_number(practice) is None
    assert emergency_words(emergency_numbers(practice, practice.locations[1])) == "999"
