"""A device with passkeys: answers what pages ask of navigator.credentials, as a telephone would."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
ORIGIN = "http://localhost"


@dataclass
class Device:
    """One telephone: it holds keys for one site, and has recognised its owner unless told otherwise."""

    recognises: bool = True
    origin: str = ORIGIN
    keys: dict[bytes, EllipticCurvePrivateKey] = field(default_factory=dict)
    owner: bytes = b""
    uses: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """A new key: what navigator.credentials.create answers, as the script sends it."""
        key, key_id = generate_private_key(SECP256R1()), secrets.token_bytes(16)
        self.keys[key_id], self.owner = key, base64url_to_bytes(options["user"]["id"])
        numbers = key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(key_id).to_bytes(2) + key_id + cbor2.dumps(public)
        seen = self._seen(options["rp"]["id"], WITH_KEY) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": seen})
        response = {
            "clientDataJSON": bytes_to_base64url(self._said("webauthn.create", options)),
            "attestationObject": bytes_to_base64url(attestation),
            "transports": ["internal"],
        }
        return _answer(key_id, response)

    def get(self, options: dict[str, Any]) -> str:
        """A signature: what navigator.credentials.get answers."""
        key_id = next(iter(self.keys))
        said, seen = self._said("webauthn.get", options), self._seen(options["rpId"])
        signature = self.keys[key_id].sign(seen + hashlib.sha256(said).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": bytes_to_base64url(said),
            "authenticatorData": bytes_to_base64url(seen),
            "signature": bytes_to_base64url(signature),
            "userHandle": bytes_to_base64url(self.owner),
        }
        return _answer(key_id, response)

    def _seen(self, site: str, more: int = 0) -> bytes:
        self.uses += 1
        flags = PRESENT | more | (VERIFIED if self.recognises else 0)
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()


def asked(page: str) -> dict[str, Any]:
    """What the page asks the device for."""
    options = page.split('data-options="', 1)[1].split('"', 1)[0]
    return dict(json.loads(unescape(options)))


def _answer(key_id: bytes, response: dict[str, Any]) -> str:
    name = bytes_to_base64url(key_id)
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
