"""Cells as people and programs write them, and what they mean."""

import pytest

from app.domain.imports import Problem
from app.domain.imports_values import BadCell, email_of, minutes_of, name_of, phone_of


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (("Jo Park", "", ""), "Jo Park"),
        (("", " Jo ", "Park"), "Jo Park"),
        (("", "Jo", ""), "Jo"),
        (("Park, Jo", "", ""), "Jo Park"),
        (("Sol Berg, Jr", "", ""), "Sol Berg, Jr"),
        (("Zoe\u0308  Marsh", "", ""), "Zoë Marsh"),
    ],
)
def test_names_come_whole_or_in_two(cells: tuple[str, str, str], name: str) -> None:
    assert name_of(*cells) == name


@pytest.mark.parametrize("cell", ["", "  ", "\u200b"])
def test_a_row_without_a_name_is_told(cell: str) -> None:
    with pytest.raises(BadCell) as bad:
        name_of(cell)
    assert bad.value.problem is Problem.NO_NAME


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("Jo@Example.com ", "jo@example.com"),
        ("mailto:jo@example.com", "jo@example.com"),
        ("", None),
        ("n/a", None),
        ("None", None),
    ],
)
def test_addresses(cell: str, email: str | None) -> None:
    assert email_of(cell) == email


@pytest.mark.parametrize(
    "cell", ["jo", "jo@", "jo@example", "a b@example.com", "jo@example.com; x@example.com"]
)
def test_what_is_no_address_is_told(cell: str) -> None:
    with pytest.raises(BadCell):
        email_of(cell)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("'+1 902 555 0101", "+1 902 555 0101"),
        ("(902) 555-0101", "(902) 555-0101"),
        ("9025550101.0", "9025550101"),
        ("-", None),
        ("", None),
    ],
)
def test_telephones(cell: str, phone: str | None) -> None:
    assert phone_of(cell) == phone


@pytest.mark.parametrize("cell", ["12", "9.02556E+09", "1" * 30])
def test_what_is_no_telephone_is_told(cell: str) -> None:
    with pytest.raises(BadCell):
        phone_of(cell)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("60", 60),
        ("60 min", 60),
        ("1h", 60),
        ("1h30", 90),
        ("1:15", 75),
        ("1 hr 30 mins", 90),
        ("1.5 hours", 90),
        ("90.0", 90),
        ("", None),
    ],
)
def test_lengths(cell: str, minutes: int | None) -> None:
    assert minutes_of(cell) == minutes


@pytest.mark.parametrize("cell", ["0", "5000", "long", "25 hours"])
def test_lengths_of_no_session_are_told(cell: str) -> None:
    with pytest.raises(BadCell):
        minutes_of(cell)
