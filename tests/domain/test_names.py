"""Whom somebody means by what they typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.names import (
    Person,
    alike,
    asked,
    fit,
    grams_asked,
    grams_of,
    is_whole,
    marked,
    marked_number,
    plain,
)

PEOPLE = {
    "jose": Person("José Díaz", "jose@example.com", "902-555-0100"),
    "catherine": Person("Catherine Moss", "cm@example.com", "+1 (902) 555-0142"),
    "jo": Person("Jo Smith", "smith.family@example.com", None),
    "london": Person("Anna-Lena Sørensen", None, "+44 20 7946 0123"),
    "sean": Person("Seán O\u2019Brien", "sob42@example.org", "0902 555 0177"),
}


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        ("Jose", "jose"),
        ("JOSÉ", "jose"),
        ("jsoe", "jose"),  # two letters swapped
        ("Katherin", "catherine"),
        ("Catherne", "catherine"),  # a letter missing
        ("Cathherine", "catherine"),  # one too many
        ("moss cath", "catherine"),
        ("smith jo", "jo"),
        ("jo smi", "jo"),
        ("smyth", "jo"),
        ("soren", "london"),
        ("anna lena", "london"),
        ("annalena", "london"),
        ("obrien", "sean"),
        ("o'brien", "sean"),
        ("902 555-0100", "jose"),
        ("5550142", "catherine"),
        ("142", "catherine"),
        ("9025550142", "catherine"),
        ("+1 902 555 0142", "catherine"),
        ("020 7946 0123", "london"),
        ("79460", "london"),
        ("+1 902 555 0177", "sean"),
        ("smith.fam", "jo"),
        ("cm@exa", "catherine"),
        ("ob42", "sean"),
        ("sob42@example.org", "sean"),
    ],
)
def test_who_is_meant_is_found_and_shares_letters_with_what_was_typed(typed: str, whom: str) -> None:
    wanted, person = asked(typed), PEOPLE[whom]
    score = fit(wanted, person)
    assert score is not None
    assert is_whole(score)
    assert grams_asked(wanted) & grams_of(person.name, person.email, person.phone)
    others = [fit(wanted, other) or 0 for name, other in PEOPLE.items() if name != whom]
    assert score > max(others)


@pytest.mark.parametrize("typed", ["xavier", "moss xavier", "555 9999", "zz", "josephine"])
def test_who_is_not_meant_does_not_fit_as_a_whole(typed: str) -> None:
    assert not any(is_whole(fit(asked(typed), person) or 0) for person in PEOPLE.values())


def test_who_is_called_exactly_so_comes_before_who_nearly_is() -> None:
    scores = [fit(asked("jo"), Person(name)) or 0 for name in ("Jo Park", "Joanna Park", "Park Joan")]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


@pytest.mark.parametrize(
    ("typed", "short"),
    [("j", True), ("", True), ("5", True), ("jo", False), ("555", False), ("j k", True), ("...", True)],
)
def test_too_little_is_told_from_enough(typed: str, short: bool) -> None:
    assert asked(typed).is_too_short is short


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("kt-7f3mq", "KT-7F3MQ"),
        ("KT7F3MQ", "KT-7F3MQ"),
        ("7f3mq", "KT-7F3MQ"),
        ("Jose", None),
        ("smith jo", None),
    ],
)
def test_a_reference_is_read_however_it_is_typed(typed: str, reference: str | None) -> None:
    assert asked(typed, "KT").reference == reference


def test_what_was_typed_is_marked() -> None:
    assert marked("José Díaz", asked("jos")) == [("Jos", True), ("é Díaz", False)]
    assert marked("Jo Smith", asked("smit jo")) == [("Jo", True), (" ", False), ("Smit", True), ("h", False)]
    assert marked("Catherine Moss", asked("katherin")) == [("Catherine", True), (" Moss", False)]
    assert marked("jo.park@example.com", asked("park")) == [
        ("jo.", False),
        ("park", True),
        ("@example.com", False),
    ]
    assert marked("Jo Park", asked("")) == [("Jo Park", False)]
    assert marked_number("+1 (902) 555-0142", asked("5550")) == [
        ("+1 (902) ", False),
        ("555-0", True),
        ("142", False),
    ]
    assert marked_number("902-555-0142", asked("jo")) == [("902-555-0142", False)]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Jo Park", "Park Jo", True),
        ("Mina Cole", "Mína Côle", True),
        ("Mina Cole", "Mina Coel", True),
        ("Jo Anne Park", "Jo Park", True),
        ("Jo Park", "Mina Park", False),
        ("Ann Lee", "Ian Lee", False),
        ("Jo", "Jo Park", False),
        ("", "Jo Park", False),
    ],
)
def test_names_of_one_person_are_alike(first: str, second: str, same: bool) -> None:
    assert alike(first, second) is same


def test_everybody_leaves_a_trace_also_without_letters() -> None:
    assert grams_of("!!", None, None)
    assert grams_of("!!", None, None) != grams_of("Jo Park", None, None)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    wanted = asked(text, "KT")
    assert all(len(gram) == 3 for gram in grams_asked(wanted) | grams_of(text, text, text))
    for person in PEOPLE.values():
        assert fit(wanted, person) is None or 0 <= (fit(wanted, person) or 0) <= 1.02
        assert "".join(piece for piece, _ in marked(person.name, wanted)) == person.name
    assert "".join(piece for piece, _ in marked(text, wanted)) == text
    assert "".join(piece for piece, _ in marked_number(text, wanted)) == text


@given(st.text(st.characters(categories=["L"]), min_size=3, max_size=12))
def test_who_is_typed_as_stored_is_found(name: str) -> None:
    wanted = asked(name)
    if plain(name).isalnum() and len(plain(name)) > 1:
        assert is_whole(fit(wanted, Person(name)) or 0)
        assert grams_asked(wanted) & grams_of(name, None, None)
