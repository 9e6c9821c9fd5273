"""Which passwords are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.passwords import LONGEST, SHORTEST, password_problem

KNOWN = ["sam.smith@example.com", "Sam Smith", "Kneaded Tranquility"]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "098765432109",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "passwordpassword",
        "Password1234!",
        "P@ssw0rd1234",
        "iloveyou1234",
        "Massage2026!!",
        "letmein123456",
        "samsmith1234",
        "sam.smith@example.com",
        "kneadedtranquility",
        "Kneaded-Tranquility1",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert password_problem(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "linen-moss-and-clay",
        "correct horse battery",
        "Tr0ub4dor&3xyz",
        "ein blauer Stuhl steht",
        "ключ под ковром",
        "鍵は赤い箱の中にあります",
    ],
)
def test_a_few_unrelated_words_are_taken(password: str) -> None:
    assert password_problem(password, KNOWN) is None


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_gets_an_answer(password: str, known: list[str]) -> None:
    problem = password_problem(password, known)
    assert problem or SHORTEST <= len(password) <= LONGEST
