"""Who should talk to the practice before a session: the questions of which an answer means just that."""

from app.domain.practice import Practice, Service
from app.domain.screening import GRAVE, Answer, ScreeningQuestion


def talk_first(practice: Practice, service: Service) -> tuple[ScreeningQuestion, ...]:
    """Those that nobody books past online; none before the owner stands for the questions (a demonstration shows them all)."""
    asked = service.screening
    if asked is None or not (asked.approved or practice.demonstration):
        return ()
    return tuple(
        question
        for question in asked.questions
        if not question.retired and any(map(_is_grave, question.answers))
    )


def _is_grave(answer: Answer) -> bool:
    return answer.outcome in GRAVE or any(phase.outcome in GRAVE for phase in answer.phases)
