"""For what gives rights or takes them away: whoever signed in a while ago shows once more who they are."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import current_app, flash, redirect, request, url_for
from flask_security.utils import check_and_update_authn_fresh, get_message
from werkzeug.wrappers import Response

_P = ParamSpec("_P")
_R = TypeVar("_R")


def freshly_signed_in(view: Callable[_P, _R]) -> Callable[_P, _R | Response]:
    """Let in whom Flask-Security calls fresh, and lead others to its page; inside ``staff_only``, which knows who it is."""

    @functools.wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R | Response:
        within, grace = (current_app.config[f"SECURITY_{name}"] for name in _SETTINGS)
        if check_and_update_authn_fresh(within, grace):
            return view(*args, **kwargs)
        words, category = get_message("REAUTHENTICATION_REQUIRED")
        flash(words, category)
        return redirect(url_for("security.verify", next=_page()))

    return guarded


_SETTINGS = ("FRESHNESS", "FRESHNESS_GRACE_PERIOD")


def _page() -> str:
    """Where the form stands that was sent, or the page that was asked for: a POST is not sent again."""
    member_id = (request.view_args or {}).get("member_id")
    return url_for("people.invite") if member_id is None else url_for("people.show", member_id=member_id)
