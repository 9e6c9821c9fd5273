"""The table of who may open what, as docs/access.md writes it, and a filled practice in which each cell can be asked."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import make_url, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.actions.consenting import keep_consent
from app.actions.feeds import add_feed, end_feed
from app.actions.filling_in import keep_typed
from app.actions.holding import hold_slot
from app.actions.inviting import invite, take_invitation_back
from app.actions.kept_forms import TypedForm, keep_form
from app.actions.settings import Saved
from app.actions.settings_people import take_time_off
from app.actions.tokens import add_token, end_token
from app.domain.appointments import Actor
from app.domain.consent import ConsentTerms
from app.domain.imports import FileKind
from app.domain.spans import Span
from app.domain.staff import Member, StaffRole
from app.extensions import db
from app.links import again_token, check_in_code, done_token, manage_token, setup_url, stop_token
from app.models import (
    Appointment,
    ConsentText,
    ConsentTextVersion,
    Notification,
    StaffMember,
    StaffSession,
    Task,
    TimeOff,
)
from app.store.appointments import find_by_reference
from app.store.invitations import Offer
from app.store.safety_texts import consent_text
from app.store.transactions import transaction
from app.vault import keyed_digest
from tests.support.account_mails import account_mails
from tests.support.desk import Desk, make_desk, token
from tests.support.edits import edit
from tests.support.faces import give_a_face
from tests.support.guides import a_guide
from tests.support.imports import APPOINTMENTS_HEAD, judge, lines, sent_in, session
from tests.support.rows import MONDAY, NOW, at, wish
from tests.support.run import ROOT
from tests.support.safety import unasked

TABLE = ROOT / "docs" / "access.md"
#: Columns of the tables: staff pages; pages behind a link; open pages; pages for programs.
STAFF = ("nobody", "therapist", "other therapist", "desk", "owner")
LINKS = ("the link", "another's link", "made up")
OPEN = ("anybody",)
#: The mark of nobody's browser, by which it keeps a time.
_VISITOR = "a browser"
PROGRAMS = ("without token", "ended token", "token")
#: What is behind a link is found by these arguments, in these blueprints.
_LINKED = frozenset({"appointments", "care", "feeds"})
_LINKED_ENDPOINTS = frozenset({"people.invitation", "people.setup", "security.reset_password"})
OURS, THEIRS = "Mina Cole", "Otto Berg"
_OWNER = Member(1, "owner@example.com", "Owner", frozenset({StaffRole.OWNER}), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: who asks what how; the answer is in the table."""

    method: str
    address: str
    column: str
    expected: str


def read_table() -> list[Cell]:
    """Every cell that is written down."""
    cells: list[Cell] = []
    columns: tuple[str, ...] = ()
    for line in TABLE.read_text("utf-8").splitlines():
        parts = [part.strip() for part in line.strip().strip("|").split(" | ")]
        if parts[:2] == ["method", "address"]:
            columns = tuple(parts[2:])
        elif line.startswith("| `") and columns:
            method, address = parts[0].strip("`"), parts[1].strip("`")
            assert len(parts) == len(columns) + 2, line
            cells += [
                Cell(method, address, name, said) for name, said in zip(columns, parts[2:], strict=True)
            ]
    return cells


