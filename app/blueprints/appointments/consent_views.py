"""Behind the manage link: what is agreed to before such a session, taking it back, agreeing anew. What was ticked is never shown."""

from flask import abort, flash, redirect, render_template, url_for

from app import clock
from app.actions.consenting import Agreed, agree, needs_guardian, withdraw
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.consent_form import ConsentForm, consent_form
from app.blueprints.appointments.linked import client_of, linked
from app.domain.consent import ConsentText
from app.store.clients import group_of
from app.store.consents import holds
from app.store.practice import load_practice
from app.store.shown import Shown
from app.web.language import _, lazy, speaking
from app.web.limits import limit

#: What the client reads, by what became of their consent.
SAID = {
    Agreed.KEPT: lazy("Thank you. It is kept, and your therapist goes through it with you once more."),
    Agreed.TEXT_CHANGED: lazy("The text has changed just now. Please read it again."),
    Agreed.NEEDS_GUARDIAN: lazy(
        "For who is under age a parent or guardian has to agree. Please fill it in again with their name."
    ),
    Agreed.NOT_AHEAD: lazy(
        "This session does not lie ahead any more, so there is nothing to agree to. Nothing was kept."
    ),
}


@blueprint.get("/appointment/<token>/consent")
def consent(token: str) -> Answer:
    """The text, whether consent stands, and the button that withdraws it; else the form to agree."""
    shown = linked(token)
    text = _text(shown)
    if text is None:
        return redirect(url_for("appointments.manage", token=token))
    return _page(shown, token, text, _form(shown, text, is_empty=True))


@blueprint.post("/appointment/<token>/consent/withdraw")
@limit("30 per hour")
def withdraw_consent(token: str) -> Answer:
    """From now on nothing is agreed to; what was stays written down."""
    shown = linked(token)
    if withdraw(shown.id, client_of(shown), clock.now()):
        flash(_("You have withdrawn your consent, and your therapist sees it."), "success")
    else:
        flash(_("There is nothing to withdraw: nothing is agreed to."), "info")
    return redirect(url_for("appointments.consent", token=token), 303)


@blueprint.post("/appointment/<token>/consent")
@limit("30 per hour")
def agree_anew(token: str) -> Answer:
    """Agree to the text as it stands now."""
    shown = linked(token)
    text = _text(shown)
    if text is None or not shown.may_call_off:
        abort(409)
    form = _form(shown, text)
    if not form.validate():
        return _page(shown, token, text, form), 422
    agreed = agree(shown.id, form.terms, text.id, client_of(shown), clock.now())
    flash(str(SAID[agreed]), "success" if agreed is Agreed.KEPT else "warning")
    return redirect(url_for("appointments.consent", token=token), 303)


def _text(shown: Shown) -> ConsentText | None:
    service = load_practice().service(shown.service_slug)
    return service.consent if service else None


def _form(shown: Shown, text: ConsentText, *, is_empty: bool = False) -> ConsentForm:
    guarded = needs_guardian(group_of(shown.client_id), shown.starts_at)
    return consent_form(text, speaking(), is_minor=guarded, is_empty=is_empty)


def _page(shown: Shown, token: str, text: ConsentText, form: ConsentForm) -> str:
    return render_template(
        "pages/appointments/agreed.html",
        shown=shown,
        token=token,
        text=text,
        form=form,
        agreed=holds(group_of(shown.client_id), text),
    )
