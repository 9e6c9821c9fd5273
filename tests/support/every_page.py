"""Every page there is, of the example in which everything exists that an address can name: found by docs/access.md, so none is forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from tests.support.access_table import LINKS, OPEN, STAFF, Cell, Example, read_table, routes
from tests.support.smtp import LOOPBACK

#: Who is asked for a page, in this order: the first who is shown it. Then who is told why not.
_WHO_SEES = ("owner", "desk", "therapist", "nobody", LINKS[0], OPEN[0])
_SHOWN = ("200", "409", "410", "422")
_WAY = "visit=returning&minutes=60&therapist=therapist-1"
#: What an address must say, so that there is a page and no way to another one.
_SAID = {
    "appointments.time": _WAY,
    "embed.service": _WAY,
    "embed.picked": f"{_WAY}&start=2026-11-23T15:00:00-04:00",
}
#: States of a page that have an address.
_STATES = {
    "appointments.time": (f"{_WAY}&date=2026-12-24", f"{_WAY}&date=2030-01-01"),
    "audit.index": ("from=2001-01-01&until=2001-01-02",),
    "clients.index": ("q=mina", "q=nobody-is-called-so"),
    "messages.index": ("state=planned", "q=nobody-is-called-so"),
    "numbers.index": ("from=2026-11-01&until=2026-12-31&every=day",),
    "schedule.ask_repeat": ("weeks=1&times=3",),
    "schedule.book": ("day=2026-11-23", "walk_in=1", "client=1&day=2026-11-23"),
    "schedule.day": ("by=room&show=booked",),
    "schedule.week": ("therapist=therapist-1",),
    "security.login": ("next=/staff/settings/",),
}
#: These lead on, whatever is said to them; where they lead to is a page of its own.
LEAD_ON = frozenset(
    {
        "accounts.first_page",
        "appointments.agreeing",
        "appointments.changed",
        "appointments.changed_questions",
        "appointments.consent",
        "appointments.questions",
        "availability.mine",
        "schedule.ask_altered",
        "schedule.jump",
        "security.logout",
        "security.mf_recovery",
        "security.tf_select",
        "security.two_factor_rescue",
        "security.two_factor_token_validation",
        "security.wan_delete",
    }
)
#: What is no page: files, what machines ask, mails in a frame, and pieces that a page of ours fetches.
_NO_PAGE = frozenset(
    {"admin.guidance_mail_body", "clients.suggest", "health.readyz", "schedule.move_preview", "static"}
)
#: In the language of the visitor; staff pages are in the member's.
_OF_STAFF = "/staff"


@dataclass(frozen=True, slots=True)
class Place:
    """A page: what shows it, at which address, to whom, and with which status."""

    endpoint: str
    address: str
    column: str
    status: int

    @property
    def is_for_clients(self) -> bool:
        """Whether clients and visitors read it, in their language."""
        return not self.address.startswith(_OF_STAFF)

    def in_language(self, language: str) -> str:
        """The address that asks for this language."""
        return f"{self.address}{'&' if '?' in self.address else '?'}lang={language}"


def every_page(example: Example) -> Iterator[tuple[Place, TestResponse]]:
    """Each page that has an address, with what it answers; and a page for each way of being turned away."""
    app, cells = example.desk.app, _cells()
    for (method, address), rule in sorted(routes(app).items(), key=lambda one: one[0]):
        cell = next(filter(None, (cells.get((address, who)) for who in _WHO_SEES)), None)
        if method == "GET" and cell is not None and rule.endpoint not in _NO_PAGE:
            yield from _page(example, cell, rule)
    for column, status in (("therapist", "403"), (LINKS[2], "404")):
        asked = ("GET", column, status)
        refused = next(cell for cell in read_table() if (cell.method, cell.column, cell.expected) == asked)
        yield from _page(example, refused, routes(app)["GET", refused.address])


def missing_pages(app: Flask) -> set[str]:
    """The endpoints that answer to GET with no page, although nobody has said that they lead on."""
    cells = _cells()
    shown = {
        rule.endpoint
        for (method, address), rule in routes(app).items()
        if any((address, who) in cells for who in _WHO_SEES)
    }
    asked = {rule.endpoint for (method, _), rule in routes(app).items() if method == "GET"}
    return {name for name in asked - shown - LEAD_ON - _NO_PAGE - set(_SAID) if not name.startswith("api")}


@contextmanager
def served(app: Flask, port: int) -> Iterator[str]:
    """The application of this process as a browser sees it."""
    server = make_server(LOOPBACK, port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _cells() -> dict[tuple[str, str], Cell]:
    """The cells in which a page is shown, or would be if the address said more."""
    return {
        (cell.address, cell.column): cell
        for cell in read_table()
        if cell.method == "GET" and cell.column in (*STAFF, *LINKS, *OPEN) and _is_shown(cell)
    }


def _is_shown(cell: Cell) -> bool:
    more = any(part in cell.address for part in ("/time", "/picked")) and cell.expected == "302"
    return cell.expected in _SHOWN or more


def _page(example: Example, cell: Cell, rule: Rule) -> Iterator[tuple[Place, TestResponse]]:
    path, first = example.path(rule, cell), _SAID.get(rule.endpoint, "")
    states = _STATES.get(rule.endpoint, ()) if cell.expected in _SHOWN or first else ()
    for said in (first, *states):
        address = f"{path}?{said}" if said else path
        answer = example.open(address, cell.column)
        if answer.mimetype == "text/html":
            yield Place(rule.endpoint, address, cell.column, answer.status_code), answer
