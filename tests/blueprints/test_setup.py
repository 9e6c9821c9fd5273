"""From an empty program to its first owner: by the link that the command prints, once, and by nothing else."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.actions.setting_up import begin_practice
from app.links import setup_url
from app.store.practice import load_practice
from app.store.staff import find_by_email
from tests.support.desk import Desk, token
from tests.support.rows import NOW, make_practice

TYPED = {
    "practice": "Willow Bodywork",
    "language": "fr",
    "name": "Ann Example",
    "email": "Ann@Example.com",
    "password": "linen-moss-and-clay",
    "password_confirm": "linen-moss-and-clay",
}


@pytest.fixture
def page(app: Flask, clock: time_machine.Traveller) -> str:
    """Where the owner of an empty program begins."""
    with app.app_context():
        assert begin_practice(NOW)
        assert not begin_practice(NOW)
        return "/staff/setup/" + setup_url().rpartition("/")[2]


def send(browser: FlaskClient, page: str, **changes: str) -> TestResponse:
    return browser.post(page, data=TYPED | {"csrf_token": token(browser.get(page))} | changes)


def test_whoever_has_the_link_names_the_practice_and_is_its_owner(app: Flask, page: str) -> None:
    browser = app.test_client()
    answer = send(browser, page)
    assert (answer.status_code, answer.location) == (302, "/staff/settings/")
    overview = browser.get("/staff/settings/")
    assert overview.status_code == 200
    with app.app_context():
        practice, member = load_practice(), find_by_email("ann@example.com")
        assert member is not None
        assert [role.name for role in member.roles] == ["owner"]
    assert (practice.name, practice.language, practice.short_code) == ("Willow Bodywork", "fr", "WB")
    assert practice.try_out_email == "ann@example.com"


def test_the_link_works_once(app: Flask, page: str) -> None:
    late = app.test_client()
    csrf = token(late.get(page))
    assert send(app.test_client(), page).status_code == 302
    assert late.post(page, data=TYPED | {"csrf_token": csrf, "email": "eve@example.com"}).status_code == 410
    assert late.get(page).status_code == 410
    with app.app_context():
        assert find_by_email("eve@example.com") is None


def test_a_link_of_yesterday_and_one_that_we_did_not_write_open_nothing(
    app: Flask, page: str, clock: time_machine.Traveller
) -> None:
    browser = app.test_client()
    for made_up in (f"{page}x", "/staff/setup/owner", "/staff/setup/" + "a" * 500):
        assert browser.get(made_up).status_code == 410
    clock.move_to(NOW + timedelta(hours=25))
    assert browser.get(page).status_code == 410


def test_nobody_becomes_owner_of_a_practice_that_has_somebody(desk: Desk) -> None:
    with desk.app.app_context():
        page = "/staff/setup/" + setup_url().rpartition("/")[2]
    assert desk.app.test_client().get(page).status_code == 410


@pytest.mark.parametrize(
    "changes",
    [
        {"practice": " "},
        {"name": ""},
        {"email": ""},
        {"email": "ann"},
        {"language": "xx"},
        {"password": "short", "password_confirm": "short"},
        {"password": "willow bodywork", "password_confirm": "willow bodywork"},
        {"password_confirm": "another-one-here"},
    ],
)
def test_what_can_not_be_is_refused_and_the_rest_is_kept(
    app: Flask, page: str, changes: dict[str, str]
) -> None:
    answer = send(app.test_client(), page, **changes)
    assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
    with app.app_context():
        assert find_by_email("ann@example.com") is None


def test_a_practice_from_a_file_keeps_its_name(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        make_practice(demonstration=False)
        page = "/staff/setup/" + setup_url().rpartition("/")[2]
    browser = app.test_client()
    assert 'name="practice"' not in browser.get(page).text
    assert send(browser, page).status_code == 302
    with app.app_context():
        assert (load_practice().name, load_practice().try_out_email) == ("Example Bodywork", None)
