"""Many visitors at once, over real HTTP: each with a cookie jar of its own, no library between us and the socket."""

import http.client
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from threading import Barrier
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

_T = TypeVar("_T")
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    body: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        for field_tag in re.findall(r"<input[^>]*>", self.body):
            if f'name="{name}"' in field_tag:
                found = re.search(r'value="([^"]*)"', field_tag)
                if found:
                    return found.group(1)
        raise AssertionError(f"no field {name} on the page")


@dataclass
class Visitor:
    """One browser, as far as the server can tell."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Answer:
        """Ask for a page; remembers its form token."""
        answer = self._ask("GET", path, None)
        found = _TOKEN.search(answer.body)
        self.token = found.group(1) if found else self.token
        return answer

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        answer = self._ask("POST", path, urlencode({"csrf_token": self.token, **fields}))
        found = _TOKEN.search(answer.body)
        self.token = found.group(1) if found else self.token
        return answer

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            for line in response.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            return Answer(response.status, response.headers.get("Location", ""), text)
        finally:
            connection.close()


def all_at_once(acts: list[Callable[[], _T]]) -> list[_T]:
    """Do all of them at the same moment, each in a thread of its own."""
    barrier = Barrier(len(acts))

    def act_together(act: Callable[[], _T]) -> _T:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act_together, acts))
