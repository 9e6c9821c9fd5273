"""Keeping what somebody had typed when their session ended, for them alone, and giving it back."""

from contextlib import suppress
from typing import Any

from flask import Flask, Response, g, message_flashed, request
from flask import session as cookie

from app import clock
from app.actions.kept_forms import TypedForm, forget_form, keep_form
from app.blueprints.accounts.browsers import SESSION_KEY, hash_of
from app.store.staff_sessions import find_owner_of_expired
from app.store.transactions import DATABASE_TROUBLE, Busy
from app.web.access import is_signed_in, lacks_second_step, signed_in
from app.web.kept_forms import KEEPER, KEPT_ID, Fields
from app.web.typed import number_typed

_STAFF_PAGES = "/staff/"
_REFUSED = frozenset({"error", "warning"})
_ARRIVED = frozenset({409, 422})  # the page that answers holds all that was typed


def register_keeping(app: Flask) -> None:
    """Keep forms, and forget those that have arrived."""
    app.extensions[KEEPER] = _keep
    message_flashed.connect(_note_category, app)
    app.after_request(_forget_what_arrived)


def _keep(target: str, fields: Fields) -> bool:
    """Keep a form for whom the signed cookie names, if time alone ended that session; nobody else can make us write anything."""
    token, now = cookie.get(SESSION_KEY), clock.now()
    if not isinstance(token, str):
        return False
    member = find_owner_of_expired(hash_of(token), now)
    if member is None:
        return False
    keep_form(member.id, TypedForm(target, fields), now)
    return True


def _note_category(_app: Flask, category: str, **_more: Any) -> None:
    g.setdefault("flashed", set()).add(category)


def _arrived(response: Response) -> bool:
    """Whether it was saved, or is on the page that answers.

    A redirect alone does not say so: whoever comes too late is led away with it. Where something was saved, it is said.
    """
    if response.status_code < 300:
        return True
    flashed = g.get("flashed", set())
    saved = bool(flashed) and flashed.isdisjoint(_REFUSED)
    return (response.status_code < 400 and saved) or response.status_code in _ARRIVED


def _forget_what_arrived(response: Response) -> Response:
    """A kept form that was sent again and accepted is kept no longer."""
    if not (_arrived(response) and request.method == "POST" and request.path.startswith(_STAFF_PAGES)):
        return response
    kept_id = number_typed(request.form.get(KEPT_ID))
    if kept_id is not None:
        with suppress(Busy, *DATABASE_TROUBLE):  # it is done; the form then waits until it expires
            if is_signed_in() and not lacks_second_step():
                forget_form(signed_in().id, kept_id)
    return response
