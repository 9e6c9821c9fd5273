"""In production whoever may see health answers signs in with more than a password, and opens nothing before."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.factory import create_app
from config import Settings
from tests.support.authenticator import Device, asked
from tests.support.desk import PASSWORD, Desk, token
from tests.support.settings import settings

SITE = "https://book.example.com"


@pytest.fixture
def site(desk: Desk, database_url: str, tmp_path: Path) -> Flask:
    """The same practice in production."""
    said = settings(database_url, PUBLIC_URL=SITE, QUEUE_URL=f"sqlite:///{tmp_path / 'other-queue.db'}")
    return create_app(replace(Settings.from_environment(said), testing=True))


@pytest.mark.parametrize("role", ["owner", "therapist"])
def test_without_it_nothing_opens_but_the_account(site: Flask, role: str) -> None:
    client = browser(site)
    enter_password(client, role)
    for path in ("/staff/", "/staff/messages", "/staff/people", "/staff/settings/", "/staff/kept"):
        answer = look(client, path)
        assert (answer.status_code, answer.location) == (302, "/staff/account/second-step"), path
    answer = post(client, "/staff/settings/practice", about="x")
    assert answer.location == "/staff/account/second-step"
    assert look(client, "/staff/account/second-step").status_code == 200
    assert "Set up a second step" in look(client, "/staff/account").text
    assert post(client, "/staff/logout").status_code == 302


def test_the_desk_needs_none(site: Flask) -> None:
    client = browser(site)
    enter_password(client, "desk")
    assert look(client, "/staff/").status_code == 200


def test_with_a_passkey_everything_opens_and_the_next_sign_in_asks_for_it(site: Flask) -> None:
    client, device = browser(site), Device(origin=SITE)
    enter_password(client, "owner")
    page = post(client, "/staff/passkeys", name="Laptop")
    action = page.text.split('action="/staff/passkeys/')[1].split('"')[0]
    answer = post(client, f"/staff/passkeys/{action}", credential=device.create(asked(page.text)))
    assert answer.location == "/staff/account"
    assert look(client, "/staff/").status_code == 200
    assert look(client, "/staff/account/second-step").location == "/staff/"
    again = browser(site)
    assert "/staff/login/passkey" in str(enter_password(again, "owner").location)
    assert "/staff/login" in str(look(again, "/staff/").location)


def test_without_the_last_passkey_it_closes_again(site: Flask) -> None:
    client, device = browser(site), Device(origin=SITE)
    enter_password(client, "owner")
    page = post(client, "/staff/passkeys", name="Laptop")
    action = page.text.split('action="/staff/passkeys/')[1].split('"')[0]
    post(client, f"/staff/passkeys/{action}", credential=device.create(asked(page.text)))
    assert look(client, "/staff/people").status_code == 200
    post(client, "/staff/passkeys/remove", name="Laptop")
    assert look(client, "/staff/people").location == "/staff/account/second-step"


def test_in_development_it_is_only_a_hint(desk: Desk) -> None:
    assert desk.member("owner").get("/staff/").status_code == 200
    assert "on a site with https you will need" in desk.member("owner").get("/staff/account").text


def browser(site: Flask) -> FlaskClient:
    """A browser whose requests say which page they come from."""
    client = site.test_client()
    client.environ_base["HTTP_REFERER"] = f"{SITE}/"
    return client


def look(client: FlaskClient, path: str) -> TestResponse:
    """Open a page, by https."""
    return client.get(path, base_url=SITE)


def enter_password(client: FlaskClient, role: str) -> TestResponse:
    """The first step."""
    return post(client, "/staff/login", "/staff/login", email=f"{role}@example.com", password=PASSWORD)


def post(client: FlaskClient, path: str, source: str = "/staff/account", **said: str) -> TestResponse:
    """A post with the token of a page."""
    page = look(client, source)
    return client.post(path, base_url=SITE, data={"csrf_token": token(page), **said})
