"""Signing in and out, sessions that can be ended, passwords, codes; and what strangers may learn."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.actions.letters import account_context
from app.extensions import db
from app.factory import create_app
from app.models import Notification, StaffMember, StaffSession
from app.store.transactions import transaction
from app.vault import open_for_practice
from config import Settings
from tests.support.desk import PASSWORD, Desk, sign_in, token
from tests.support.settings import settings

NEW = "clay-cup-and-heron"


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return desk.app.test_client()


def test_signing_in_leads_to_the_schedule(browser: FlaskClient) -> None:
    answer = sign_in(browser, "desk@example.com")
    assert (answer.status_code, answer.location) == (302, "/staff/")
    assert browser.get("/staff/").status_code == 200


def test_the_address_may_be_typed_in_any_case(browser: FlaskClient) -> None:
    assert sign_in(browser, " DESK@Example.com ").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(browser: FlaskClient) -> None:
    answers = [
        sign_in(browser, email, "not-the-password") for email in ("desk@example.com", "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = (_without_what_was_typed(answer) for answer in answers)
    assert first == second
    assert "do not belong together" in first


def test_a_closed_account_gets_the_same_answer_too(desk: Desk, browser: FlaskClient) -> None:
    with desk.app.app_context(), transaction() as rows:
        rows.execute(
            select(StaffMember).where(StaffMember.email == "desk@example.com")
        ).scalar_one().active = False
    answer = sign_in(browser, "desk@example.com")
    assert answer.status_code == 200
    assert "do not belong together" in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "///evil.example",
    ],
)
def test_nobody_is_led_away(browser: FlaskClient, target: str) -> None:
    page = browser.get("/staff/login", query_string={"next": target})
    said = {"email": "desk@example.com", "password": PASSWORD, "csrf_token": token(page), "next": target}
    answer = browser.post("/staff/login", query_string={"next": target}, data=said)
    led_to = answer.location or "/staff/login"
    assert "\\" not in led_to
    assert urlsplit(urljoin("http://localhost/staff/login", led_to))[:2] == ("http", "localhost")


def test_one_comes_back_to_the_page_one_wanted(browser: FlaskClient) -> None:
    wanted = browser.get("/staff/schedule/2026-11-24?location=main").location
    assert wanted is not None
    page = browser.get(wanted)
    said = {
        "email": "desk@example.com",
        "password": PASSWORD,
        "csrf_token": token(page),
        "next": _value(page, "next"),
    }
    assert browser.post(wanted, data=said).location == "/staff/schedule/2026-11-24?location=main"


def test_a_form_without_its_token_is_refused(desk: Desk) -> None:
    answer = desk.app.test_client().post(
        "/staff/login", data={"email": "desk@example.com", "password": PASSWORD}
    )
    assert answer.status_code == 400


def test_signing_out_ends_the_session_and_an_old_cookie_is_worth_nothing(desk: Desk) -> None:
    client = desk.member("desk")
    old = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    assert old is not None
    assert desk.post("desk", "/staff/logout").status_code == 302
    client.set_cookie(client.application.config["SESSION_COOKIE_NAME"], old.value)
    assert _is_sign_in(client.get("/staff/"))


def test_every_sign_in_gets_a_session_of_its_own(desk: Desk) -> None:
    client = desk.app.test_client()
    sign_in(client, "desk@example.com")
    client.post("/staff/logout", data={"csrf_token": token(client.get("/staff/account"))})
    sign_in(client, "desk@example.com")
    with desk.app.app_context():
        rows = db.session.scalars(select(StaffSession).order_by(StaffSession.created_at)).all()
        assert len({row.id for row in rows}) == 2
        assert sum(row.ended_at is None for row in rows) == 1


def test_a_session_is_over_after_eight_hours(desk: Desk, clock: time_machine.Traveller) -> None:
    client = desk.member("desk")
    clock.shift(timedelta(hours=7, minutes=59))
    assert client.get("/staff/").status_code == 200
    clock.shift(timedelta(minutes=2))
    assert _is_sign_in(client.get("/staff/"))


def test_another_browser_can_be_signed_out(desk: Desk) -> None:
    here, there = desk.member("desk"), desk.app.test_client()
    sign_in(there, "desk@example.com")
    path = re.search(r'action="(/staff/account/sessions/[0-9a-f]{64}/end)"', here.get("/staff/account").text)
    assert path
    assert desk.post("desk", path[1]).status_code == 302
    assert _is_sign_in(there.get("/staff/"))
    assert here.get("/staff/").status_code == 200


def test_nobody_ends_somebody_elses_session(desk: Desk) -> None:
    desk.member("owner")
    with desk.app.app_context():
        row = db.session.scalars(select(StaffSession)).one()
        other = row.id
    desk.post("desk", f"/staff/account/sessions/{other}/end")
    assert desk.member("owner").get("/staff/").status_code == 200


def test_all_other_browsers_can_be_signed_out(desk: Desk) -> None:
    others = [desk.app.test_client() for _ in range(2)]
    for other in others:
        sign_in(other, "desk@example.com")
    desk.post("desk", "/staff/account/sessions/end-others")
    assert all(_is_sign_in(other.get("/staff/")) for other in others)
    assert desk.member("desk").get("/staff/").status_code == 200


def test_changing_the_password_signs_other_browsers_out(desk: Desk) -> None:
    other = desk.app.test_client()
    sign_in(other, "desk@example.com")
    answer = desk.post(
        "desk", "/staff/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW
    )
    assert (answer.status_code, answer.location) == (302, "/staff/account")
    assert desk.member("desk").get("/staff/").status_code == 200
    assert _is_sign_in(other.get("/staff/"))
    assert sign_in(desk.app.test_client(), "desk@example.com").status_code == 200
    assert sign_in(desk.app.test_client(), "desk@example.com", NEW).status_code == 302
    with desk.app.app_context():
        alive = select(StaffSession).where(StaffSession.ended_at.is_(None))
        assert len(db.session.scalars(alive).all()) == 2
    assert [mail["subject"] for mail in _account_mails(desk)] == ["Your password was changed"]


@pytest.mark.parametrize(
    ("password", "says"),
    [("short", "at least 12"), ("password1234", "first passwords"), ("x" * 200, "at most 128")],
)
def test_a_weak_password_is_refused_beside_its_field(desk: Desk, password: str, says: str) -> None:
    answer = desk.post(
        "desk", "/staff/password", password=PASSWORD, new_password=password, new_password_confirm=password
    )
    assert answer.status_code == 200
    assert says in answer.text
    assert 'id="new_password-error"' in answer.text


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(desk: Desk) -> None:
    stolen = desk.member("desk")
    link = _reset_link(desk, "desk@example.com")
    client = desk.app.test_client()
    page = client.get(link)
    assert page.status_code == 200
    said = {"password": NEW, "password_confirm": NEW, "csrf_token": token(page)}
    assert client.post(link, data=said).status_code == 302
    assert _is_sign_in(stolen.get("/staff/"))
    assert client.get(link).location == "/staff/reset"
    assert sign_in(client, "desk@example.com", NEW).status_code == 302


def test_the_link_is_good_for_half_an_hour(desk: Desk, clock: time_machine.Traveller) -> None:
    link = _reset_link(desk, "desk@example.com")
    clock.shift(timedelta(minutes=31))
    assert desk.app.test_client().get(link).location == "/staff/reset"


def test_asking_for_a_link_tells_nobody_who_works_here(browser: FlaskClient) -> None:
    pages = []
    for email in ("desk@example.com", "nobody@example.com"):
        page = browser.get("/staff/reset")
        answer = browser.post("/staff/reset", data={"email": email, "csrf_token": token(page)})
        pages.append(_without_what_was_typed(answer).replace(email, "ADDRESS"))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("typed", ["", "desk"])
def test_asking_for_a_link_without_an_address_says_what_is_missing(browser: FlaskClient, typed: str) -> None:
    page = browser.get("/staff/reset")
    answer = browser.post("/staff/reset", data={"email": typed, "csrf_token": token(page)})
    assert "Enter an e-mail address, such as name@example.com." in answer.text
    assert "is on its way" not in answer.text


def test_codes_are_offered_used_once_and_can_be_replaced_by_a_recovery_code(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    key = _turn_codes_on(desk, "desk")
    recovery = _make_recovery_codes(desk, "desk")
    clock.shift(timedelta(minutes=2))
    code = _code(desk, key)
    first = desk.app.test_client()
    assert _sign_in_with_code(first, code).status_code == 302
    assert first.get("/staff/").status_code == 200
    replay = desk.app.test_client()
    assert "used already" in _sign_in_with_code(replay, code).text
    assert _is_sign_in(replay.get("/staff/"))
    for expected in (302, 200):
        client = desk.app.test_client()
        assert _sign_in_with_recovery_code(client, recovery[0]).status_code == expected


def test_the_password_alone_does_not_open_an_account_with_codes(desk: Desk) -> None:
    _turn_codes_on(desk, "desk")
    client = desk.app.test_client()
    assert "/staff/login/code" in str(sign_in(client, "desk@example.com").location)
    assert _is_sign_in(client.get("/staff/"))


def test_how_one_signs_in_is_changed_only_soon_after_the_password_was_entered(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    client = desk.member("desk")
    clock.shift(timedelta(hours=1))
    assert "/staff/verify" in str(client.get("/staff/second-step").location)
    assert "/staff/verify" in str(client.get("/staff/recovery-codes").location)


def test_guessing_is_limited_per_account_and_nobody_else_is_locked_out(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    said = settings(database_url, RATE_LIMITS="on", QUEUE_URL=f"sqlite:///{tmp_path / 'queue.db'}")
    limited = create_app(replace(Settings.from_environment(said), testing=True))
    client = limited.test_client()
    answers = [sign_in(client, "desk@example.com", "not-the-password").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert sign_in(limited.test_client(), "owner@example.com").status_code == 302
    elsewhere = limited.test_client()
    page = elsewhere.get("/staff/login", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    said = {"email": "desk@example.com", "password": PASSWORD, "csrf_token": token(page)}
    assert (
        elsewhere.post("/staff/login", data=said, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code
        == 302
    )


@pytest.mark.parametrize(
    "path",
    ["/staff/account", "/staff/second-step", "/staff/recovery-codes", "/staff/password", "/staff/verify"],
)
def test_pages_of_the_account_are_kept_by_nobody(desk: Desk, path: str) -> None:
    answer = desk.member("therapist").get(path)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<h1" in answer.text


def test_no_token_in_a_header_or_address_stands_in_for_a_session(desk: Desk) -> None:
    with desk.app.app_context():
        member = db.session.scalars(select(StaffMember).where(StaffMember.email == "owner@example.com")).one()
        made = member.get_auth_token()
    client = desk.app.test_client()
    assert _is_sign_in(client.get("/staff/", headers={"Authentication-Token": made}))
    assert _is_sign_in(client.get("/staff/", query_string={"auth_token": made}))


def _is_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and "/staff/login" in str(answer.location)


def _without_what_was_typed(answer: TestResponse) -> str:
    return re.sub(r'value="[^"]*"', "", answer.text)


def _value(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found
    return found[1].replace("&amp;", "&")


def _reset_link(desk: Desk, email: str) -> str:
    """The path of the link that is mailed."""
    client = desk.app.test_client()
    page = client.get("/staff/reset", base_url="http://evil.example")
    said = {"email": email, "csrf_token": token(page)}
    client.post("/staff/reset", base_url="http://evil.example", data=said)
    link = re.search(r"http://localhost(/staff/reset/[\w.-]+)", _account_mails(desk)[-1]["text"])
    assert link
    return link[1]


def _account_mails(desk: Desk) -> list[dict[str, str]]:
    """What was written to staff, opened."""
    with desk.app.app_context():
        rows = db.session.scalars(
            select(Notification).where(Notification.audience == "staff").order_by(Notification.id)
        ).all()
        sealed = [(row.sealed_content, row.message_id) for row in rows]
        return [
            json.loads(open_for_practice(content or b"", account_context(name))) for content, name in sealed
        ]


def _turn_codes_on(desk: Desk, role: str) -> str:
    page = desk.post(role, "/staff/second-step", setup="authenticator")
    assert "<svg" in page.text
    key = re.search(r"<strong>([A-Z2-7 ]{20,})</strong>", page.text)
    action = re.search(r'action="(/staff/second-step/[^"]+)"', page.text)
    assert key
    assert action
    answer = desk.post(role, action[1], code=_code(desk, key[1]))
    assert (answer.status_code, answer.location) == (302, "/staff/account")
    return key[1]


def _code(desk: Desk, key: str) -> str:
    """What the app on the telephone shows now."""
    totp = desk.app.extensions["security"].totp_factory._totp
    return str(totp(key.replace("-", "").replace(" ", ""), format="base32").generate().token)


def _make_recovery_codes(desk: Desk, role: str) -> list[str]:
    page = desk.post(role, "/staff/recovery-codes", generate_new_codes="1")
    return re.findall(r'<li class="reference">([0-9a-f-]+)</li>', page.text)


def _sign_in_with_code(client: FlaskClient, code: str) -> TestResponse:
    sign_in(client, "desk@example.com")
    page = client.get("/staff/login/code")
    return client.post("/staff/login/code", data={"code": code, "csrf_token": token(page)})


def _sign_in_with_recovery_code(client: FlaskClient, code: str) -> TestResponse:
    sign_in(client, "desk@example.com")
    page = client.get("/staff/login/code")
    onward = client.post(
        "/staff/login/no-code", data={"help_setup": "recovery_code", "csrf_token": token(page)}
    )
    assert onward.location == "/staff/login/recovery-code"
    page = client.get("/staff/login/recovery-code")
    return client.post("/staff/login/recovery-code", data={"code": code, "csrf_token": token(page)})
