"""Who calls: found among the clients by what is typed, chosen, and filled in."""

from typing import Any

from flask import request

from app import clock
from app.blueprints.schedule.forms import ANYBODY, CallerForm
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice
from app.domain.text import folded
from app.store.callers import Caller, LastVisit, find_caller
from app.web.found_clients import lines_for
from app.web.typed import number_typed

_FOUND, _LONGEST = 6, 120
_LARGEST = 2**31 - 1


def caller_of(number: int | None) -> Caller | None:
    """The client of that number."""
    return find_caller(number, clock.now()) if number and number <= _LARGEST else None


def client_chosen(form: CallerForm) -> int | None:
    """Who was picked from those who were found: with the button that says so, or by who went straight on to book."""
    goes_on = "use" in request.form or ("book" in request.form and not form.client_id.data)
    return number_typed(request.form.get("client")) if goes_on else None


def fill_in(form: CallerForm, caller: Caller, practice: Practice) -> None:
    """Take over what is known: how they are reached, what they had last, and with whom unless somebody was chosen already."""
    form.client_id.data, form.name.data = str(caller.id), caller.name
    form.email.data, form.phone.data = caller.email or "", form.phone.data or caller.phone or ""
    form.language.data, form.detail.data = caller.language, caller.detail
    form.visit.data = RETURNING_VISIT if caller.last else FIRST_VISIT
    if caller.last is not None:
        _fill_in_session(form, caller.last, practice)
    fit_to_visit(form, practice)


def _fill_in_session(form: CallerForm, last: LastVisit, practice: Practice) -> None:
    service = practice.service(last.service)
    if service is not None and service.variants_for(RETURNING_VISIT):
        form.treatment.data = f"{last.service}:{last.minutes}"
    free_to_choose = form.therapist.data in (None, ANYBODY)
    if free_to_choose and last.therapist in [choice.value for choice in form.therapist.choices]:
        form.therapist.data = last.therapist


def fit_to_visit(form: CallerForm, practice: Practice) -> str | None:
    """Choose the length nearest to the chosen one that is for that visit; answers what is chosen now, where that is another."""
    service = practice.service(form.service_slug)
    minutes = service.length_near(form.minutes, form.visit.data or "") if service else None
    if minutes in (None, form.minutes):
        return None
    form.treatment.data = f"{form.service_slug}:{minutes}"
    return next((one.label for one in form.treatment.choices if one.value == form.treatment.data), None)


def is_same_person(form: CallerForm, caller: Caller) -> bool:
    """Whether the form still names them: who types another name means somebody else."""
    return folded(form.name.data or "") == folded(caller.name)


def found_for(form: CallerForm) -> dict[str, Any]:
    """Who may be meant by what was typed, for the page that was asked to find."""
    if "find" not in request.form:
        return {"said": "", "lines": []}
    typed = (form.name.data, form.phone.data, form.email.data)
    said = next((" ".join(one[:_LONGEST].split()) for one in typed if one and one.strip()), "")
    return {"said": said, "lines": lines_for(said, clock.now(), _FOUND) if said else []}
