"""The age in a question is the practice's own: filled in wherever it stands, and asked of nobody where nobody is a minor."""

import tomllib

import pytest

from app.domain.asked_age import asked_with_age, mistakes_in_asked
from app.domain.screening import Answer, QuestionKind, ScreeningQuestion, ScreeningSet
from tests.support.run import ROOT

AGE = ScreeningQuestion(
    "minor",
    QuestionKind.CHOICE,
    {"en": "Younger than {minor_until}?", "fr": "Moins de {minor_until} ans?"},
    {"en": "Below {minor_until} a guardian agrees."},
    (
        Answer("no", {"en": "No, {minor_until} or older"}),
        Answer("yes", {"en": "Yes"}, advice={"en": "{minor_until}!"}),
    ),
)
OTHER = ScreeningQuestion("skin", QuestionKind.TEXT, {"en": "Skin?"}, {"en": "It has to close."})
ASKED = ScreeningSet(1, "deep", 1, (AGE, OTHER), approved=True)


@pytest.mark.parametrize("years", [16, 18, 19])
def test_the_setting_stands_in_every_language_and_every_answer(years: int) -> None:
    asked, other = asked_with_age(ASKED, years).questions
    assert asked.text == {"en": f"Younger than {years}?", "fr": f"Moins de {years} ans?"}
    assert asked.why == {"en": f"Below {years} a guardian agrees."}
    assert [answer.label["en"] for answer in asked.answers] == [f"No, {years} or older", "Yes"]
    assert asked.answers[1].advice == {"en": f"{years}!"}
    assert other is OTHER


def test_where_nobody_is_a_minor_nobody_is_asked_for_their_age() -> None:
    assert asked_with_age(ASKED, 0).questions == (OTHER,)


@pytest.mark.parametrize("words", ["Below {age}?", "Below {minor_until", "Below minor_until}?", "{phone}"])
def test_nothing_else_may_stand_in_braces(words: str) -> None:
    assert mistakes_in_asked(words) != []


def test_what_promises_a_cure_is_refused_with_or_without_an_age() -> None:
    assert mistakes_in_asked("Below {minor_until}?") == []
    assert mistakes_in_asked("A cure below {minor_until}") != []


def test_the_questions_that_come_with_the_program_name_no_age_of_their_own() -> None:
    file = tomllib.loads((ROOT / "clinics" / "library" / "screening.toml").read_text("utf-8"))
    minor = next(one for one in file["screening_set"][0]["question"] if one["key"] == "minor")
    for language in ("en", "fr"):
        assert "{minor_until}" in minor["text"][language]
    assert "18" not in str(minor)
