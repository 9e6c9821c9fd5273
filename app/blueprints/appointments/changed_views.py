"""Behind the manage link: has anything changed since you booked? Answers are written here, and never shown again."""

from flask import flash, redirect, render_template, url_for

from app import clock
from app.actions.changed_health import report_change, report_no_change
from app.actions.outcomes import TooLate
from app.actions.screening import today
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.linked import asked_before, change_of, linked, manage_page
from app.blueprints.appointments.outcome import outcome_page
from app.blueprints.appointments.questions_form import QuestionsForm, questions_form
from app.domain.emergency import only
from app.domain.practice import Service
from app.domain.screening import Outcome
from app.store.shown import Shown
from app.web.language import _, lazy, speaking
from app.web.limits import limit
from app.web.visitor import known_visitor

_TOO_LATE = lazy(
    "It is too late for that here: the session has begun, or does not take place. Please call us."
)


@blueprint.get("/appointment/<token>/changed")
def changed(token: str) -> Answer:
    """Something has changed, or nothing has."""
    shown = linked(token)
    if asked_before(shown) is None:
        return redirect(url_for("appointments.manage", token=token))
    return render_template("pages/appointments/changed.html", shown=shown, token=token)


@blueprint.post("/appointment/<token>/changed")
@limit("30 per hour")
def nothing_has_changed(token: str) -> Answer:
    """Nothing has: written down."""
    shown = linked(token)
    if not report_no_change(change_of(shown), clock.now(), known_visitor()):
        return manage_page(shown, token, problem=_TOO_LATE), 409
    flash(_("Thank you for telling us. See you then."), "success")
    return redirect(url_for("appointments.manage", token=token), 303)


@blueprint.get("/appointment/<token>/changed/questions")
def changed_questions(token: str) -> Answer:
    """The questions again, empty."""
    shown = linked(token)
    service = asked_before(shown)
    if service is None:
        return redirect(url_for("appointments.manage", token=token))
    return _page(shown, token, _form(service, is_empty=True))


@blueprint.post("/appointment/<token>/changed/questions")
@limit("30 per hour")
def changed_answers(token: str) -> Answer:
    """Keep the answers and say what follows. No redirect: its address would have to say what was answered."""
    shown, now = linked(token), clock.now()
    service = asked_before(shown)
    if service is None:
        return manage_page(shown, token, problem=_TOO_LATE), 409
    form = _form(service)
    if not form.is_sound(today(now)):
        return _page(shown, token, form), 422
    answer = report_change(change_of(shown), form.said, now)
    if isinstance(answer, TooLate):
        return manage_page(shown, token, problem=_TOO_LATE), 409
    if answer.outcome in (Outcome.CALL, Outcome.URGENT):
        numbers = only(shown.emergency_number)
        return outcome_page(
            service, answer.outcome, form.said, now, emergency=numbers, shown=shown, token=token
        )
    return render_template(
        "pages/appointments/changed_noted.html",
        shown=shown,
        token=token,
        is_review=answer.outcome is Outcome.REVIEW,
    )


def _form(service: Service, *, is_empty: bool = False) -> QuestionsForm:
    assert service.screening is not None  # noqa: S101 - seen to before
    return questions_form(service.screening, speaking(), is_empty=is_empty)


def _page(shown: Shown, token: str, form: QuestionsForm) -> str:
    return render_template("pages/appointments/changed_questions.html", shown=shown, token=token, form=form)
