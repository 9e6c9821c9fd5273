"""Flask-Security tied to the program, and staff sessions as rows that can be ended.

The cookie holds a random id, the database its hash: a session ends when its row does, and nothing else signs anybody in
(no "remember me", no token). Flask-Security writes by itself on a few pages, which are named here; it commits there.
"""

import secrets
from typing import Any

from flask import Flask, g, redirect, request, url_for
from flask import session as cookie
from flask_login import user_logged_out
from flask_security import Security, user_authenticated
from flask_security.utils import set_request_attr
from werkzeug.wrappers import Response as WerkzeugResponse

from app import clock
from app.actions.staff import end_one_session
from app.blueprints.accounts import account_log
from app.blueprints.accounts.browsers import SESSION_KEY, browser_name, hash_of
from app.blueprints.accounts.keeping import register_keeping
from app.blueprints.accounts.options import SIGNED_IN_FOR, security_options
from app.blueprints.accounts.parts import (
    CodesForm,
    ForgottenForm,
    NoCodeForm,
    OneTimeCodes,
    Passwords,
    SignInForm,
    StaffDatastore,
)
from app.blueprints.accounts.passkeys import PasskeyRules, PasskeySignedForm, PasskeySignInForm, RegisterForm
from app.blueprints.accounts.passkeys import RegisteredForm as PasskeyRegisteredForm
from app.blueprints.accounts.speech import LibrarySpeech, lasting
from app.domain.appointments import Actor
from app.store import staff_sessions
from app.store.kept_forms import forget_expired
from app.store.transactions import allow_writes_in_this_request
from app.web.access import is_signed_in
from app.web.account_mail import AccountMail
from app.web.kept_forms import SESSION_BEFORE
from app.web.sign_in_limits import limit_sign_in
from app.web.staff_nav import register_staff_nav

#: Flask-Security's pages that write. The sign-in form is not among them: it allows it itself, once the password is right.
_WRITING = frozenset(
    f"security.{name}"
    for name in (
        "reset_password",
        "change_password",
        "verify",
        "two_factor_setup",
        "two_factor_setup_validate",
        "two_factor_token_validation",
        "mf_recovery",
        "mf_recovery_codes",
        "wan_register",
        "wan_register_response",
        "wan_delete",
        "wan_verify_response",
    )
)


def configure_security(
    app: Flask, database: Any, member_table: type, role_table: type, passkey_table: type
) -> None:
    """Set Flask-Security up for this application; after the database, CSRF protection and the limiter."""
    app.config.update(security_options(app.config["SETTINGS"]))
    security = Security(
        app,
        StaffDatastore(database, member_table, role_table, passkey_table),
        login_form=SignInForm,
        forgot_password_form=ForgottenForm,
        two_factor_setup_form=CodesForm,
        two_factor_rescue_form=NoCodeForm,
        mail_util_cls=AccountMail,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        wan_register_form=RegisterForm,
        wan_register_response_form=PasskeyRegisteredForm,
        wan_signin_form=PasskeySignInForm,
        wan_signin_response_form=PasskeySignedForm,
        webauthn_util_cls=PasskeyRules,
    )
    security.i18n_domain = LibrarySpeech()  # type: ignore[assignment]  # all that it is asked, without Babel for Flask
    app.jinja_env.filters["lasting"] = lasting
    security.want_json(lambda _request: False)
    security.login_manager.user_loader(_load_member)
    security.login_manager.request_loader(lambda _request: None)
    app.before_request_funcs.setdefault("security", []).extend((_spare_who_is_signed_in, _allow_own_writes))
    user_authenticated.connect(_begin_session, app)
    user_logged_out.connect(_end_session, app)
    account_log.connect(app)
    register_keeping(app)
    limit_sign_in(app)
    register_staff_nav(app)


def _load_member(uniquifier: str) -> Any:
    """Who the cookie's session signs in: one query."""
    token = cookie.get(SESSION_KEY)
    if not uniquifier or not isinstance(token, str):
        return None
    member = staff_sessions.find_signed_in(uniquifier, hash_of(token), clock.now())
    if member is not None:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    return member


def _spare_who_is_signed_in() -> WerkzeugResponse | None:
    """Flask-Security's page for a code signs out whoever opens it while signed in: a mere link must not do that."""
    asked_for_a_code = request.endpoint == "security.two_factor_token_validation"
    if asked_for_a_code and request.method in ("GET", "HEAD") and is_signed_in():
        return redirect(url_for("accounts.account"))
    return None


def _allow_own_writes() -> None:
    if request.method == "POST" and request.endpoint in _WRITING:
        allow_writes_in_this_request()


def _begin_session(_app: Flask, user: Any, authn_via: list[str] | None = None, **_more: Any) -> None:
    """A new id at every sign-in; Flask-Security commits it with its own changes."""
    token, now = secrets.token_urlsafe(32), clock.now()
    _part_from_who_was_here(user.id)
    cookie[SESSION_KEY] = token
    cookie.permanent = True
    staff_sessions.add_session(hash_of(token), user.id, browser_name(), now, now + SIGNED_IN_FOR)
    forget_expired(now)
    account_log.signed_in(user, authn_via, now)


def _part_from_who_was_here(member_id: int) -> None:
    """Where somebody else was signed in before, their open forms are neither sent nor shown under this member's name."""
    before = cookie.get(SESSION_KEY) or cookie.get(SESSION_BEFORE)
    owner = staff_sessions.find_owner_of_session(hash_of(before)) if isinstance(before, str) else None
    if before is None or (owner is not None and owner.id == member_id):
        cookie.pop(SESSION_BEFORE, None)
        return
    cookie[SESSION_BEFORE] = before
    cookie.pop("csrf_token", None)
    g.pop("csrf_token", None)


def _end_session(_app: Flask, user: Any, **_more: Any) -> None:
    """Signing out ends the row; whose it was stays known to the cookie, for a form that is still open in another tab."""
    token = cookie.pop(SESSION_KEY, None)
    if isinstance(token, str) and getattr(user, "id", None):
        cookie[SESSION_BEFORE] = token
        actor = Actor("staff", user.email)
        end_one_session(user.id, hash_of(token), actor, clock.now(), act="signed out")
