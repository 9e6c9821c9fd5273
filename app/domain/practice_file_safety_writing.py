"""Screening sets and consent texts as a practice file writes them."""

from datetime import UTC, datetime

from app.domain.consent import ConsentArea
from app.domain.practice_file import ConsentTextEntry, ScreeningSetEntry
from app.domain.practice_file_shapes import Document, kept, texts_written
from app.domain.screening import Answer, Phase, QuestionKind, ScreeningQuestion


def screening_set_document(entry: ScreeningSetEntry, language: str) -> Document:
    """[[screening_set]]"""
    return kept(
        {
            "slug": entry.slug,
            "name": entry.name,
            "question": [_question(question, language) for question in entry.questions],
            "approved_by": entry.approved_by,
            "approved_at": _moment(entry.approved_at),
        }
    )


def consent_text_document(entry: ConsentTextEntry, language: str) -> Document:
    """[[consent_text]]"""
    return kept(
        {
            "slug": entry.slug,
            "name": entry.name,
            "body": texts_written(entry.body, language),
            "areas": [_area(area, language) for area in entry.areas],
            "approved_by": entry.approved_by,
            "approved_at": _moment(entry.approved_at),
        }
    )


def _area(area: ConsentArea, language: str) -> Document:
    return {"key": area.key, "label": texts_written(area.label, language)}


def _question(question: ScreeningQuestion, language: str) -> Document:
    is_text = question.kind is QuestionKind.TEXT
    return kept(
        {
            "key": question.key,
            "kind": question.kind.value if is_text else None,
            "text": texts_written(question.text, language),
            "why": texts_written(question.why, language),
            "answers": [_answer(answer, language) for answer in question.answers],
            "text_outcome": question.text_outcome.value if is_text else None,
            "optional": question.optional or None,
            "retired": question.retired or None,
        }
    )


def _answer(answer: Answer, language: str) -> Document:
    return kept(
        {
            "key": answer.key,
            "label": texts_written(answer.label, language),
            "outcome": answer.outcome.value,
            "phases": [_phase(phase) for phase in answer.phases],
            "advice": texts_written(answer.advice or {}, language),
            "not_today": answer.not_today or None,
        }
    )


def _phase(phase: Phase) -> Document:
    return {"within_days": phase.within_days, "outcome": phase.outcome.value}


def _moment(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
