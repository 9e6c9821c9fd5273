"""Staff for tests: accounts of every role, signed in through the real form, and posts that carry their token."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from flask import Flask, current_app, session
from flask.testing import FlaskClient
from flask_security.utils import login_user
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.actions.staff import NewMember, add_staff_member
from app.domain.appointments import Actor
from app.store.appointments import find_by_reference
from app.store.transactions import allow_writes_in_this_request
from tests.support.kept import write_once
from tests.support.rows import NOW, at, make_practice, order, wish

PASSWORD = "linen-moss-and-clay"
ROLES = ("owner", "desk", "therapist")


@dataclass
class Desk:
    """A practice of two therapists with an account per role; ``therapist`` is therapist-1."""

    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(
        default_factory=dict
    )  # against forged posts, as each role's last page said it

    def member(self, role: str) -> FlaskClient:
        """A browser in which that role is signed in."""
        if role not in self.clients:
            self.clients[role] = self.app.test_client()
            if role != "stranger":
                let_in(self.clients[role], f"{role}@example.com")
        return self.clients[role]

    def add(self, name: str, role: str, therapist: str | None = None) -> None:
        """An account of that role, NAME@example.com."""
        with self.app.app_context():
            hasher = current_app.extensions["security"].pwd_context.hash
            new = NewMember(f"{name}@example.com", [role], PASSWORD, name.capitalize(), therapist)
            add_staff_member(new, hasher, Actor("command", "tests"), NOW)

    def post(self, role: str, path: str, **data: Any) -> TestResponse:
        """A post as the role's own page would send it."""
        if role in self.tokens:
            answer = self.member(role).post(path, data={"csrf_token": self.tokens[role], **data})
            if answer.status_code != 400:  # else the token may be too old by now, or of an earlier session
                return answer
        page = self.member(role).get("/staff/login" if role == "stranger" else "/staff/account")
        self.tokens[role] = token(page)
        return self.member(role).post(path, data={"csrf_token": self.tokens[role], **data})

    def booked(
        self, clock: str = "10:00", *, now: datetime = NOW, therapist: str = "therapist-1", **more: Any
    ) -> str:
        """The reference of an appointment on the Monday after."""
        with self.app.app_context():
            starts_at = more.pop("starts_at", None) or at(clock)
            key, visit = f"{starts_at} {therapist}", more.pop("visit", "returning")
            wanted = wish(starts_at, therapist=therapist, visit=visit, minutes=75 if visit == "first" else 60)
            answer = book(order(wanted, key=key, by_staff=True, **more), now)
            assert isinstance(answer, Booked), answer
            return answer.reference

    def facts(self, reference: str) -> dict[str, Any]:
        """How the appointment stands in the database."""
        with self.app.app_context():
            row = find_by_reference(reference)
            assert row is not None
            names = (
                "id",
                "state",
                "previous_state",
                "row_version",
                "starts_at",
                "arrived_at",
                "completed_at",
                "therapist_id",
            )
            return {name: getattr(row, name) for name in names} | {"client": row.client.name}


def make_desk(app: Flask) -> Desk:
    """Write practice and accounts."""
    desk = Desk(app)

    def write() -> None:
        with app.app_context():
            make_practice(therapists=2, rooms=2)
        for role in ROLES:
            desk.add(role, role, "therapist-1" if role == "therapist" else None)

    write_once(app, "desk", write)
    return desk


def let_in(client: FlaskClient, email: str) -> None:
    """What the form for signing in does once the password is right, without its pages: those have tests of their own."""
    app = client.application
    with app.test_request_context("/staff/login", method="POST"):
        allow_writes_in_this_request()
        members = app.extensions["security"].datastore
        assert login_user(members.find_user(email=email), authn_via=["password"])
        members.commit()
        answer = app.make_response("")
        app.session_interface.save_session(app, session, answer)
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    client.set_cookie(name, rest.partition(";")[0])


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **data: str) -> TestResponse:
    """Through the form, as people do."""
    page = client.get("/staff/login")
    return client.post(
        "/staff/login", data={"email": email, "password": password, "csrf_token": token(page), **data}
    )


def token(page: TestResponse) -> str:
    """The page's own CSRF token."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, page.text
    return found.group(1)


def text_of(page: TestResponse) -> str:
    """The page's words without its tags."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", page.text, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def form_of(page: TestResponse, action: str) -> dict[str, str]:
    """The fields of the page's form to that address as a browser would send them."""
    forms = re.findall(r"<form[^>]*?action=\"([^\"]*)\"[^>]*>(.*?)</form>", page.text, re.DOTALL)
    inside = next(body for target, body in forms if unescape(target) == action)
    values = {"csrf_token": token(page)}
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        is_choice = 'type="radio"' in tag or 'type="checkbox"' in tag
        if name and (not is_choice or "checked" in tag):
            values[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body) or re.search(
            r'<option[^>]*value="([^"]*)"', body
        )
        values[name] = unescape(chosen[1]) if chosen else ""
    return values