def routes(app: Flask) -> dict[tuple[str, str], Rule]:
    """Every way into the program: method and address."""
    return {
        (method, rule.rule): rule
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def columns_of(rule: Rule) -> tuple[str, ...]:
    """Which table a route belongs to."""
    blueprint = rule.endpoint.partition(".")[0]
    if rule.endpoint in _LINKED_ENDPOINTS or (blueprint in _LINKED and "token" in rule.arguments):
        return LINKS
    if rule.rule.startswith("/staff"):
        return STAFF
    return PROGRAMS if blueprint == "api" else OPEN


@dataclass
class Example:
    """A practice in which everything that an address can name exists, and the means to put it back as it was."""

    desk: Desk
    snapshot: Path
    database: Path
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)

    def ask(self, cell: Cell, rule: Rule) -> TestResponse:
        """Ask it, as the column says; a post carries its token and nothing else."""
        client, csrf, headers = self._browser(cell.column)
        path = self.path(rule, cell)
        data = None if cell.method == "GET" else {"csrf_token": csrf}
        return client.open(path, method=cell.method, data=data, headers=headers, buffered=True)

    def open(self, address: str, column: str) -> TestResponse:
        """A page as who stands above that column is shown it."""
        client, _csrf, headers = self._browser(column)
        return client.get(address, headers=headers)

    def path(self, rule: Rule, cell: Cell) -> str:
        """An address of the rule, about what belongs to therapist 1 or to the client of the link."""
        values = dict(self.values) | _of_endpoint(rule.endpoint)
        if cell.column in LINKS:
            values["token"] = self._link(rule.endpoint, cell.column)
        with self.desk.app.test_request_context():
            adapter = self.desk.app.url_map.bind("localhost")
            wanted = {name: values[name] for name in rule.arguments}
            return str(adapter.build(rule.endpoint, wanted, method=cell.method))

    @contextmanager
    def watched(self) -> Iterator[Callable[[], bool]]:
        """Answers whether anything has been written since."""
        with closing(sqlite3.connect(self.database)) as own:

            def version() -> int:
                return int(own.execute("pragma data_version").fetchone()[0])

            before = version()
            yield lambda: version() != before

    def put_back(self) -> None:
        """Everything as it was."""
        with self.desk.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for leftover in self.database.parent.glob(f"{self.database.name}-*"):
            leftover.unlink()
        shutil.copyfile(self.snapshot, self.database)

    def _browser(self, column: str) -> tuple[FlaskClient, str, dict[str, str]]:
        client = self.desk.app.test_client()
        if column in PROGRAMS:
            given = self.programs.get(column)
            return client, "", {"Authorization": f"Bearer {given}"} if given else {}
        cookie, csrf = self.cookies[column if column in STAFF else "nobody"]
        client.set_cookie(client.application.config["SESSION_COOKIE_NAME"], cookie)
        return client, csrf, {}

    def _link(self, endpoint: str, column: str) -> str:
        kind = next((one for one in self.links if one in endpoint), "manage")
        if endpoint in (
            "appointments.details",
            "appointments.agreeing",
            "appointments.check",
            "appointments.fill_in",
            "appointments.confirm",
            "appointments.leave",
        ):
            kind = "hold"
        own = self.links[kind]["the link"]
        made_up = own[:-5] + ("aaaaa" if own[-5:] != "aaaaa" else "bbbbb")
        return {**self.links[kind], "made up": made_up}[column]


def make_example(app: Flask, folder: Path) -> Example:
    """Write it, sign everybody in, and remember how it stands."""
    desk = make_desk(app)
    desk.add("other", "therapist", "therapist-2")
    database = Path(str(make_url(app.config["SETTINGS"].database_url).database))
    example = Example(desk, folder / "as-it-was.db", database)
    ours = desk.booked("10:00", name=OURS, note="a note")
    theirs = desk.booked("13:00", name=THEIRS, therapist="therapist-2")
    for column, name in zip(STAFF, ("stranger", "therapist", "other", "desk", "owner"), strict=True):
        client = desk.member(name)
        csrf = token(client.get("/staff/login" if name == "stranger" else "/staff/account"))
        if name == "stranger":
            with client.session_transaction() as kept:
                kept["visitor"] = _VISITOR
        cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        example.cookies[column] = cookie.value, csrf
    with app.app_context():
        _fill(example, ours, theirs)
        db.session.remove()
        db.engine.dispose()
    shutil.copyfile(database, example.snapshot)
    return example


def _fill(example: Example, ours: str, theirs: str) -> None:
    mine, other = _appointment(ours), _appointment(theirs)
    client_id = mine.client_id
    with transaction() as rows:
        rows.add(a_guide("breathing", approved_at=NOW))
        rows.add_all(unasked())
        give_a_face()
        rows.add(
            Task(kind="call_back", appointment_id=mine.id, therapist_id=mine.therapist_id, created_at=NOW)
        )
    _agree(mine)
    example.links |= _links_of(mine, other) | _more_links(example.desk.app)
    keep_form(2, TypedForm("/staff/settings/practice", [("about", "typed")]), NOW)
    batch_id = sent_in(
        lines(APPOINTMENTS_HEAD, session("March 2, 2026 9 am", "March 2, 2026 10 am")), FileKind.APPOINTMENTS
    )
    judge(batch_id)
    taken = take_time_off(
        "therapist-1", Span(at("18:00"), at("19:00")), None, edit("therapist", "therapist-1")
    )
    assert isinstance(taken, Saved)
    message = db.session.scalars(
        select(Notification.id).where(
            Notification.appointment_id == mine.id, Notification.audience == "client"
        )
    ).first()
    example.values |= {
        "reference": ours,
        "public_id": mine.public_id,
        "client_id": client_id,
        "other_id": other.client_id,
        "message_id": message,
        "batch_id": batch_id,
        "time_off_id": db.session.scalars(select(TimeOff.id)).first(),
        "session_id": db.session.scalars(
            select(StaffSession.id).where(StaffSession.staff_member_id == 2)
        ).first(),
        "member_id": 2,
        "side": 192,
        "code": check_in_code(mine.public_id, "better"),
        "day": MONDAY.isoformat(),
        "slug": "therapist-1",
        "part": "you",
        "question": "pregnant",
        "kind": "therapist",
        "step": "look",
        "filename": "css/stillpoint.css",
        "token": "none",
        "key": "therapists",
    } | dict.fromkeys(
        ("task_id", "feed_id", "kept_id", "invitation_id", "merge_id", "note_id", "consent_id", "version_id"),
        1,
    )
    example.programs = {"token": add_token("front window", NOW), "ended token": add_token("old window", NOW)}
    end_token("old window", NOW)


