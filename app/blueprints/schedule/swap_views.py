"""Two sessions of a day exchange their therapists, each at its own time: with which, what the rule says of both, the swap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.managing import Change, Target
from app.actions.outcomes import Moved
from app.actions.previewing import Preview, preview_swap
from app.actions.swapping import Half, NotSwapped, swap
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import SwapForm, refusals_of
from app.blueprints.schedule.asked import seen_appointment
from app.blueprints.schedule.moving import changes, said_of
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.telling import somebody_was_faster, told_words
from app.blueprints.schedule.undoing import offer_undo
from app.domain.appointments import may_be_moved
from app.domain.wallclock import day_span, local_date, zone_named
from app.store.appointment_facts import AppointmentFacts
from app.store.schedule import DayAppointment, list_appointments
from app.store.transactions import Stale
from app.web.access import actor, signed_in
from app.web.language import _, lazy
from app.web.local_words import clock_words
from app.web.rule_names import rule_name
from app.web.typed import number_typed, version_typed

Answer = str | Response | tuple[str, int]
_CHOOSE = lazy("Choose the session to swap with.")
_FASTER = lazy("Somebody else has just changed one of them. Look at both as they stand now, and swap again.")


class _Picked(NamedTuple):
    reference: str
    version: int


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two on the page: what would be another, and what the rule says of it."""

    a: AppointmentFacts
    preview: Preview
    changes: list[tuple[str, str, str]]
    said: list[tuple[str, str]]


def ask_swap(reference: str) -> Answer:
    """The other sessions of that day; with one of them chosen, what the rule says of both."""
    seen, chosen = seen_appointment(reference), request.args.get("other")
    if not may_be_moved(seen.state):
        flash(
            _("It is %(state)s: only what is booked can be swapped.", state=words.STATES[seen.state]), "error"
        )
        return redirect(url_for("schedule.appointment", reference=reference))
    if chosen is None:
        return _choosing(seen)
    other = _found(seen, chosen)
    return _check(seen, other, _filled(seen, other)) if other else (_choosing(seen, str(_CHOOSE)), 422)


def save_swap(reference: str) -> Answer:
    """Swap them, or say why not with all that was typed still there."""
    seen, form = seen_appointment(reference), SwapForm()
    picked = _picked(form)
    if picked is None or picked.reference == reference:
        return _choosing(seen, str(_CHOOSE)), 422
    other = seen_appointment(picked.reference)
    if not form.validate() or not form.says_why():
        page, _status = _check(seen, other, form)
        return page, 422
    return _swapped(seen, other, form, picked.version)


def _swapped(seen: AppointmentFacts, other: AppointmentFacts, form: SwapForm, version: int) -> Answer:
    own = version_typed(form.row_version.data)
    first, second = (
        Change(one.id, actor(), known, by_staff=True, tells_client=form.tells_client)
        for one, known in ((seen, own), (other, version))
    )
    halves = (
        Half(first, form.setting_aside(form.named_first)),
        Half(second, form.setting_aside(form.named_other)),
    )
    try:
        answer = swap(*halves, clock.now())
    except Stale:
        return _second(seen.reference, other.reference, form)
    if isinstance(answer, Moved):
        return _done(seen, other, form)
    if isinstance(answer, NotSwapped):
        return _check(seen, other, form, problem=_sentence(answer, seen, other))
    return somebody_was_faster(seen)


def _picked(form: SwapForm) -> _Picked | None:
    reference, _apart, said = str(form.other.data or "").partition(" ")
    version = number_typed(said)
    return _Picked(reference, version) if reference and version is not None else None


def _sentence(answer: NotSwapped, seen: AppointmentFacts, other: AppointmentFacts) -> str:
    """The rule by its name, and who would be the therapist."""
    becomes = {seen.id: other.therapist, other.id: seen.therapist}
    who = becomes.get(answer.appointment_id or 0) or _("One of the two therapists")
    return f"{rule_name(answer.refusal)}: {refusal_words(answer.refusal, who)}"


