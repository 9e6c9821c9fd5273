"""Encryption of health text and of messages at rest: AES-256-GCM, a key per client, wrapped by DATA_KEY.

The stored form is ``b"1" + nonce (12 bytes) + ciphertext and tag``. The context (table, column, row) is authenticated, so
that a ciphertext moved to another row does not open.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

_FORM = b"1"
_NONCE = 12


class CannotOpen(Exception):
    """The ciphertext does not open with this key in this context."""


def new_wrapped_key() -> bytes:
    """A fresh key for one client, wrapped by the practice's key."""
    return _encrypt(secrets.token_bytes(32), _practice_key("wrap"), "client-key")


def seal(plain: str, wrapped_key: bytes, context: str) -> bytes:
    """Encrypt a client's text under that client's key."""
    return _encrypt(plain.encode(), _decrypt(wrapped_key, _practice_key("wrap"), "client-key"), context)


def open_sealed(sealed: bytes, wrapped_key: bytes, context: str) -> str:
    """The text again. Raises CannotOpen."""
    return _decrypt(sealed, _decrypt(wrapped_key, _practice_key("wrap"), "client-key"), context).decode()


def seal_for_practice(plain: str, context: str) -> bytes:
    """Encrypt a text that belongs to no client (a message to staff, say)."""
    return _encrypt(plain.encode(), _practice_key("practice"), context)


def open_for_practice(sealed: bytes, context: str) -> str:
    """The text again. Raises CannotOpen."""
    return _decrypt(sealed, _practice_key("practice"), context).decode()


def seal_bytes(plain: bytes, wrapped_key: bytes | None, context: str) -> bytes:
    """Encrypt under a client's key, or (with none) under the practice's."""
    return _encrypt(plain, _key_of(wrapped_key), context)


def open_bytes(sealed: bytes, wrapped_key: bytes | None, context: str) -> bytes:
    """What ``seal_bytes`` was given. Raises CannotOpen."""
    return _decrypt(sealed, _key_of(wrapped_key), context)


def keyed_digest(purpose: str, value: bytes) -> str:
    """An HMAC-SHA256 in hex under a key of its own for each purpose: for hashes that nobody outside can make."""
    return hmac.new(_practice_key(purpose), value, hashlib.sha256).hexdigest()


def _key_of(wrapped_key: bytes | None) -> bytes:
    if wrapped_key is None:
        return _practice_key("practice")
    return _decrypt(wrapped_key, _practice_key("wrap"), "client-key")


def _practice_key(purpose: str) -> bytes:
    keys: dict[str, bytes] = current_app.extensions.setdefault("stillpoint-keys", {})
    if purpose not in keys:
        master = current_app.config["SETTINGS"].data_key.encode()
        keys[purpose] = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)
    return keys[purpose]


def _encrypt(plain: bytes, key: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return _FORM + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def _decrypt(sealed: bytes, key: bytes, context: str) -> bytes:
    nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, context.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("it was sealed with another key or for another place") from error
