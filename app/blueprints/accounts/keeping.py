"""Keeping what somebody had typed when their session ended, for them alone, and giving it back."""

from contextlib import suppress

from flask import Flask, Response, request
from flask import session as cookie

from app import clock
from app.actions.kept_forms import TypedForm, forget_form, keep_form
from app.blueprints.accounts.browsers import SESSION_KEY, hash_of
from app.store.staff import find_owner_of_session
from app.store.transactions import DATABASE_TROUBLE, Busy
from app.web.access import is_signed_in, lacks_second_step, signed_in
from app.web.kept_forms import KEEPER, KEPT_ID, SESSION_BEFORE, Fields
from app.web.typed import number_typed

_STAFF_PAGES = "/staff/"
_ARRIVED = frozenset({409, 422})  # the page that answers holds all that was typed


def register_keeping(app: Flask) -> None:
    """Keep forms, and forget those that have arrived."""
    app.extensions[KEEPER] = _keep
    app.after_request(_forget_what_arrived)


def _keep(target: str, fields: Fields) -> bool:
    """Keep a form for whom the signed cookie names; nobody else can make us write anything."""
    token = cookie.get(SESSION_KEY) or cookie.get(SESSION_BEFORE)
    if not isinstance(token, str):
        return False
    member = find_owner_of_session(hash_of(token))
    if member is None:
        return False
    keep_form(member.id, TypedForm(target, fields), clock.now())
    return True


def _forget_what_arrived(response: Response) -> Response:
    """A kept form that was sent again and accepted is kept no longer."""
    arrived = response.status_code < 400 or response.status_code in _ARRIVED
    if not (arrived and request.method == "POST" and request.path.startswith(_STAFF_PAGES)):
        return response
    kept_id = number_typed(request.form.get(KEPT_ID))
    if kept_id is not None:
        with suppress(Busy, *DATABASE_TROUBLE):  # it is done; the form then waits until it expires
            if is_signed_in() and not lacks_second_step():
                forget_form(signed_in().id, kept_id)
    return response