def _done(seen: AppointmentFacts, other: AppointmentFacts, form: SwapForm) -> Response:
    """The way back is the same swap once more."""
    now, then = seen_appointment(seen.reference), seen_appointment(other.reference)
    text = _(
        "Swapped: %(client)s is with %(therapist)s, %(other_client)s with %(other_therapist)s.",
        client=now.client,
        therapist=now.therapist,
        other_client=then.client,
        other_therapist=then.therapist,
    )
    told = [told_words(one, tells_client=form.tells_client) for one in (now, then)]
    fields = {
        "other": f"{then.reference} {then.row_version}",
        "row_version": now.row_version,
        "tell": form.tell.data,
    }
    offer_undo(" ".join([text, *told]), url_for("schedule.swap", reference=seen.reference), fields)
    return redirect(url_for("schedule.appointment", reference=seen.reference))


def _second(reference: str, partner: str, form: SwapForm) -> Answer:
    """Somebody was faster: both as they stand now, and what was typed, to be sent again knowingly."""
    seen = seen_appointment(reference)
    if not may_be_moved(seen.state):
        return somebody_was_faster(seen)
    other = _found(seen, partner)
    if other is None:
        return _choosing(seen, str(_FASTER)), 409
    fresh = _filled(seen, other)
    form.other.data, form.row_version.data = fresh.other.data, fresh.row_version.data
    return _check(seen, other, form, problem=str(_FASTER))


def _filled(seen: AppointmentFacts, other: AppointmentFacts) -> SwapForm:
    """The form of the check before anybody typed in it."""
    picked = f"{other.reference} {other.row_version}"
    return SwapForm(formdata=None, data={"other": picked, "row_version": seen.row_version, "tell": "yes"})


def _check(
    seen: AppointmentFacts, other: AppointmentFacts, form: SwapForm, problem: str | None = None
) -> tuple[str, int]:
    """The page that asks whether it is meant; 409 where it can't be, and where somebody was faster."""
    previews = preview_swap(seen.id, other.id, clock.now(), signed_in().roles)
    pairs = ((seen, other, previews[0]), (other, seen, previews[1]))
    form.aside.data, form.aside_other.data = (refusals_of(one.to_set_aside) for one in previews)
    blocked = any(one.refusal for one in previews)
    page = render_template(
        "pages/schedule/swap_check.html",
        section="schedule",
        a=seen,
        zone=zone_named(seen.zone),
        sides=[_side(*one) for one in pairs],
        form=form,
        blocked=blocked,
        aside=any(one.to_set_aside for one in previews),
        problem=problem,
    )
    return page, 409 if blocked or problem else 200


def _side(one: AppointmentFacts, partner: AppointmentFacts, preview: Preview) -> _Side:
    target = Target(one.starts_at, partner.therapist_slug)
    return _Side(one, preview, changes(one, target, preview), said_of(preview, one, target))


def _choosing(seen: AppointmentFacts, problem: str | None = None) -> str:
    """The sessions to choose from."""
    zone = zone_named(seen.zone)
    ways = [
        {
            "href": url_for("schedule.ask_swap", reference=seen.reference, other=one.reference),
            "name": f"{clock_words(one.starts_at, zone)} {one.client}",
            "with": _(
                "with %(therapist)s%(f)s", therapist=one.therapist, f=f", {one.room}" if one.room else ""
            ),
        }
        for one in _others(seen)
    ]
    return render_template(
        "pages/schedule/swap.html", section="schedule", a=seen, zone=zone, ways=ways, problem=problem
    )


def _found(seen: AppointmentFacts, reference: str) -> AppointmentFacts | None:
    """The one of those that is called so."""
    named = next((one for one in _others(seen) if one.reference == reference), None)
    return seen_appointment(named.reference) if named else None


def _others(seen: AppointmentFacts) -> Sequence[DayAppointment]:
    """Those of that day, of other therapists, that may still be moved."""
    zone, now = zone_named(seen.zone), clock.now()
    return [
        one
        for one in list_appointments(day_span(local_date(seen.starts_at, zone), zone), None, None)
        if one.therapist_id != seen.therapist_id and may_be_moved(one.state) and one.starts_at > now
    ]
