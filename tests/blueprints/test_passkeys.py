"""Passkeys: added, signed in with, the second step after a password, removed; nobody else's, and none without its owner's finger."""

import re

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Passkey
from app.store.audit import list_audit_lines
from tests.support.authenticator import Device, asked
from tests.support.desk import PASSWORD, Desk, sign_in, token
from tests.support.rows import NOW


def test_a_passkey_is_added_and_signs_in_alone(desk: Desk) -> None:
    device = add_passkey(desk, "owner", "My telephone")
    assert "My telephone" in desk.member("owner").get("/staff/account").text
    client = desk.app.test_client()
    answer = use(client, device)
    assert (answer.status_code, answer.location) == (302, "/staff/")
    assert client.get("/staff/").status_code == 200
    assert acts(desk, "owner")[-2:] == ["passkey added", "signed in"]
    with desk.app.app_context():
        assert db.session.scalars(select(Passkey)).one().sign_count == 2


def test_after_a_password_it_is_the_second_step(desk: Desk) -> None:
    device = add_passkey(desk, "owner", "Laptop")
    client = desk.app.test_client()
    assert "/staff/login/passkey" in str(sign_in(client, "owner@example.com").location)
    assert "/staff/login" in str(client.get("/staff/").location)
    assert asked_for_keys(client) == 1
    assert use(client, device).location == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_somebody_elses_passkey_is_no_second_step(desk: Desk) -> None:
    add_passkey(desk, "owner", "Laptop")
    theirs = add_passkey(desk, "desk", "Another laptop")
    client = desk.app.test_client()
    sign_in(client, "owner@example.com")
    assert "/staff/login/passkey" in str(use(client, theirs).location)
    assert "belongs to somebody else" in client.get("/staff/login/passkey").text
    assert "/staff/login" in str(client.get("/staff/").location)


@pytest.mark.parametrize("fault", ["not recognised", "another site", "used before", "unknown key"])
def test_what_the_device_says_is_checked(desk: Desk, fault: str) -> None:
    device = add_passkey(desk, "owner", "Laptop")
    client = desk.app.test_client()
    if fault == "not recognised":
        device.recognises = False
    if fault == "another site":
        device.origin = "http://evil.example"
    if fault == "used before":
        device.uses = -1
    if fault == "unknown key":
        device.keys = {b"some other key": next(iter(device.keys.values()))}
    assert use(client, device).location == "/staff/login/passkey"
    assert "/staff/login" in str(client.get("/staff/").location)


def test_a_closed_account_has_no_passkey_either(desk: Desk) -> None:
    device = add_passkey(desk, "desk", "Laptop")
    owner_closes(desk, "desk@example.com")
    client = desk.app.test_client()
    use(client, device)
    assert "/staff/login" in str(client.get("/staff/").location)


def test_it_is_removed_by_name(desk: Desk) -> None:
    add_passkey(desk, "owner", "Laptop")
    desk.post("owner", "/staff/passkeys/remove", name="Laptop")
    with desk.app.app_context():
        assert db.session.scalars(select(Passkey)).all() == []
    assert acts(desk, "owner")[-1] == "passkey removed"
    assert sign_in(desk.app.test_client(), "owner@example.com").location == "/staff/"


def test_it_is_added_only_soon_after_signing_in(desk: Desk) -> None:
    client = desk.member("owner")
    with time_machine.travel(NOW.replace(hour=NOW.hour + 1), tick=False):
        assert "/staff/verify" in str(client.get("/staff/passkeys").location)


def test_a_passkey_shows_that_it_is_still_them(desk: Desk) -> None:
    device = add_passkey(desk, "owner", "Laptop")
    client = desk.member("owner")
    with time_machine.travel(NOW.replace(hour=NOW.hour + 1), tick=False):
        assert "Use a passkey" in client.get("/staff/verify").text
        page = desk.post("owner", "/staff/verify/passkey")
        answer = _send(client, page, device.get(asked(page.text)))
        assert answer.location == "/staff/account"
        assert client.get("/staff/passkeys").status_code == 200


def test_with_codes_and_a_passkey_one_chooses(desk: Desk) -> None:
    device = add_passkey(desk, "owner", "Laptop")
    desk_codes(desk)
    client = desk.app.test_client()
    assert "/staff/login/method" in str(sign_in(client, "owner@example.com").location)
    page = client.get("/staff/login/method")
    assert "Passkey" in page.text
    answer = client.post("/staff/login/method", data={"which": "webauthn", "csrf_token": token(page)})
    assert "/staff/login/passkey" in str(answer.location)
    assert use(client, device).location == "/staff/"


@pytest.mark.parametrize("said", ["", "no json", "{}", "[]", '{"id": 1}', "x" * 30_000])
def test_nonsense_from_a_device_is_refused(desk: Desk, said: str) -> None:
    add_passkey(desk, "owner", "Laptop")
    client = desk.app.test_client()
    page = client.post("/staff/login/passkey", data={"csrf_token": token(client.get("/staff/login"))})
    assert _send(client, page, said).status_code in (302, 400)
    assert "/staff/login" in str(client.get("/staff/").location)


def add_passkey(desk: Desk, role: str, name: str) -> Device:
    """A device that signs that member in from now on."""
    device = Device()
    page = desk.post(role, "/staff/passkeys", name=name)
    assert page.status_code == 200, page.status
    answer = _send(desk.member(role), page, device.create(asked(page.text)))
    assert (answer.status_code, answer.location) == (302, "/staff/account"), (
        desk.member(role).get("/staff/account").text
    )
    return device


def use(client: FlaskClient, device: Device) -> TestResponse:
    """Sign in with it."""
    page = client.post("/staff/login/passkey", data={"csrf_token": token(client.get("/staff/login/passkey"))})
    return _send(client, page, device.get(asked(page.text)))


def asked_for_keys(client: FlaskClient) -> int:
    """How many keys the page offers to the device by name."""
    page = client.post("/staff/login/passkey", data={"csrf_token": token(client.get("/staff/login/passkey"))})
    return len(asked(page.text).get("allowCredentials") or ())


def acts(desk: Desk, role: str) -> list[str]:
    """What the log says about an account."""
    with desk.app.app_context():
        number = {"owner": 1, "desk": 2, "therapist": 3}[role]
        return [line.act for line in list_audit_lines("staff_member", number)]


def owner_closes(desk: Desk, email: str) -> None:
    """The account of that address is closed."""
    page = desk.member("owner").get("/staff/people")
    numbers = re.findall(r'href="(/staff/people/\d+)"', page.text)
    path = next(one for one in numbers if email in desk.member("owner").get(one).text)
    assert desk.post("owner", f"{path}/close").status_code == 302


def desk_codes(desk: Desk) -> None:
    """The owner turns codes on."""
    page = desk.post("owner", "/staff/second-step", setup="authenticator")
    key = re.search(r"<strong>([A-Z2-7 ]{20,})</strong>", page.text)
    action = re.search(r'action="(/staff/second-step/[^"]+)"', page.text)
    assert key
    assert action
    totp = desk.app.extensions["security"].totp_factory._totp
    code = str(totp(key[1].replace(" ", ""), format="base32").generate().token)
    assert desk.post("owner", action[1], code=code, password=PASSWORD).status_code == 302


def _send(client: FlaskClient, page: TestResponse, answer: str) -> TestResponse:
    action = re.search(r'<form[^>]*action="([^"]*)"[^>]*id="passkey"', page.text)
    assert action, page.text
    return client.post(
        action[1].replace("&amp;", "&"), data={"credential": answer, "csrf_token": token(page)}
    )
