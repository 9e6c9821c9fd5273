"""The age in a question: where its words say ``{minor_until}`` stands the practice's own setting, below which a guardian agrees."""

from collections.abc import Mapping
from dataclasses import replace

from app.domain.placeholders import mistakes_in
from app.domain.said import said
from app.domain.screening import Answer, ScreeningQuestion, ScreeningSet

#: The only thing that may stand in braces in a question, its why, its answers and their advice.
AGE = "{minor_until}"


def asked_with_age(asked: ScreeningSet, years: int) -> ScreeningSet:
    """The set as people are asked it. Where nobody counts as a minor (0 years), nobody is asked about that age."""
    wanted = (one for one in asked.questions if years or not speaks_of_age(one))
    return replace(asked, questions=tuple(question_with_age(one, years) for one in wanted))


def question_with_age(question: ScreeningQuestion, years: int) -> ScreeningQuestion:
    """The same of one question."""
    if not speaks_of_age(question):
        return question
    return replace(
        question,
        text=_filled(question.text, years),
        why=_filled(question.why, years),
        answers=tuple(_answer(answer, years) for answer in question.answers),
    )


def words_with_age(words: str, years: int) -> str:
    """The words with the age in them."""
    return words.replace(AGE, str(years))


def speaks_of_age(question: ScreeningQuestion) -> bool:
    """Whether the age stands anywhere in it."""
    told = [question.text, question.why, *(answer.label for answer in question.answers)]
    told += [answer.advice for answer in question.answers if answer.advice]
    return any(AGE in words for texts in told for words in texts.values())


def mistakes_in_asked(words: str) -> list[str]:
    """What is wrong with words of a question, as sentences: nothing but the age stands in braces, and they promise nothing."""
    rest = words.replace(AGE, "")
    if "{" in rest or "}" in rest:
        return [
            said("A brace can't stand here, but for %(age)s: the age below which a guardian agrees.", age=AGE)
        ]
    return mistakes_in(rest)


def _answer(answer: Answer, years: int) -> Answer:
    advice = _filled(answer.advice, years) if answer.advice else answer.advice
    return replace(answer, label=_filled(answer.label, years), advice=advice)


def _filled(texts: Mapping[str, str], years: int) -> dict[str, str]:
    return {code: words_with_age(words, years) for code, words in texts.items()}