def _agree(appointment: Appointment) -> None:
    """Its client has agreed to a text that no service asks for."""
    version = ConsentTextVersion(version=1, body={"en": "Stop at any time."}, areas=[], created_at=NOW)
    text = ConsentText(slug="deep", name="Deep work", versions=[version])
    with transaction() as rows:
        rows.add(text)
        rows.flush()
        keep_consent(appointment, ConsentTerms({}), consent_text(version, text.slug), Actor("client"), NOW)


def _of_endpoint(endpoint: str) -> dict[str, str]:
    """What ``slug`` names on pages that are not a therapist's."""
    slugs = {
        "services.show": "psoas-release",
        "admin.service": "psoas-release",
        "admin.variants": "psoas-release",
        "admin.room": "room-1",
        "admin.location": "main",
        "admin.addresses": "main",
        "admin.closures": "main",
        "admin.opening_hours": "main",
        "admin.guidance": "deep",
        "admin.guidance_mail": "deep",
        "admin.guide": "breathing",
        "admin.approve_guide_now": "breathing",
        "admin.edit_guide": "breathing",
        "admin.take_guide_back": "breathing",
        "care.guide": "breathing",
        "site.guide": "breathing",
        "embed.picked": "psoas-release",
        "embed.service": "psoas-release",
        "admin.questions": "unasked",
        "admin.question": "unasked",
        "admin.consent_text": "unasked",
    }
    if endpoint == "admin.approve":
        return {"slug": "unasked", "kind": "screening_set"}
    if endpoint.startswith("appointments."):
        return {"slug": "psoas-release"}
    return {"slug": slugs[endpoint]} if endpoint in slugs else {}


def _appointment(reference: str) -> Appointment:
    row = find_by_reference(reference)
    assert row is not None
    return row


def _links_of(mine: Appointment, other: Appointment) -> dict[str, dict[str, str]]:
    """What clients were sent, by kind; the kind is found in the endpoint's name."""
    makers: dict[str, Callable[[Appointment], str]] = {
        "stop_messages": lambda one: stop_token(one.public_id),
        "done": lambda one: done_token(one.public_id),
        "again": lambda one: again_token(one.public_id, one.token_version),
        "manage": lambda one: manage_token(one.public_id, one.token_version),
    }
    return {kind: {"the link": make(mine), "another's link": make(other)} for kind, make in makers.items()}


def _more_links(app: Flask) -> dict[str, dict[str, str]]:
    """Kept times, feeds, invitations, new passwords: another's is one that has ended, or is about another service."""
    ours, theirs = (
        hold_slot(wish(at("15:00")), keyed_digest("visitor", _VISITOR.encode()), NOW),
        hold_slot(wish(at("17:00"), service="back-massage", minutes=30), "visitor-2", NOW),
    )
    typed = {"name": "Jo Park", "email": "jo@example.com", "detail": "full", "language": "en"}
    keep_typed(ours.token, {"details": typed}, NOW)  # type: ignore[union-attr]
    feed, ended = (
        add_feed(1, name, Actor("staff", "owner@example.com"), NOW) for name in ("Phone", "Old phone")
    )
    end_feed(2, Actor("staff", "owner@example.com"), NOW)
    for address in ("gone@example.com", "newcomer@example.com"):
        invite(Offer(address, None, (StaffRole.DESK,), None), _OWNER, NOW)
    take_invitation_back(1, _OWNER, NOW)
    mails = " ".join(mail["text"] for mail in account_mails(app))
    invited = re.findall(r"/staff/invitation/([\w-]+)", mails)
    with app.test_request_context():
        setup = setup_url().rpartition("/")[2]
        reset = generate_reset_password_token(db.session.get_one(StaffMember, 2))  # type: ignore[no-untyped-call]
    return {
        "hold": {"the link": ours.token, "another's link": theirs.token},  # type: ignore[union-attr]
        "setup": {"the link": setup, "another's link": f"x{setup}"},
        "feeds": {"the link": feed.token, "another's link": ended.token},
        "invitation": {"the link": invited[1], "another's link": invited[0]},
        "reset_password": {"the link": reset, "another's link": f"x{reset}"},
    }
