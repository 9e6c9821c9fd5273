"""A staff member's own account: how to sign in, and where one is signed in."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app import clock
from app.actions.kept_forms import forget_form, kept_forms
from app.actions.notices import choose_language, choose_notices
from app.actions.staff import end_one_session, end_other_sessions
from app.blueprints.accounts.browsers import current_session_id
from app.domain.notifications import Notice, notices_in_force, notices_on_offer
from app.domain.staff import ROLE_MEANINGS, needs_second_step
from app.languages import known_as, known_languages, own_name
from app.store.practice import load_practice
from app.store.staff_sessions import list_sessions
from app.web.access import actor, has_second_step, lacks_second_step, signed_in, staff_only
from app.web.kept_forms import again, may_be_sent_to
from app.web.language import _, lazy, speak_anew
from app.web.local_words import in_words
from app.web.standing import role_words

blueprint = Blueprint("accounts", __name__, url_prefix="/staff")
_LONGEST_ID, _LARGEST = 64, 2**31 - 1
#: What a member is told of; the first words for a therapist, whose own sessions these are.
_NOTICES = {
    Notice.NEW: (lazy("New sessions"), lazy("Somebody books.")),
    Notice.CHANGED: (lazy("Changes"), lazy("A session gets another time or therapist.")),
    Notice.CANCELLED: (lazy("Cancellations"), lazy("A session is called off.")),
    Notice.AGENDA: (
        lazy("The morning agenda"),
        lazy("Your day: sessions, gaps, first visits, what has changed since yesterday."),
    ),
    Notice.CALL_BACK: (
        lazy("Clients who should be called"),
        lazy("Somebody feels worse after a session, or can't come."),
    ),
}


@blueprint.get("/account")
@staff_only(before_second_step=True)
def account() -> str:
    """Who one is here, how one signs in, and in which browsers one is signed in."""
    member = signed_in()
    return render_template(
        "pages/accounts/account.html",
        section="account",
        member=member,
        roles=[(role_words(role), in_words(ROLE_MEANINGS[role])) for role in sorted(member.roles)],
        codes_on=bool(current_user.tf_primary_method),
        passkeys=sorted(one.name for one in current_user.webauthn),
        must_set_up=lacks_second_step(),
        should_set_up=needs_second_step(member.roles),
        recovery_codes=len(current_user.mf_recovery_codes or ()),
        sessions=list_sessions(member.id, clock.now()),
        here=current_session_id(),
        zone=load_practice().first_zone,
        notices=_notices(),
        languages=[(code, own_name(code)) for code in known_languages()],
        language_chosen=known_as(current_user.language) if current_user.language else None,
    )


@blueprint.get("/account/second-step")
@staff_only(before_second_step=True)
def second_step() -> str | Response:
    """For whom a password alone is too little: the ways to a second step."""
    if has_second_step():
        return redirect(url_for("schedule.today"))
    return render_template("pages/accounts/second_step.html")


@blueprint.get("/kept")
@staff_only()
def kept() -> str:
    """What one had typed when a session ended."""
    found = kept_forms(signed_in().id, clock.now())
    forms = [again(one.form.target, one.form.fields, one.id, one.kept_at) for one in found]
    forms = [one for one in forms if may_be_sent_to(one.target)]
    return render_template("pages/accounts/kept.html", forms=forms, zone=load_practice().first_zone)


@blueprint.post("/kept/<int:kept_id>/discard")
@staff_only()
def discard(kept_id: int) -> Response:
    """It is not wanted any more."""
    forget_form(signed_in().id, min(kept_id, _LARGEST))
    flash(_("It is gone."), "success")
    return redirect(url_for("schedule.today"))


@blueprint.post("/account/notices")
@staff_only(before_second_step=True)
def save_notices() -> Response:
    """Choose what one is told of by e-mail."""
    ticked = set(request.form.getlist("notices"))
    offered = notices_on_offer(_has_diary())
    choose_notices(signed_in().id, [notice for notice in offered if notice.value in ticked], clock.now())
    flash(_("Saved. You are told of what you ticked, from the next change on."), "success")
    return redirect(url_for("accounts.account", _anchor="notices"))


@blueprint.post("/account/language")
@staff_only(before_second_step=True)
def save_language() -> Response:
    """Choose the language of one's pages and mails; what is not offered means the practice's."""
    chosen = request.form.get("language", "")
    choose_language(signed_in().id, chosen if chosen in known_languages() else None, clock.now())
    speak_anew()
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.account", _anchor="language"))


@blueprint.post("/account/sessions/<session_id>/end")
@staff_only(before_second_step=True)
def end_session(session_id: str) -> Response:
    """Sign one browser out."""
    ended = len(session_id) <= _LONGEST_ID and end_one_session(
        signed_in().id, session_id, actor(), clock.now()
    )
    flash(_("That browser is signed out.") if ended else _("That browser was signed out already."), "success")
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/sessions/end-others")
@staff_only(before_second_step=True)
def end_others() -> Response:
    """Sign every other browser out."""
    ended = end_other_sessions(signed_in().id, current_session_id(), actor(), clock.now())
    flash(_("You are signed in here only.") if ended else _("You were signed in here only."), "success")
    return redirect(url_for("accounts.account"))


def _notices() -> list[dict[str, object]]:
    """What the member may choose to be told of, and what is chosen."""
    chosen = notices_in_force(current_user.notices, _has_diary())
    return [
        {
            "value": notice.value,
            "name": _NOTICES[notice][0],
            "hint": _NOTICES[notice][1],
            "on": notice in chosen,
        }
        for notice in notices_on_offer(_has_diary())
    ]


def _has_diary() -> bool:
    """Whether the member is a therapist, who is told of the own sessions; all others are told of everybody's."""
    return signed_in().therapist_id is not None
