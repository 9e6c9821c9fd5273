"""An address that is likely mistyped is asked about; one that may well be right is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.mistyped import PROVIDERS, likely_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mina@gmial.com", "mina@gmail.com"),
        ("mina@gmai.com", "mina@gmail.com"),
        ("mina@gmaill.com", "mina@gmail.com"),
        ("mina@gmail.con", "mina@gmail.com"),
        ("mina@GMIAL.com", "mina@gmail.com"),
        ("mina@hotmial.com", "mina@hotmail.com"),
        ("mina@yaho.com", "mina@yahoo.com"),
        ("mina@outlok.com", "mina@outlook.com"),
        ("mina@iclod.com", "mina@icloud.com"),
        ("mina@gmail.co", "mina@gmail.com"),
    ],
)
def test_one_slip_from_a_common_provider_is_asked_about(typed: str, meant: str) -> None:
    assert likely_meant(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["mina@gmail.com", "mina@example.com", "mina@kneaded.example", "mina@ymail.com", "mina@mail.com", "mina", "",
     "mina@", "mina@fe.com", "mina@love.com"],
)  # fmt: skip
def test_what_may_well_be_right_is_not(typed: str) -> None:
    assert likely_meant(typed) is None


@given(st.sampled_from(PROVIDERS), st.integers(0, 20), st.characters(categories=["Ll"]))
def test_what_is_proposed_is_always_a_common_provider(provider: str, place: int, letter: str) -> None:
    found = likely_meant(f"mina@{provider[:place]}{letter}{provider[place:]}")
    assert found is None or found.removeprefix("mina@") in PROVIDERS


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_common_provider_is_never_taken_for_another(provider: str) -> None:
    assert likely_meant(f"mina@{provider}") is None
