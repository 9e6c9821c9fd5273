"""Screening sets and consent texts as values: of each the newest version."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.domain.asked_age import asked_with_age
from app.domain.consent import ConsentArea, ConsentText
from app.domain.screening import Answer, Outcome, Phase, QuestionKind, ScreeningQuestion, ScreeningSet
from app.extensions import db
from app.models import ConsentText as ConsentTextRow
from app.models import ConsentTextVersion, ScreeningSetVersion
from app.models import ScreeningSet as ScreeningSetRow


def screening_sets(minor_until: int) -> Mapping[int, ScreeningSet]:
    """By the set's number its newest version, with that age in its words."""
    wanted = select(ScreeningSetVersion, ScreeningSetRow.slug).join(ScreeningSetRow)
    rows = db.session.execute(wanted.order_by(ScreeningSetVersion.version))
    return {
        version.set_id: asked_with_age(screening_set(version, slug), minor_until) for version, slug in rows
    }


def screening_set(row: ScreeningSetVersion, slug: str) -> ScreeningSet:
    """A version's row as a value; the age in its words is not filled in yet."""
    asked = tuple(question for question in every_question(row) if not question.retired)
    return ScreeningSet(row.id, slug, row.version, asked, row.approved_at is not None)


def screening_set_of_version(version_id: int, minor_until: int) -> ScreeningSet:
    """What was asked then, with the age that it named. Raises LookupError."""
    row = db.session.get(ScreeningSetVersion, version_id)
    owner = db.session.get(ScreeningSetRow, row.set_id) if row else None
    if row is None or owner is None:
        raise LookupError("no such version")
    return asked_with_age(screening_set(row, owner.slug), minor_until)


def _question(stored: Mapping[str, Any]) -> ScreeningQuestion:
    return ScreeningQuestion(
        key=stored["key"],
        kind=QuestionKind(stored.get("kind", QuestionKind.CHOICE)),
        text=stored["text"],
        why=stored["why"],
        answers=tuple(_answer(answer) for answer in stored.get("answers", ())),
        text_outcome=Outcome(stored.get("text_outcome", Outcome.REVIEW)),
        optional=stored.get("optional", False),
        retired=stored.get("retired", False),
    )


def _answer(stored: Mapping[str, Any]) -> Answer:
    return Answer(
        key=stored["key"],
        label=stored["label"],
        outcome=Outcome(stored.get("outcome", Outcome.OK)),
        phases=tuple(Phase(one["within_days"], Outcome(one["outcome"])) for one in stored.get("phases", ())),
        advice=stored.get("advice"),
        not_today=stored.get("not_today", False),
    )


def consent_texts() -> Mapping[int, ConsentText]:
    """By the text's number its newest version."""
    wanted = select(ConsentTextVersion, ConsentTextRow.slug).join(ConsentTextRow)
    rows = db.session.execute(wanted.order_by(ConsentTextVersion.version))
    return {version.text_id: consent_text(version, slug) for version, slug in rows}


def consent_text(row: ConsentTextVersion, slug: str) -> ConsentText:
    """A version's row as a value."""
    return ConsentText(row.id, slug, row.version, row.body, areas_of(row), row.approved_at is not None)


def every_question(row: ScreeningSetVersion) -> tuple[ScreeningQuestion, ...]:
    """All questions of a version, those too that are asked no longer."""
    return tuple(_question(stored) for stored in row.questions)


def stored_questions(questions: Iterable[ScreeningQuestion]) -> list[dict[str, Any]]:
    """Questions as a version keeps them."""
    return [
        {
            "key": question.key,
            "kind": question.kind.value,
            "text": dict(question.text),
            "why": dict(question.why),
            "answers": [_stored_answer(answer) for answer in question.answers],
            "text_outcome": question.text_outcome.value,
            "optional": question.optional,
            "retired": question.retired,
        }
        for question in questions
    ]


def _stored_answer(answer: Answer) -> dict[str, Any]:
    return {
        "key": answer.key,
        "label": dict(answer.label),
        "outcome": answer.outcome.value,
        "phases": [
            {"within_days": phase.within_days, "outcome": phase.outcome.value} for phase in answer.phases
        ],
        "advice": dict(answer.advice) if answer.advice else None,
        "not_today": answer.not_today,
    }


def areas_of(row: ConsentTextVersion) -> tuple[ConsentArea, ...]:
    """The areas that a version asks for."""
    return tuple(ConsentArea(area["key"], area["label"]) for area in row.areas)


def stored_areas(areas: Iterable[ConsentArea]) -> list[dict[str, Any]]:
    """Areas as a version keeps them."""
    return [{"key": area.key, "label": dict(area.label)} for area in areas]
