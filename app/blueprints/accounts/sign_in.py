"""Flask-Security tied to the program, and staff sessions as rows that can be ended.

The cookie holds a random id, the database its hash: a session ends when its row does, and nothing else signs anybody in
(no "remember me", no token). Flask-Security writes by itself on a few pages, which are named here; it commits there.
"""

import hashlib
import secrets
from typing import Any

from flask import Flask, redirect, request, url_for
from flask import session as cookie
from flask_login import user_logged_out
from flask_security import Security, password_changed, password_reset, user_authenticated
from flask_security.utils import set_request_attr
from werkzeug.wrappers import Response as WerkzeugResponse

from app import clock
from app.actions.staff import end_one_session
from app.blueprints.accounts.options import SIGNED_IN_FOR, security_options
from app.blueprints.accounts.parts import (
    CodesForm,
    NoCodeForm,
    OneTimeCodes,
    Passwords,
    SignInForm,
    StaffDatastore,
)
from app.domain.appointments import Actor
from app.store import staff as staff_store
from app.store.transactions import allow_writes_in_this_request
from app.web.access import is_signed_in
from app.web.account_mail import AccountMail
from app.web.sign_in_limits import limit_sign_in
from app.web.staff_nav import register_staff_nav

_KEY = "staff_session"
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
    )
)


def configure_security(app: Flask, database: Any, member_table: type, role_table: type) -> None:
    """Set Flask-Security up for this application; after the database, CSRF protection and the limiter."""
    app.config.update(security_options(app.config["SETTINGS"]))
    security = Security(
        app,
        StaffDatastore(database, member_table, role_table),
        login_form=SignInForm,
        two_factor_setup_form=CodesForm,
        two_factor_rescue_form=NoCodeForm,
        mail_util_cls=AccountMail,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
    )
    security.want_json(lambda _request: False)
    security.login_manager.user_loader(_load_member)
    security.login_manager.request_loader(lambda _request: None)
    app.before_request_funcs.setdefault("security", []).extend((_spare_who_is_signed_in, _allow_own_writes))
    user_authenticated.connect(_begin_session, app)
    user_logged_out.connect(_end_session, app)
    password_changed.connect(_password_changed, app)
    password_reset.connect(_password_reset, app)
    limit_sign_in(app)
    register_staff_nav(app)


def current_session_id() -> str:
    """The number of the session that this request belongs to."""
    return _hash(str(cookie.get(_KEY, "")))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _load_member(uniquifier: str) -> Any:
    """Who the cookie's session signs in: one query."""
    token = cookie.get(_KEY)
    if not uniquifier or not isinstance(token, str):
        return None
    member = staff_store.find_signed_in(uniquifier, _hash(token), clock.now())
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


def _begin_session(_app: Flask, user: Any, **_more: Any) -> None:
    """A new id at every sign-in; Flask-Security commits it with its own changes."""
    token, now = secrets.token_urlsafe(32), clock.now()
    cookie[_KEY] = token
    cookie.permanent = True
    staff_store.add_session(_hash(token), user.id, _browser(), now, now + SIGNED_IN_FOR)


def _browser() -> str:
    """The browser's name in a few words, so that people recognise theirs."""
    said = request.headers.get("User-Agent", "")
    names = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    name = next((name for sign, name in names.items() if sign in said), "A browser")
    system = next((system for sign, system in systems.items() if sign in said), None)
    return f"{name} on {system}" if system else name


def _end_session(_app: Flask, user: Any, **_more: Any) -> None:
    """Signing out ends the row."""
    token = cookie.pop(_KEY, None)
    if isinstance(token, str) and getattr(user, "id", None):
        end_one_session(user.id, _hash(token), Actor("staff", user.email), clock.now())


def _password_changed(_app: Flask, user: Any, **_more: Any) -> None:
    """Every other browser is signed out."""
    staff_store.end_sessions(user.id, clock.now(), but=current_session_id())


def _password_reset(_app: Flask, user: Any, **_more: Any) -> None:
    """Every browser is signed out."""
    staff_store.end_sessions(user.id, clock.now())
