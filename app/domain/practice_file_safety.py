"""Screening sets and consent texts in a practice file."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from app.domain.asked_age import mistakes_in_asked
from app.domain.consent import ConsentArea
from app.domain.placeholders import mistakes_in
from app.domain.practice_file import ConsentTextEntry, ScreeningSetEntry
from app.domain.practice_file_document import shown
from app.domain.practice_file_fields import each, key_of
from app.domain.practice_file_reader import MISSING, Table
from app.domain.screening import (
    NO,
    NOT_SURE,
    YES,
    Answer,
    Outcome,
    Phase,
    QuestionKind,
    ScreeningQuestion,
    mistake_in,
)

LONGEST_QUESTION, LONGEST_WHY, LONGEST_LABEL, LONGEST_ADVICE, LONGEST_BODY = 400, 400, 160, 1200, 12_000
LONGEST_PHASE = 36_525  # days
#: What the usual answers are called where a file gives them no label.
USUAL_LABELS: Mapping[str, Mapping[str, str]] = {
    YES: {"en": "Yes", "fr": "Oui"},
    NO: {"en": "No", "fr": "Non"},
    NOT_SURE: {"en": "I'm not sure", "fr": "Je ne sais pas"},
}


def screening_set_of(table: Table) -> ScreeningSetEntry:
    """[[screening_set]]"""
    questions = tuple(each(table, "question", _question))
    approved_by, approved_at = _approval(table)
    entry = ScreeningSetEntry(
        slug=table.slug(),
        name=table.line("name", 120, required=True) or "",
        questions=questions,
        approved_by=approved_by,
        approved_at=approved_at,
    )
    _refuse_twice(table, "question", [question.key for question in questions])
    if all(question.retired for question in questions):
        table.refuse("question", "must have at least one that is asked")
    table.close()
    return entry


def consent_text_of(table: Table) -> ConsentTextEntry:
    """[[consent_text]]"""
    areas = tuple(each(table, "areas", _area))
    approved_by, approved_at = _approval(table)
    entry = ConsentTextEntry(
        slug=table.slug(),
        name=table.line("name", 120, required=True) or "",
        body=_told(table, "body", LONGEST_BODY, _mistakes, required=True),
        areas=areas,
        approved_by=approved_by,
        approved_at=approved_at,
    )
    _refuse_twice(table, "areas", [area.key for area in areas])
    table.close()
    return entry


def _area(table: Table) -> ConsentArea:
    return ConsentArea(_key(table), table.texts("label", LONGEST_LABEL, required=True))


def _question(table: Table) -> ScreeningQuestion:
    kind = QuestionKind(table.choice("kind", list(QuestionKind), QuestionKind.CHOICE))
    question = ScreeningQuestion(
        key=_key(table),
        kind=kind,
        text=_told(table, "text", LONGEST_QUESTION, mistakes_in_asked, required=True),
        why=_told(table, "why", LONGEST_WHY, mistakes_in_asked, required=True),
        answers=tuple(each(table, "answers", _answer)),
        text_outcome=Outcome(table.choice("text_outcome", list(Outcome), Outcome.REVIEW)),
        optional=table.flag("optional", default=False),
        retired=table.flag("retired", default=False),
    )
    mistake = mistake_in(question)
    if mistake:
        table.refuse("text_outcome" if kind is QuestionKind.TEXT else "answers", mistake)
    return question


def _answer(table: Table) -> Answer:
    key = _key(table)
    label = _told(table, "label", LONGEST_LABEL, mistakes_in_asked) or dict(USUAL_LABELS.get(key, {}))
    if not label:
        table.refuse("label", MISSING)
    return Answer(
        key=key,
        label=label,
        outcome=Outcome(table.choice("outcome", list(Outcome), Outcome.OK)),
        phases=tuple(sorted(_phases(table), key=lambda phase: phase.within_days)),
        advice=_told(table, "advice", LONGEST_ADVICE, mistakes_in_asked) or None,
        not_today=table.flag("not_today", default=False),
    )


def _phases(table: Table) -> Iterator[Phase]:
    for inner in table.tables("phases"):
        days = inner.whole("within_days", 1, LONGEST_PHASE)
        if days is None and not inner.has("within_days"):
            inner.refuse("within_days", MISSING)
        yield Phase(days or 0, Outcome(inner.choice("outcome", list(Outcome), Outcome.REVIEW)))
        inner.close()


def _told(
    table: Table, name: str, limit: int, mistakes: Callable[[str], list[str]], *, required: bool = False
) -> dict[str, str]:
    """What clients read: it promises nothing, and nothing stands in braces that nobody fills in."""
    texts = table.texts(name, limit, required=required)
    for language, text in texts.items():
        for mistake in mistakes(text):
            table.refuse(name, f"({language}) {mistake}")
    return texts


def _mistakes(text: str) -> list[str]:
    """In a text that is agreed to word by word nothing is filled in."""
    return mistakes_in(text) or (["A brace can't stand here."] if "{" in text else [])


def _key(table: Table) -> str:
    key = key_of(table, "key")
    if not key and not table.has("key"):
        table.refuse("key", MISSING)
    return key or ""


def _approval(table: Table) -> tuple[str | None, datetime | None]:
    by, at = table.line("approved_by", 254), table.moment("approved_at")
    if at is not None and not isinstance(at, datetime):
        table.refuse("approved_at", "must be a date with time and offset such as 2027-02-01T13:00:00-05:00")
        at = None
    if (by is None) != (at is None):
        table.refuse("approved_by", "and approved_at belong together")
    return by, at


def _refuse_twice(table: Table, name: str, keys: list[str]) -> None:
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        table.refuse(name, f"{shown(key)} is there twice")
