"""What staff had typed when their session ended or their form grew stale: what may be kept, and the way back to it.

Nothing is kept for strangers: whoever keeps it (the account pages, registered as ``KEEPER``) looks whether the cookie names
a browser whose time ran out. Mere clicks are not kept. Nothing is sent again by itself.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_security import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.store.transactions import DATABASE_TROUBLE
from app.web.addresses import STAFF
from app.web.kept_deeds import TYPED, deed_of
from app.web.language import _

KEEPER = "stillpoint-form-keeper"
#: What ``staff_only`` marks its views with.
GUARDED = "staff_roles"
#: In the cookie: the browser's session before this one, where it was somebody else's or has been signed out.
SESSION_BEFORE = "staff_session_before"
#: Which kept form is sent again; not a field of any form of ours.
KEPT_ID = "kept_form_id"
Fields = list[tuple[str, str]]
#: Keeps a form for whom the cookie names; false where it names nobody.
Keeper = Callable[[str, Fields], bool]

_LONGEST = 200_000
_LONGEST_TARGET = 2000
#: How one signs in and who may do so is never kept: those forms hold passwords.
_NEVER = frozenset({"security", "accounts", "people"})
_DROPPED = frozenset({"csrf_token", KEPT_ID})
_TECHNICAL = re.compile(
    r"(?:row_)?versions?|key|seen.*|confirmed|add|again|state|back|next|from|on|kind|walk_in"
    r"|aside|aside_for|aside_other|other|find|forget|pick|use|show|mark|reference-.*|.*_id|.*-key"
)


@dataclass(frozen=True, slots=True)
class Again:
    """A form to be sent again: where to, what that does, what it says, and what of that a person typed."""

    target: str
    path: str
    deed: str
    fields: Fields
    shown: Fields
    kept_id: int | None = None
    kept_at: datetime | None = None


def keep_and_sign_in() -> Response | None:
    """Keep what this request carries and lead to sign-in; none where nothing may be kept."""
    typed = _typed() if _endpoint(_target()) in TYPED else None
    keeper: Keeper | None = current_app.extensions.get(KEEPER)
    if not typed or not _shown(typed) or keeper is None or not keeper(_target(), typed):
        return None
    flash(_("Your session ended. What you typed is kept; sign in and go on."), "info")
    return redirect(url_for("security.login", next=url_for("accounts.kept")))


def answer_to_stale_token() -> Response | None:
    """For a form whose token has grown stale: the way to go on with it; none where nobody can be sure whose it is."""
    try:
        if _typed() is None:
            return None
        if not (current_user and current_user.is_authenticated):
            return keep_and_sign_in()
        if cookie.get(SESSION_BEFORE):
            return None  # somebody else was signed in here a moment ago: it may be theirs
        page = render_template(
            "pages/accounts/kept.html", forms=[again(_target(), _typed() or [])], stale=True
        )
    except DATABASE_TROUBLE:
        return None
    return Response(page, 400, content_type="text/html; charset=utf-8")


def again(
    target: str,
    fields: Iterable[tuple[str, str]],
    kept_id: int | None = None,
    kept_at: datetime | None = None,
) -> Again:
    """The form as the page shows it."""
    said = list(fields)
    deed = deed_of(_endpoint(target) or "")
    return Again(target, urlsplit(target).path, deed, said, _shown(said), kept_id, kept_at)


def _shown(said: Fields) -> Fields:
    """What of it a person typed or chose."""
    return [
        (label_of(name), _("yes") if value == "y" else value)  # a ticked box says y
        for name, value in said
        if value.strip() and not _TECHNICAL.fullmatch(name)
    ]


def label_of(name: str) -> str:
    """A field's name as words: ``rules-0-opens`` becomes "Rules 1 opens"."""
    words = re.sub(r"-(\d+)-", lambda found: f" {int(found[1]) + 1} ", name)
    return re.sub(r"[-_]+", " ", words).strip().capitalize()


def may_be_sent_to(target: str) -> bool:
    """Whether that is the address of a form of our own staff pages."""
    endpoint = _endpoint(target)
    if endpoint is None or endpoint.partition(".")[0] in _NEVER:
        return False
    return hasattr(current_app.view_functions[endpoint], GUARDED)


def _endpoint(target: str) -> str | None:
    """What answers a POST to that address of ours."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith(f"{STAFF}/") or "\\" in target:
        return None
    try:
        endpoint, _values = current_app.url_map.bind("").match(parts.path, method="POST")
    except HTTPException:
        return None
    return str(endpoint)


def _target() -> str:
    return request.full_path.rstrip("?")


def _typed() -> Fields | None:
    """What this request's form says; none where it is none that may be kept."""
    if request.method != "POST" or request.files or not may_be_sent_to(_target()):
        return None
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _DROPPED and "password" not in name
    ]
    size = sum(len(name) + len(value) for name, value in fields)
    return fields if fields and size <= _LONGEST and len(_target()) <= _LONGEST_TARGET else None
