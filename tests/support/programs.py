"""Another program that books through the JSON API, over real HTTP, many times at once."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.support.rows import at
from tests.support.visitors import all_at_once

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said, and after how long."""

    status: int
    body: str
    headers: dict[str, str]
    seconds: float

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Program:
    """Who has a token."""

    url: str
    token: str
    patience: float = 60.0

    def book(self, wanted: dict[str, Any], key: str) -> Reply:
        """POST an appointment."""
        return self.post("/appointments", wanted, key)

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> Reply:
        """Send an object."""
        return self._ask("POST", f"{API}{path}", json.dumps(body), {"Idempotency-Key": key} if key else {})

    def get(self, path: str) -> Reply:
        """Ask for something."""
        return self.page(f"{API}{path}")

    def page(self, path: str) -> Reply:
        """Ask for what stands at an address of the site."""
        return self._ask("GET", path, None, {})

    def _ask(self, method: str, path: str, body: str | None, more: dict[str, str]) -> Reply:
        address = urlsplit(self.url)
        headers = {"Authorization": f"Bearer {self.token}", **more}
        if body is not None:
            headers["Content-Type"] = "application/json"
        began = time.monotonic()
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=self.patience)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            said = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status, text, said, time.monotonic() - began)
        finally:
            connection.close()


def wanted(
    clock: str,
    day: date,
    client: int = 0,
    *,
    service: str = "back-massage",
    therapist: str | None = "therapist-1",
) -> dict[str, Any]:
    """What a client wants to book; each client has an address of their own each day."""
    return {
        "service": service,
        "visit": "returning",
        "starts_at": instant(at(clock, day)),
        "therapist": therapist,
        "client": {"name": f"Client {client}", "email": f"client{client}-{day}@example.com"},
        "consent": True,
    }


def instant(moment: datetime) -> str:
    """As the API wants it."""
    return moment.isoformat()


def together(asks: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """All of them at the same moment."""
    return all_at_once(list(asks))


def statuses(replies: Sequence[Reply]) -> Counter[int]:
    """How often each status was said."""
    return Counter(reply.status for reply in replies)


def figures(what: str, replies: Sequence[Reply]) -> str:
    """A line for whoever watches: how long the losers waited for their answer."""
    waited = sorted(reply.seconds * 1000 for reply in replies if reply.status not in (200, 201))
    if not waited:
        return f"{what}: nobody lost"
    p50, p95 = waited[len(waited) // 2], waited[int(len(waited) * 0.95)]
    return f"{what}: {len(waited)} lost, ms p50 {p50:.0f} / p95 {p95:.0f} / max {waited[-1]:.0f}"
