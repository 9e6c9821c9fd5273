"""What the example clients answered, agreed to and wished for before work that is asked about first."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.actions.screening import answer_questions
from app.domain.consent import ConsentTerms, ConsentText
from app.domain.practice import Service
from app.domain.screening import Outcome, QuestionKind, ScreeningQuestion, ScreeningSet
from app.domain.wishes import Gender, Wishes

_WISHES = (
    None,
    None,
    None,
    Wishes(pressure="light"),
    Wishes(gender=Gender.ANY, avoid="left shoulder"),
    Wishes(tools=False, pressure="firm"),
)


@dataclass(frozen=True, slots=True)
class Brought:
    """What goes with a booking."""

    screening_token: str | None = None
    consent: ConsentTerms | None = None
    wishes: Wishes | None = None


def brought(service: Service, at: datetime, random: Random, *, doubtful: bool) -> Brought:
    """Answers that are all well, or (``doubtful``) one of them something a therapist has to look at; consent to every area."""
    token = None
    if service.screening is not None:
        token = answer_questions(service, _answers(service.screening, doubtful), None, at).token
    wishes = random.choice(_WISHES) if service.screening is not None else None
    return Brought(token, _consent(service.consent) if service.consent else None, wishes)


def _answers(asked: ScreeningSet, doubtful: bool) -> dict[str, str]:
    choices = [question for question in asked.questions if question.kind is QuestionKind.CHOICE]
    said = {question.key: _mildest(question) for question in choices}
    if doubtful:
        question, answer = next(
            (question.key, answer.key)
            for question in choices
            for answer in question.answers
            if answer.outcome is Outcome.REVIEW and not answer.phases and not answer.not_today
        )
        said[question] = answer
    return said


def _mildest(question: ScreeningQuestion) -> str:
    harmless = (one for one in question.answers if one.outcome is Outcome.OK and not one.phases)
    return next(harmless, question.answers[0]).key


def _consent(text: ConsentText) -> ConsentTerms:
    return ConsentTerms(
        areas={area.key: True for area in text.areas},
        draping="Covered but for where you work",
        stop_word="Stop",
        clothing="Shorts and a thin shirt",
    )
