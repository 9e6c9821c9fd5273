"""Encryption of health text and of messages at rest: AES-256-GCM, a key per client, wrapped by DATA_KEY.

The stored form is ``b"1" + nonce (12 bytes) + ciphertext and tag``. The context (table, column, row) is authenticated, so
that a ciphertext moved to another row does not open. DATA_KEY may be a list: the first key seals, any of them opens; the
last one is the founding key, which digests are made with, so that they stay the same when keys are changed.

A wrapped key that is empty was destroyed; one that begins with ``b"C"`` is closed: kept for the law, used by nobody.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

_FORM, _CLOSED = b"1", b"C"
_NONCE = 12
_CLIENT_KEY, _CLOSED_KEY = "client-key", "client-key|closed"
#: What is left of a key that was destroyed.
DESTROYED = b""


class CannotOpen(Exception):
    """The ciphertext does not open with this key in this context."""


class Closed(CannotOpen):
    """Nobody opens it any more: the record was erased, or is only kept because the law says so."""


def new_wrapped_key() -> bytes:
    """A fresh key for one client, wrapped by the practice's key."""
    return _wrap(secrets.token_bytes(32))


def seal(plain: str, wrapped_key: bytes, context: str) -> bytes:
    """Encrypt a client's text under that client's key. Raises CannotOpen, and Closed for a record that is."""
    return _encrypt(plain.encode(), _unwrap(wrapped_key), context)


def open_sealed(sealed: bytes, wrapped_key: bytes, context: str) -> str:
    """The text again. Raises CannotOpen, and Closed for a record that is."""
    return _decrypt(sealed, [_unwrap(wrapped_key)], context).decode()


def seal_for_practice(plain: str, context: str) -> bytes:
    """Encrypt a text that belongs to no client (a message to staff, say)."""
    return _encrypt(plain.encode(), _keys("practice")[0], context)


def open_for_practice(sealed: bytes, context: str) -> str:
    """The text again. Raises CannotOpen."""
    return _decrypt(sealed, _keys("practice"), context).decode()


def seal_bytes(plain: bytes, wrapped_key: bytes | None, context: str) -> bytes:
    """Encrypt under a client's key, or (with none) under the practice's."""
    key = _keys("practice")[0] if wrapped_key is None else _unwrap(wrapped_key)
    return _encrypt(plain, key, context)


def open_bytes(sealed: bytes, wrapped_key: bytes | None, context: str) -> bytes:
    """What ``seal_bytes`` was given. Raises CannotOpen."""
    keys = _keys("practice") if wrapped_key is None else [_unwrap(wrapped_key)]
    return _decrypt(sealed, keys, context)


def keyed_digest(purpose: str, value: bytes) -> str:
    """An HMAC-SHA256 in hex under a key of its own for each purpose: for hashes that nobody outside can make."""
    return hmac.new(_keys(purpose)[-1], value, hashlib.sha256).hexdigest()


def close_key(wrapped_key: bytes) -> bytes:
    """The same key, closed: whatever it sealed raises Closed until it is opened again. Twice changes nothing."""
    if wrapped_key[:1] in (DESTROYED, _CLOSED):
        return wrapped_key
    return _CLOSED + _encrypt(_unwrap(wrapped_key), _keys("wrap")[0], _CLOSED_KEY)


def reopen_key(wrapped_key: bytes) -> bytes:
    """A closed key as it was before. Raises Closed for one that was destroyed."""
    if wrapped_key[:1] != _CLOSED:
        return _wrap(_unwrap(wrapped_key))
    return _wrap(_decrypt(wrapped_key[1:], _keys("wrap"), _CLOSED_KEY))


def rewrapped(wrapped_key: bytes) -> bytes | None:
    """The same key under the newest DATA_KEY; none where nothing has to change. Raises CannotOpen."""
    if wrapped_key == DESTROYED:
        return None
    is_closed = wrapped_key[:1] == _CLOSED
    context, inner = (_CLOSED_KEY, wrapped_key[1:]) if is_closed else (_CLIENT_KEY, wrapped_key)
    if _opens(inner, _keys("wrap")[:1], context):
        return None
    again = _encrypt(_decrypt(inner, _keys("wrap"), context), _keys("wrap")[0], context)
    return _CLOSED + again if is_closed else again


def resealed_for_practice(sealed: bytes, context: str) -> bytes | None:
    """What belongs to the practice under the newest DATA_KEY; none where nothing has to change. Raises CannotOpen."""
    keys = _keys("practice")
    if _opens(sealed, keys[:1], context):
        return None
    return _encrypt(_decrypt(sealed, keys, context), keys[0], context)


def _wrap(key: bytes) -> bytes:
    return _encrypt(key, _keys("wrap")[0], _CLIENT_KEY)


def _unwrap(wrapped_key: bytes) -> bytes:
    if wrapped_key == DESTROYED:
        raise Closed("the record was erased")
    if wrapped_key[:1] == _CLOSED:
        raise Closed("the record is kept closed")
    return _decrypt(wrapped_key, _keys("wrap"), _CLIENT_KEY)


def _keys(purpose: str) -> list[bytes]:
    """What each DATA_KEY makes for that purpose, the newest first."""
    made: dict[str, list[bytes]] = current_app.extensions.setdefault("stillpoint-keys", {})
    if purpose not in made:
        made[purpose] = [_derived(key, purpose) for key in current_app.config["SETTINGS"].data_keys]
    return made[purpose]


def _derived(master: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(master.encode())


def _encrypt(plain: bytes, key: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return _FORM + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def _decrypt(sealed: bytes, keys: Iterable[bytes], context: str) -> bytes:
    nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    for key in keys:
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, context.encode())
        except (InvalidTag, ValueError):
            continue
    raise CannotOpen("it was sealed with another key or for another place")


def _opens(sealed: bytes, keys: Iterable[bytes], context: str) -> bool:
    try:
        _decrypt(sealed, keys, context)
    except CannotOpen:
        return False
    return True
