"""Signed links: the manage link of an appointment, and the page that follows a booking. HMAC-SHA256, a salt per purpose."""

import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, Signer, URLSafeSerializer, URLSafeTimedSerializer

_MANAGE, _DONE = "manage-appointment-1", "booking-done-1"
_CHECK_IN, _STOP = "check-in-1", "stop-aftercare-1"
_AGAIN = "book-again-1"
_SETUP = "first-owner-1"
_CODE = 16  # characters of 6 bits each
#: How long the page that follows a booking opens by its link.
DONE_SECONDS = 24 * 3600
_SETUP_SECONDS = 24 * 3600
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class ManageKey:
    """What a manage link says: which appointment, and which generation of its links."""

    public_id: str
    token_version: int


def manage_token(public_id: str, token_version: int) -> str:
    """The token of a manage link; the same each time, so that mails agree."""
    return _signer(_MANAGE).dumps([public_id, token_version])


def read_manage_token(token: str) -> ManageKey | None:
    """What the token says, or none for anything that we did not sign, letter for letter."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        public_id, token_version = _signer(_MANAGE).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return ManageKey(public_id, token_version) if _is_canonical(token) else None


def manage_url(public_id: str, token_version: int) -> str:
    """The whole address, made from PUBLIC_URL, never from what a request says."""
    return f"{current_app.config['SETTINGS'].public_url}/appointment/{manage_token(public_id, token_version)}"


def again_token(public_id: str, token_version: int) -> str:
    """The token of a "book again" link: opens the booking of the client who had that appointment; ends with its other links."""
    return _signer(_AGAIN).dumps([public_id, token_version])


def read_again_token(token: str) -> ManageKey | None:
    """What the token says, or none."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        public_id, token_version = _signer(_AGAIN).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return ManageKey(public_id, token_version) if _is_canonical(token) else None


def again_url(public_id: str, token_version: int) -> str:
    """The whole address, for mails."""
    return site_url(f"/book/again/{again_token(public_id, token_version)}")


def check_in_code(public_id: str, answer: str) -> str:
    """Stands for an answer in an address, where what somebody feels must not be read."""
    return _check_in_code(_keys()[-1], public_id, answer)


def is_check_in_code(code: str, public_id: str, answer: str) -> bool:
    """Whether the code stands for that answer, under any of the keys that are accepted."""
    said = code.encode("utf-8", "replace")
    return any(hmac.compare_digest(_check_in_code(key, public_id, answer).encode(), said) for key in _keys())


def _check_in_code(key: str, public_id: str, answer: str) -> str:
    signer = Signer(key, salt=_CHECK_IN, digest_method=hashlib.sha256)
    return signer.get_signature(f"{public_id} {answer}").decode()[:_CODE]


def stop_token(public_id: str) -> str:
    """The token by which one click stops after-care messages; it opens nothing else."""
    return _signer(_STOP).dumps(public_id)


def read_stop_token(token: str) -> str | None:
    """The appointment's public id, or none."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        return str(_signer(_STOP).loads(token))
    except BadData:
        return None


def site_url(path: str = "") -> str:
    """An address of the site, made from PUBLIC_URL."""
    return f"{current_app.config['SETTINGS'].public_url}{path}"


def done_token(public_id: str) -> str:
    """The token of the page that follows a booking; good for a day."""
    return _timed(_DONE).dumps(public_id)


def read_done_token(token: str) -> str | None:
    """The appointment's public id, or none."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        return str(_timed(_DONE).loads(token, max_age=DONE_SECONDS))
    except BadData:
        return None


def setup_url() -> str:
    """Where the first owner begins: good for a day, and only while nobody can sign in."""
    return site_url(f"/staff/setup/{_timed(_SETUP).dumps('owner')}")


def is_setup_token(token: str) -> bool:
    """Whether we wrote it, less than a day ago."""
    if len(token) > _LONGEST or not token.isascii():
        return False
    try:
        return bool(_timed(_SETUP).loads(token, max_age=_SETUP_SECONDS) == "owner")
    except BadData:
        return False


def _signer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(_keys(), salt=salt, signer_kwargs={"digest_method": hashlib.sha256})


def _timed(salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_keys(), salt=salt, signer_kwargs={"digest_method": hashlib.sha256})


def _keys() -> list[str]:
    return list(reversed(current_app.config["SETTINGS"].secret_keys))  # the last one signs


def _is_canonical(token: str) -> bool:
    """Base64 lets a few last characters vary without changing the bytes; only the one spelling is ours."""
    signature = token.rpartition(".")[2]
    return len(signature) == 43 and signature[-1] in "AEIMQUYcgkosw048"
