"""The gate: what no form and no link of ours can have sent is refused before any view sees it."""

from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest

from app.web.body_size import let_in_files
from app.web.language import _
from app.web.one_click import takes_any_origin

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTROL = frozenset(chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127))


def guard(app: Flask) -> None:
    """Put the gate in front of every view."""
    app.before_request(let_in_files)
    app.before_request(_refuse_nonsense)


def _refuse_nonsense() -> None:
    if _has_control(request.path) or not _is_utf8(request.query_string):
        raise BadRequest(_("That address contains characters that no address has."))
    if any(_has_control(value) for values in request.args.lists() for value in (values[0], *values[1])):
        raise BadRequest(_("That address contains characters that no address has."))
    if request.method not in _SAFE:
        if not takes_any_origin(current_app.view_functions.get(request.endpoint or "")):
            _refuse_foreign_origin()
        _refuse_broken_form()


def _refuse_foreign_origin() -> None:
    origin = request.headers.get("Origin")
    ours = {request.host, urlsplit(current_app.config["SETTINGS"].public_url).netloc}
    if origin is not None and _site_of(origin) not in ours:
        raise BadRequest(_("That was not sent from our pages."))


def _site_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _refuse_broken_form() -> None:
    """Werkzeug drops a form whole when its bytes are no UTF-8; half a form must never be acted upon."""
    if request.mimetype not in _FORMS:
        return
    if request.content_length and not request.form and not request.files:
        raise BadRequest(_("We could not read that form. Please go back and send it again."))
    if any("\x00" in value for values in request.form.lists() for value in (values[0], *values[1])):
        raise BadRequest(_("That form contains characters that can't be stored."))


def _has_control(text: str) -> bool:
    return not _CONTROL.isdisjoint(text)


def _is_utf8(query: bytes) -> bool:
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
