"""Who may see what: signed-in staff, their roles, whose appointments they may see."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app, g, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.domain.appointments import Actor
from app.domain.staff import Member, StaffRole, needs_second_step
from app.store.staff import has_passkey
from app.web import kept_forms

_P = ParamSpec("_P")
_R = TypeVar("_R")
OWNER, DESK, THERAPIST = StaffRole.OWNER, StaffRole.DESK, StaffRole.THERAPIST
_MARK = kept_forms.GUARDED


def staff_only(
    *roles: StaffRole | str, before_second_step: bool = False
) -> Callable[[Callable[_P, _R]], Callable[_P, _R | Response]]:
    """Let in signed-in staff with one of the roles (any role where none is named); 403 for others, sign-in for strangers.

    Whoever still needs a second step to sign in is led to set one up, except from pages open ``before_second_step``.
    """
    allowed = tuple(StaffRole(role) for role in roles)

    def guard(view: Callable[_P, _R]) -> Callable[_P, _R | Response]:
        @functools.wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R | Response:
            if not is_signed_in():
                return _to_sign_in()
            if not before_second_step and lacks_second_step():
                return redirect(url_for("accounts.second_step"))
            if not signed_in().has_any(allowed):
                abort(403)
            return view(*args, **kwargs)

        setattr(guarded, _MARK, allowed)
        return guarded

    return guard


def roles_of_view(view: Callable[..., Any]) -> tuple[StaffRole, ...] | None:
    """The roles that a view lets in; none for a view without guard."""
    return getattr(view, _MARK, None)


def is_signed_in() -> bool:
    """Whether a staff member sends this request."""
    return bool(current_user and current_user.is_authenticated)


def has_second_step() -> bool:
    """Whether the signed-in member shows more than a password: codes of a telephone, or a passkey."""
    if "second_step" not in g:
        g.second_step = bool(current_user.tf_primary_method and current_user.tf_totp_secret) or has_passkey(
            current_user.id
        )
    return bool(g.second_step)


def lacks_second_step() -> bool:
    """Whether the signed-in member must set up a second step before anything else; never in development."""
    production = current_app.config["SETTINGS"].production
    return production and needs_second_step(signed_in().roles) and not has_second_step()


def signed_in() -> Member:
    """The staff member who sends this request; 403 where there is none."""
    if "member" not in g:
        if not is_signed_in():
            abort(403)
        g.member = Member(
            id=current_user.id,
            email=current_user.email,
            name=current_user.name,
            roles=frozenset(StaffRole(role.name) for role in current_user.roles),
            therapist_id=current_user.therapist_id,
        )
    member: Member = g.member
    return member


def actor() -> Actor:
    """How the audit log calls who sends this request."""
    return Actor("staff", signed_in().email)


def _to_sign_in() -> Response:
    """To the sign-in page, and from there back here; what was posted is not sent again, but may be kept."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    return kept_forms.keep_and_sign_in() or redirect(url_for("security.login"))
