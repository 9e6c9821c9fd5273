"""An integrator's program for tests inside the process: it holds a token and speaks JSON."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.actions.tokens import add_token
from tests.support.rows import NOW, at

_keys = count(1)


@dataclass
class OtherProgram:
    """A program that was let in."""

    client: FlaskClient
    token: str

    def get(self, path: str) -> TestResponse:
        """Ask under /api/v1."""
        return self.client.get(f"/api/v1{path}", headers=self._own())

    def post(self, path: str, body: object = None, **headers: str) -> TestResponse:
        """Send a body, or none."""
        sent: dict[str, Any] = {} if body is None else {"json": body}
        return self.client.post(f"/api/v1{path}", headers=self._own() | headers, **sent)

    def send(
        self, path: str, raw: bytes, content_type: str | None = "application/json", **headers: str
    ) -> TestResponse:
        """Send bytes as they are."""
        own = self._own() | {"Idempotency-Key": a_key()} | headers
        return self.client.post(f"/api/v1{path}", data=raw, content_type=content_type, headers=own)

    def book(self, body: object = None, key: str | None = None) -> TestResponse:
        """Book; with a fresh key where none is named."""
        said = a_booking() if body is None else body
        return self.post("/appointments", said, **{"Idempotency-Key": key or a_key()})

    def _own(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def other_program(app: Flask, name: str = "front window") -> OtherProgram:
    """Let a program in."""
    with app.app_context():
        return OtherProgram(app.test_client(), add_token(name, NOW))


def a_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return f"key-of-a-test-{next(_keys)}"


def a_booking(
    clock: str = "10:00", *, starts_at: datetime | str | None = None, **more: Any
) -> dict[str, Any]:
    """The body of a booking of an hour on the Monday after, with whoever is free."""
    moment = starts_at or at(clock)
    said = {
        "service": "psoas-release",
        "starts_at": moment if isinstance(moment, str) else moment.isoformat(),
        "client": {"name": "Jo Park", "email": "jo.park@example.com", "phone": "902-555-0123"},
        "consent": True,
    }
    return said | more
