"""Whose is what was booked while two counted as one."""

import pytest

from app.domain.merging import Called, was_booked_by

ALFA, ALPHA = Called("Merge Alfa", "mb@example.com"), Called("Alpha", "ma@example.com")


@pytest.mark.parametrize(
    ("name", "email", "theirs"),
    [
        ("Merge Alfa", "mb@example.com", True),
        ("merge  ALFA", None, True),
        ("Somebody", "MB@example.com", True),
        ("Alpha", "mb@example.com", True),
        ("Alpha", "ma@example.com", False),
        ("Somebody", None, False),
    ],
)
def test_a_name_or_an_address_of_theirs_says_so(name: str, email: str | None, theirs: bool) -> None:
    assert was_booked_by(Called(name, email), [ALFA], [ALPHA]) is theirs


def test_what_both_have_proves_nothing() -> None:
    one, other = Called("Mina Cole", "home@example.com"), Called("Mina Cole", "home@example.com")
    assert not was_booked_by(one, [one], [other])
    assert was_booked_by(
        Called("Mina Cole", "new@example.com"), [Called("Mina Cole", "new@example.com")], [other]
    )


def test_a_missing_address_is_nobodys() -> None:
    nameless = Called("Somebody", None)
    assert not was_booked_by(nameless, [Called("Merge Alfa", None)], [ALPHA])
