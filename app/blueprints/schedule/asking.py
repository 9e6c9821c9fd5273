"""Questions about health at the desk: read aloud to who calls, with the same outcomes as on the web; who asked is kept."""

from dataclasses import dataclass
from datetime import datetime

from flask import request

from app.actions.answered import Answers, read_aloud
from app.actions.screening import answer_questions, today
from app.blueprints.appointments.questions_form import QuestionsForm, questions_form
from app.blueprints.schedule.forms import CallerForm
from app.domain.practice import Practice, Service
from app.domain.screening import Outcome
from app.store.callers import Caller
from app.store.clients import group_of
from app.web.access import actor


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page shows of it: the questions where they are being read, else what follows from the answers."""

    service: Service
    questions: QuestionsForm | None
    answers: Answers | None

    @property
    def is_urgent(self) -> bool:
        """Whether somebody needs help now: nothing is booked then."""
        return self.answers is not None and self.answers.outcome is Outcome.URGENT


def asked_at_desk(practice: Practice, form: CallerForm, caller: Caller | None, now: datetime) -> Asking | None:
    """Keeps the answers that were sent, if they were, and says how it stands; none where the session asks nothing."""
    service = practice.service(form.service_slug)
    if service is None or service.screening is None:
        form.screening.data = ""
        return None
    answers = read_aloud(service, form.screening.data, now)
    form.screening.data = answers.token if answers else ""
    if "ask" in request.form:
        return Asking(service, _questions(service, practice, is_empty=True), answers)
    if "answered" not in request.form:
        return Asking(service, None, answers)
    return _answered(service, practice, form, caller, now)


def _answered(
    service: Service, practice: Practice, form: CallerForm, caller: Caller | None, now: datetime
) -> Asking:
    questions = _questions(service, practice)
    if not questions.is_sound(today(now)):
        return Asking(service, questions, None)
    rows = (caller.id, *(one for one in group_of(caller.id) if one != caller.id)) if caller else ()
    kept = answer_questions(
        service,
        questions.said,
        None,
        now,
        asked_by=actor().name,
        client_ids=rows,
        follows=form.screening.data or None,
    )
    form.screening.data = kept.token
    return Asking(service, None, read_aloud(service, kept.token, now))


def _questions(service: Service, practice: Practice, *, is_empty: bool = False) -> QuestionsForm:
    assert service.screening is not None  # noqa: S101 - seen to by who asks
    return questions_form(service.screening, practice.language, is_empty=is_empty)
