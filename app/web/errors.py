"""Error pages: a sentence and the way on (for programs a problem document); a fault of ours gets a reference, and a log entry with the same."""

import secrets
import traceback

from flask import Flask, Response, current_app, g, render_template, request
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from app.store.practice import NoPractice
from app.store.transactions import DATABASE_TROUBLE, Busy, Stale, give_up_reading
from app.vault import Closed
from app.web import kept_forms, problems
from app.web.addresses import STAFF, is_below
from app.web.language import Lazy, lazy

_PAGES = frozenset({400, 403, 404, 405, 409, 410, 413, 429, 500, 503})
_STALE_FORM = lazy(
    "This form had been open for too long, or cookies are switched off. Please go back, reload the page and send it again."
)
_SIGNED_OUT = lazy(
    "You were signed out after this page was loaded, so nothing was saved. Go back: what you typed still stands there. Sign in in another tab, load the form anew and copy it over."
)
_FASTER = lazy(
    "Somebody else changed this at the same moment. Please go back, reload the page and look at it as it is now."
)
_NOT_SET_UP = lazy("This practice has not been set up yet.")
Answer = tuple[str, int, dict[str, str]] | Response


def register_errors(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    for busy in (Busy, *DATABASE_TROUBLE):
        app.register_error_handler(busy, _busy)
    app.register_error_handler(Stale, _somebody_was_faster)
    app.register_error_handler(Closed, _closed)
    app.register_error_handler(NoPractice, _not_set_up)
    app.register_error_handler(Exception, _our_fault)


def _page(status: int, message: str | Lazy | None = None, **more: str) -> Answer:
    give_up_reading()
    headers = {"Retry-After": "2"} if status == 503 else {}
    if problems.is_from_a_program():
        return problems.usual(status, str(message) if message else None, headers, **more)
    number = status if status in _PAGES else 400 if status < 500 else 500
    for_staff = is_below(STAFF) and number != 503
    page = render_template(f"errors/{number}.html", message=message, for_staff=for_staff, **more)
    return page, status, headers


def _http_error(error: HTTPException) -> Answer:
    """What was asked for in the wrong way; a sentence of ours is shown, the library's is not."""
    ours = error.description if error.code == 400 and "description" in vars(error) else None
    if problems.is_from_a_program():
        give_up_reading()
        return problems.answer_to(error, ours)
    return _page(error.code or 500, ours)


def _stale_form(_error: CSRFError) -> Answer | WerkzeugResponse:
    """What staff had typed is not lost with the token."""
    kept = kept_forms.answer_to_stale_token()
    return kept or _page(400, _SIGNED_OUT if _is_signed_out_staff() else _STALE_FORM)


def _is_signed_out_staff() -> bool:
    try:
        return is_below(STAFF) and not (current_user and current_user.is_authenticated)
    except DATABASE_TROUBLE:
        return False


def _busy(error: Exception) -> Answer:
    current_app.logger.warning("busy: %s at %s", type(error).__name__, request.endpoint)
    g.database_rests = True  # the page that says so must not wait for it a second time
    g._login_user = None  # noqa: SLF001 - Flask-Login's own place; else it asks the database who is signed in
    return _page(503)


def _somebody_was_faster(_error: Stale) -> Answer:
    return _page(409, None if problems.is_from_a_program() else _FASTER)


def _closed(_error: Exception) -> Answer:
    return _page(410)


def _not_set_up(_error: NoPractice) -> Answer:
    return _page(503, _NOT_SET_UP)


def _our_fault(error: Exception) -> Answer:
    """What went wrong is named in the log by type and place only: an error's text may quote what people typed."""
    reference = secrets.token_hex(4).upper()
    place = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error(
        "fault %s at %s: %s\n%s", reference, request.endpoint, type(error).__name__, place
    )
    return _page(500, reference=reference)
