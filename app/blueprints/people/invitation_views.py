"""Inviting, and what the invited see: a page on which they choose a password, which signs them in."""

import unicodedata
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, url_for
from flask_security import current_user, login_user
from werkzeug.wrappers import Response

from app import clock
from app.actions import inviting
from app.actions.staff import CannotAdd, CannotChange
from app.blueprints.people.blueprint import blueprint
from app.blueprints.people.forms import InviteForm, PasswordForm, role_notes
from app.blueprints.people.fresh import freshly_signed_in
from app.domain.staff import INVITATION_WORKS_FOR, ROLE_MEANINGS
from app.store.invitations import Invitation
from app.store.practice import load_practice
from app.store.transactions import transaction
from app.web.access import OWNER, is_signed_in, signed_in, staff_only
from app.web.language import _
from app.web.limits import PUBLIC_READS, limit
from app.web.local_words import in_words
from app.web.standing import role_words

_LARGEST = 2**31 - 1
Answer = str | Response | tuple[str, int]


@blueprint.route("/people/invite", methods=["GET", "POST"])
@staff_only(OWNER)
@freshly_signed_in
def invite() -> Answer:
    """Ask somebody in."""
    form = InviteForm()
    form.offer_diaries(None)
    if not form.is_submitted():
        return _invite_page(form)
    if not form.validate():
        return _invite_page(form), 422
    try:
        inviting.invite(form.offer(), signed_in(), clock.now())
    except CannotChange as problem:
        return _invite_page(form, in_words(str(problem))), 422
    flash(
        _(
            "An invitation is on its way to %(data)s. It works for %(days)s days.",
            data=form.email.data,
            days=_days(),
        ),
        "success",
    )
    return redirect(url_for("people.index"))


@blueprint.post("/people/invitations/<int:invitation_id>/again")
@staff_only(OWNER)
def invite_again(invitation_id: int) -> Response:
    """Send a new link; the old one opens nothing any more."""
    try:
        email = inviting.invite_again(min(invitation_id, _LARGEST), signed_in(), clock.now())
        flash(
            _("A new link is on its way to %(email)s; the old one no longer works.", email=email), "success"
        )
    except CannotChange as problem:
        flash(in_words(str(problem)), "error")
    except LookupError:
        flash(_("That invitation was used or taken back meanwhile."), "info")
    return redirect(url_for("people.index"))


@blueprint.post("/people/invitations/<int:invitation_id>/take-back")
@staff_only(OWNER)
def take_back(invitation_id: int) -> Response:
    """Its link opens nothing from now on."""
    try:
        email = inviting.take_invitation_back(min(invitation_id, _LARGEST), signed_in(), clock.now())
        flash(_("The invitation of %(email)s is taken back.", email=email), "success")
    except LookupError:
        flash(_("That invitation was used or taken back meanwhile."), "info")
    return redirect(url_for("people.index"))


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@limit(PUBLIC_READS)
def invitation(token: str) -> Answer:
    """For whom was invited: choose a password."""
    found = inviting.open_invitation(token, clock.now())
    if found is None:
        return _gone()
    if is_signed_in():
        return render_template("pages/people/signed_in.html", email=current_user.email, invited=found.email)
    form = PasswordForm()
    if not form.is_submitted():
        return _password_page(form, found)
    if not form.validate():
        return _password_page(form, found), 422
    try:
        hasher = current_app.extensions["security"].pwd_context
        password = unicodedata.normalize("NFKC", form.password.data)  # as the sign-in form reads it
        member_id = inviting.accept(token, password, hasher.hash, clock.now())
    except CannotAdd as problem:
        form.password.errors = [in_words(str(problem))]
        return _password_page(form, found), 422
    except LookupError:
        return _gone()
    return _sign_in(member_id)


def _sign_in(member_id: int) -> Response:
    security = current_app.extensions["security"]
    with transaction():
        login_user(security.datastore.find_user(id=member_id), authn_via=["invitation"])
    flash(_("Welcome. Your password is set, and you are signed in."), "success")
    return redirect(url_for("schedule.today"))


def _gone() -> Answer:
    return render_template("pages/people/invitation_gone.html"), 410


def _password_page(form: PasswordForm, found: Invitation) -> str:
    return render_template(
        "pages/people/invitation.html",
        form=form,
        invitation=found,
        roles=[(role_words(role), in_words(ROLE_MEANINGS[role])) for role in found.roles],
        zone=next((one.zone for one in load_practice().locations if one.zone), ZoneInfo("UTC")),
    )


def _invite_page(form: InviteForm, problem: str | None = None) -> str:
    return render_template(
        "pages/people/invite.html", form=form, problem=problem, notes=role_notes(), days=_days()
    )


def _days() -> int:
    return INVITATION_WORKS_FOR.days
