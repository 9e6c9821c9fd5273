"""Telephone numbers that are one, preferences noted in several places."""

import pytest

from app.domain.clients import Preferences, Pressure, combined, digits_of, same_phone


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("902-555-0100", "+1 (902) 555 0100", True),
        ("020 7946 0123", "+44 20 7946 0123", True),
        ("902-555-0100", "902-555-0101", False),
        ("555-0100", "902-555-0100", True),
        ("0100", "902-555-0100", False),
        (None, "902-555-0100", False),
        ("", "", False),
        ("٩٠٢٥٥٥٠١٠٠", "902 555 0100", True),
    ],
)
def test_spacing_and_prefix_do_not_make_another_number(
    first: str | None, second: str | None, same: bool
) -> None:
    assert same_phone(first, second) is same
    assert same_phone(second, first) is same


def test_digits_of_any_script_are_digits() -> None:
    assert digits_of("+१२ (3)²") == "123"


def test_nothing_to_heed_is_lost_where_one_person_was_noted_twice() -> None:
    one = Preferences(Pressure.UNKNOWN, "left knee", "blood thinners")
    other = Preferences(Pressure.FIRM, "left knee", "asthma")
    assert combined([one, other]) == Preferences(Pressure.FIRM, "left knee", "blood thinners\nasthma")
    assert combined([]).is_empty


def test_preferences_survive_being_stored() -> None:
    one = Preferences(Pressure.LIGHT, "left knee", "asthma")
    assert Preferences.from_stored(one.stored()) == one
    assert Preferences.from_stored({"pressure": "crushing"}).pressure is Pressure.UNKNOWN
