"""The intake form behind the manage link: it takes answers and never shows any. GET shows, POST acts."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.intake import Faulty, Kept, confirm, save_part
from app.blueprints.appointments.linked import client_of, linked
from app.blueprints.care.blueprint import Answer, blueprint
from app.domain.appointments import GONE
from app.domain.intake import MORE, Standing
from app.domain.intake_questions import YES_NO, Part
from app.domain.wallclock import local_date
from app.store.intake import standing_of
from app.store.practice import load_practice
from app.store.shown import Shown
from app.web.language import _
from app.web.limits import limit
from app.web.local_words import in_words


@blueprint.get("/appointment/<token>/intake")
def intake(token: str) -> Answer:
    """Which parts are done and which are not; nothing of what was answered."""
    shown = linked(token)
    standing = standing_of([shown.client_id])
    if shown.state in GONE or not standing.parts:
        return _to_appointment(token)
    months = load_practice().policy.screening_months
    return render_template(
        "pages/care/intake.html",
        shown=shown,
        token=token,
        standing=standing,
        is_stale=standing.is_stale(clock.now(), months),
    )


@blueprint.post("/appointment/<token>/intake")
@limit("60 per hour")
def intake_confirmed(token: str) -> Answer:
    """All of it still holds."""
    shown = linked(token)
    if confirm(shown.client_id, client_of(shown), clock.now()):
        flash(_("Thank you. That is noted for a year."), "success")
    else:
        flash(_("Some of it has not been filled in yet."), "info")
    return redirect(url_for("care.intake", token=token), 303)


@blueprint.get("/appointment/<token>/intake/<part>")
def intake_part(token: str, part: str) -> Answer:
    """The questions of a part, empty, also where it was answered before."""
    shown = linked(token)
    standing = standing_of([shown.client_id])
    asked = standing.part(part) or abort(404)
    if shown.state in GONE:
        return _to_appointment(token)
    return _asking(shown, token, standing, asked)


@blueprint.post("/appointment/<token>/intake/<part>")
@limit("120 per hour")
def intake_part_answered(token: str, part: str) -> Answer:
    """Keep the part, and go on with the next one that is missing."""
    shown, now = linked(token), clock.now()
    standing = standing_of([shown.client_id])
    asked = standing.part(part) or abort(404)
    if shown.state in GONE:
        return _to_appointment(token)
    typed = _typed(asked)
    outcome = save_part(shown.client_id, part, typed, client_of(shown), now, local_date(now, shown.zone))
    if isinstance(outcome, Faulty):
        return _asking(shown, token, standing, asked, typed=typed, faults=_in_words(outcome.faults)), 422
    if not isinstance(outcome, Kept):
        return _to_appointment(token)
    return _onwards(token, outcome.following)


def _onwards(token: str, following: str | None) -> Response:
    if following is None:
        flash(_("Thank you. Your form is complete."), "success")
        return redirect(url_for("care.intake", token=token), 303)
    return redirect(url_for("care.intake_part", token=token, part=following), 303)


def _to_appointment(token: str) -> Response:
    return redirect(url_for("appointments.manage", token=token), 303)


def _asking(shown: Shown, token: str, standing: Standing, part: Part, **more: Any) -> str:
    return render_template(
        "pages/care/intake_part.html",
        shown=shown,
        token=token,
        standing=standing,
        part=part,
        number=standing.parts.index(part) + 1,
        usual=YES_NO,
        **{"typed": {}, "faults": {}} | more,
    )


def _in_words(faults: Mapping[str, str]) -> dict[str, str]:
    return {key: in_words(fault) for key, fault in faults.items()}


def _typed(part: Part) -> dict[str, str]:
    names = [name for question in part.questions for name in (question.key, question.key + MORE)]
    return {name: request.form[name] for name in names if name in request.form}
