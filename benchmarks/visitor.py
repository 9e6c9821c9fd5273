"""One client over real HTTP, without a library between us and the socket: cookies, forms, and what the server counted."""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.counting import HEADER

_FIELD = re.compile(rb"<input[^>]*>")
_VALUE = re.compile(r'value="([^"]*)"')
_PATIENCE = 60


class Unexpected(Exception):
    """A server answered something else than what the question is about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    body: bytes

    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        for tag in map(bytes.decode, _FIELD.findall(self.body)):
            found = _VALUE.search(tag) if f'name="{name}"' in tag else None
            if found:
                return found.group(1)
        raise Unexpected(f"no field {name} in {self.body[:400]!r}")


@dataclass(slots=True)
class Visitor:
    """One browser, or one program with its headers."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    statements: int = 0

    def get(self, path: str, expected: int = 200) -> Answer:
        """Ask for a page."""
        return self._expect(expected, "GET", path, None, {})

    def post_form(self, path: str, fields: Mapping[str, str], expected: int = 200) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._expect(expected, "POST", path, urlencode(fields), kind)

    def post_json(
        self, path: str, value: object, expected: int = 201, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a document."""
        kind = {"Content-Type": "application/json", **(headers or {})}
        return self._expect(expected, "POST", path, json.dumps(value), kind)

    def ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        """Any question; whatever is answered is given back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request(method, path, body, {**self.headers, **headers, **self._cookie()})
            response = connection.getresponse()
            answer = response.read()
            self._remember(response)
            return Answer(response.status, _path_of(response.headers.get("Location", "")), answer)
        finally:
            connection.close()

    def _expect(
        self, expected: int, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> Answer:
        answer = self.ask(method, path, body, headers)
        if answer.status != expected:
            raise Unexpected(f"{method} {path}: {answer.status}, not {expected}: {answer.body[:400]!r}")
        return answer

    def _cookie(self) -> dict[str, str]:
        if not self.cookies:
            return {}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _remember(self, response: http.client.HTTPResponse) -> None:
        self.statements += int(response.headers.get(HEADER, 0))
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value


def _path_of(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
