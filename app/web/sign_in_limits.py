"""How often one may try to sign in: per account and address, and per address over all accounts."""

from flask import Flask, Response, request
from flask import session as cookie
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import BadRequest

from app.extensions import limiter
from app.web.language import _

#: Flask-Security's pages on which something can be guessed; a try counts when it was wrong.
_GUESSED = frozenset(
    {
        "security.login",
        "security.verify",
        "security.change_password",
        "security.two_factor_token_validation",
        "security.mf_recovery",
    }
)
_LONGEST = 2000
_LONGEST_ANSWER = 20_000  # what a device says about a new passkey
_LETTERS = "security.forgot_password"


def limit_sign_in(app: Flask) -> None:
    """Count tries on these pages before Flask-Security sees them."""
    app.before_request_funcs.setdefault("security", []).append(_count)


def _count() -> None:
    if request.method != "POST":
        return
    if any(len(typed) > _LONGEST_ANSWER for typed in request.form.getlist("credential")):
        raise BadRequest(_("That is longer than any answer of a passkey."))
    if any(len(typed) > _LONGEST for name, typed in request.form.items() if name != "credential"):
        raise BadRequest(_("That is longer than anything that these pages ask for."))
    if request.endpoint in _GUESSED:
        _count_try()
    elif request.endpoint == _LETTERS:
        _count_letter()


def _account() -> str:
    """Page, address and account: nobody can lock somebody else out from elsewhere."""
    typed = request.form.get("email", "")[:254].strip().casefold() or cookie.get("tf_user_id", "")
    return f"{request.endpoint} {get_remote_address()} {typed}"


def _address() -> str:
    return f"{request.endpoint} {get_remote_address()}"


def _failed(response: Response) -> bool:
    """Whether the try was wrong: what is right leads on to another page."""
    return response.status_code not in (302, 303)


@limiter.limit("10 per 15 minutes", key_func=_account, deduct_when=_failed)
@limiter.limit("60 per 15 minutes", key_func=_address, deduct_when=_failed)
def _count_try() -> None:
    """One try; raises 429 when there were too many."""


@limiter.limit("5 per hour", key_func=_account)
@limiter.limit("60 per hour", key_func=_address)
def _count_letter() -> None:
    """One letter asked for; raises 429 when there were too many."""
