"""Questions about health at the desk: read aloud to who calls, with the same outcomes as on the web; who asked is kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import request

from app.actions.answered import Answers, cry_told_desk, read_aloud, told_desk
from app.actions.screening import answer_questions, nothing_changed, still_holds, today
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
    may_be_unchanged: bool = False  # what this client answered before still counts, if nothing has changed
    needs_help: bool = False  # as they have answered before, to whatever questions
    may_ask: bool = True  # they are the same questions here: an answer that was a mistake can be taken back

    @property
    def is_urgent(self) -> bool:
        """Whether somebody needs help now: nothing is booked then."""
        return self.needs_help or (self.answers is not None and self.answers.outcome is Outcome.URGENT)


def asked_at_desk(
    practice: Practice, form: CallerForm, caller: Caller | None, now: datetime
) -> Asking | None:
    """Keeps the answers that were sent, if they were, and says how it stands; none where the session asks nothing."""
    service = practice.service(form.service_slug)
    rows = _rows(caller)
    form.screening.data = kept_token(form, caller)
    if service is None or service.screening is None:
        return None
    cry = cry_told_desk(form.screening.data, rows, now)
    if cry is not None and service.id != cry.service_id and service.screening.id != cry.version_id:
        return Asking(service, None, None, needs_help=True, may_ask=False)
    if "ask" in request.form:
        return Asking(service, _questions(service, practice, is_empty=True), None)
    if "answered" in request.form:
        return _answered(service, practice, form, caller, now)
    if "unchanged" in request.form and rows:
        follows = form.screening.data or None
        kept = nothing_changed(service, rows, None, now, asked_by=actor().name, follows=follows)
        form.screening.data = kept.token if kept else form.screening.data
    answers = read_aloud(service, form.screening.data, now)
    if answers is None:
        holds = still_holds(service, rows, now, follows=form.screening.data or None)
        return Asking(service, None, None, holds, needs_help=cry is not None)
    silent = replace(answers, advices=())  # they would tell what was answered, to nobody's account
    return Asking(service, None, silent, needs_help=cry is not None)


def kept_token(form: CallerForm, caller: Caller | None) -> str:
    """The token in the form, if it stands for what the desk was answered by whom it books for; else nothing.

    It stays when another session is chosen: what somebody has said once counts for whatever they book, though they are new
    to us. Whether it answers that session's questions is another matter. It goes with the client who gave the answers, once
    somebody else is chosen.
    """
    return told_desk(form.screening.data, _rows(caller))


def _answered(
    service: Service, practice: Practice, form: CallerForm, caller: Caller | None, now: datetime
) -> Asking:
    questions = _questions(service, practice)
    if not questions.is_sound(today(now)):
        return Asking(service, questions, None)
    kept = answer_questions(
        service,
        questions.said,
        None,
        now,
        asked_by=actor().name,
        client_ids=_rows(caller),
        follows=form.screening.data or None,
    )
    form.screening.data = kept.token
    return Asking(service, None, read_aloud(service, kept.token, now))


def _rows(caller: Caller | None) -> tuple[int, ...]:
    """All rows of who calls, the one that counts first; none of somebody new."""
    if caller is None:
        return ()
    return (caller.id, *(one for one in group_of(caller.id) if one != caller.id))


def _questions(service: Service, practice: Practice, *, is_empty: bool = False) -> QuestionsForm:
    assert service.screening is not None  # noqa: S101 - seen to by who asks
    return questions_form(service.screening, practice.language, is_empty=is_empty)
