"""Trying the practice out on the settings pages: begun by the owner, told on every page, ended by who knows what follows."""

import re

from sqlalchemy import select

from app.extensions import db
from app.models import AuditLine
from app.store.practice import load_practice
from tests.support.account_mails import account_mails
from tests.support.desk import Desk
from tests.support.filled_form import send

PAGE = "/staff/settings/try-out"


def begin(desk: Desk, address: str = "owner@example.org") -> None:
    assert send(desk.member("owner"), PAGE, {"try_out_email": address}).status_code == 303


def test_every_page_says_so_while_it_lasts(desk: Desk) -> None:
    visitor = desk.app.test_client()
    assert "Try-out" not in visitor.get("/").text
    begin(desk)
    assert "this practice is still being set up" in visitor.get("/").text
    assert "this practice is still being set up" in visitor.get("/book/psoas-release").text
    for role in ("owner", "desk", "therapist"):
        assert "every mail goes to one address" in desk.member(role).get("/staff/").text
    assert f'href="{PAGE}"' in desk.member("owner").get("/staff/").text
    assert f'href="{PAGE}"' not in desk.member("desk").get("/staff/").text


def test_it_needs_an_address_and_an_owner(desk: Desk) -> None:
    for typed in ("", "nobody", "a@b", "a@example.com,b@example.com"):
        assert send(desk.member("owner"), PAGE, {"try_out_email": typed}).status_code == 422, typed
    assert desk.member("desk").get(PAGE).status_code == 403
    with desk.app.app_context():
        assert load_practice().try_out_email is None


def test_ending_it_says_first_what_goes_to_clients(desk: Desk, reference: str) -> None:
    begin(desk)
    owner = desk.member("owner")
    page = owner.get(PAGE).text
    assert reference
    assert "planned for clients" in page
    (action,) = re.findall(r'action="([^"]*/end)"', page)
    fields = dict(re.findall(r'name="(csrf_token|version|forgets)" value="([^"]*)"', page))
    unsaid = owner.post(action, data=fields | {"forgets": "try_out_mails=0"})
    assert (unsaid.status_code, "Nothing was changed" in unsaid.text) == (409, True)
    assert owner.post(action, data=fields).status_code == 303
    with desk.app.app_context():
        assert load_practice().try_out_email is None


def test_a_test_mail_goes_the_way_of_all_mails(desk: Desk) -> None:
    owner = desk.member("owner")
    page = owner.get("/staff/settings/").text
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]*)"', page))
    answer = owner.post("/staff/settings/test-mail", data={"csrf_token": token})
    assert answer.status_code == 303
    (mail,) = account_mails(desk.app)
    assert "A test mail from" in mail["subject"]
    with desk.app.app_context():
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "test mail sent")).one()
        assert (line.actor, line.subject, line.detail) == ("owner@example.com", "notification", {})
