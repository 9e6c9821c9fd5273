"""Every mail says what is written down; cases.py tells how to write it down anew."""

import pytest

from app.domain.notifications import Kind
from app.emails.compose import compose
from tests.emails.cases import EXPECTED, as_told, cases

CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_each_mail_says_what_it_should(name: str) -> None:
    assert as_told(compose(CASES[name])) == (EXPECTED / f"{name}.txt").read_text("utf-8")


def test_no_expectation_is_left_of_a_case_that_is_gone() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(CASES)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_there_in_both_languages(kind: Kind) -> None:
    assert {f"{kind}.en", f"{kind}.fr"} <= set(CASES)
