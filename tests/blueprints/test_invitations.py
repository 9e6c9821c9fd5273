"""Invitations: a link by mail, once, for a week; who follows it chooses a password and is signed in."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Notification, StaffInvitation, StaffMember
from app.store.audit import list_audit_lines
from tests.support.account_mails import account_mails
from tests.support.desk import Desk, make_desk, sign_in, text_of, token
from tests.support.rows import NOW

NEW = "clay-cup-and-heron"
ADDRESS = "newcomer@example.com"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time of the tests, standing still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(app: Flask, clock: time_machine.Traveller) -> Desk:
    """A practice with an account of each role."""
    return make_desk(app)


def invite(desk: Desk, email: object = ADDRESS, **said: object) -> TestResponse:
    """Through the form."""
    return desk.post(
        "owner", "/staff/people/invite", **({"email": email, "name": "Nia New", "roles": ["desk"]} | said)
    )


def links(desk: Desk) -> list[str]:
    """The paths of the links that were mailed, oldest first."""
    mails = account_mails(desk.app)
    assert {mail["address"] for mail in mails} <= {ADDRESS}
    assert {mail["subject"] for mail in mails} <= {"Your account at Example Bodywork"}
    return [
        path
        for mail in mails
        for path in re.findall(r"http://localhost(/staff/invitation/[\w-]+)", mail["text"])
    ]


def choose(client: FlaskClient, link: str, password: str = NEW, again: str | None = None) -> TestResponse:
    """Choose a password on the invitation's page."""
    page = client.get(link)
    said = {"password": password, "password_confirm": again or password, "csrf_token": token(page)}
    return client.post(link, data=said)


def acts(desk: Desk, subject: str, number: int) -> list[str]:
    """What the log says."""
    with desk.app.app_context():
        return [line.act for line in list_audit_lines(subject, number)]


def test_who_is_invited_chooses_a_password_and_is_signed_in(desk: Desk) -> None:
    answer = invite(desk, roles=["therapist", "desk"], therapist="2")
    assert (answer.status_code, answer.location) == (302, "/staff/people")
    [link] = links(desk)
    client = desk.app.test_client()
    page = text_of(client.get(link))
    assert "Welcome, Nia New" in page
    assert ADDRESS in page
    assert choose(client, link).location == "/staff/"
    assert client.get("/staff/").status_code == 200
    assert sign_in(desk.app.test_client(), ADDRESS, NEW).status_code == 302
    with desk.app.app_context():
        member = db.session.scalars(select(StaffMember).where(StaffMember.email == ADDRESS)).one()
        assert sorted(role.name for role in member.roles) == ["desk", "therapist"]
        assert (member.name, member.therapist_id) == ("Nia New", 2)
        number = member.id
    assert acts(desk, "staff_invitation", 1) == ["invited", "invitation used"]
    assert acts(desk, "staff_member", number) == ["staff member added", "signed in", "signed in"]
    assert ADDRESS not in text_of(desk.member("owner").get("/staff/people")).partition("Invited")[2]


def test_the_link_works_once(desk: Desk) -> None:
    invite(desk)
    [link] = links(desk)
    assert choose(desk.app.test_client(), link).status_code == 302
    assert desk.app.test_client().get(link).status_code == 410


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_link_works_for_a_week(desk: Desk, clock: time_machine.Traveller) -> None:
    invite(desk)
    [link] = links(desk)
    clock.shift(timedelta(days=7, seconds=-1))
    assert desk.app.test_client().get(link).status_code == 200
    clock.shift(timedelta(seconds=2))
    assert desk.app.test_client().get(link).status_code == 410
    owner = desk.app.test_client()
    sign_in(owner, "owner@example.com")
    assert "has expired" in text_of(owner.get("/staff/people"))


def test_an_invitation_is_taken_back(desk: Desk) -> None:
    invite(desk)
    [link] = links(desk)
    assert desk.post("owner", "/staff/people/invitations/1/take-back").status_code == 302
    assert desk.app.test_client().get(link).status_code == 410
    assert acts(desk, "staff_invitation", 1) == ["invited", "invitation taken back"]


def test_sent_again_only_the_new_link_works(desk: Desk) -> None:
    invite(desk)
    assert desk.post("owner", "/staff/people/invitations/1/again").status_code == 302
    old, new = links(desk)
    assert desk.app.test_client().get(old).status_code == 410
    assert choose(desk.app.test_client(), new).status_code == 302
    assert acts(desk, "staff_invitation", 1) == ["invited", "invitation sent again", "invitation used"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_invited_twice_only_the_newer_link_works(desk: Desk) -> None:
    invite(desk)
    invite(desk, roles=["owner"])
    old, new = links(desk)
    assert desk.app.test_client().get(old).status_code == 410
    assert desk.app.test_client().get(new).status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_token_is_kept_nowhere_in_the_clear(desk: Desk) -> None:
    invite(desk)
    [link] = links(desk)
    with desk.app.app_context():
        row = db.session.scalars(select(StaffInvitation)).one()
        sealed = db.session.scalars(select(Notification.sealed_content)).all()
        secret = link.rpartition("/")[2]
        assert secret not in row.digest
        assert all(secret.encode() not in (content or b"") for content in sealed)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"email": "desk@example.com"}, "desk@example.com is a staff member already."),
        ({"email": "DESK@Example.com"}, "desk@example.com is a staff member already."),
        ({"email": ""}, "Type the address that the invitation goes to."),
        ({"email": "no address"}, "That is not an e-mail address."),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["therapist"]}, "Choose whose diary it is"),
        ({"roles": ["therapist"], "therapist": "1"}, "Not a valid choice"),
        ({"roles": ["desk"], "therapist": "2"}, "Only a therapist has a diary."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    desk: Desk, said: dict[str, object], sentence: str
) -> None:
    answer = invite(desk, **said)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert links(desk) == []


def test_one_diary_is_promised_once(desk: Desk) -> None:
    invite(desk, roles=["therapist"], therapist="2")
    answer = invite(desk, email="other@example.com", roles=["therapist"], therapist="2")
    assert answer.status_code == 422
    assert "Somebody else has been invited as that therapist." in text_of(answer)
    again = invite(desk, roles=["therapist"], therapist="2")
    assert again.status_code == 302


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("short", None, "at least 12"),
        ("password1234", None, "first passwords"),
        ("nia-newcomer-77", None, "Leave out your name"),
        (NEW, NEW + "x", "The two passwords differ."),
    ],
)
def test_a_weak_password_is_refused_beside_its_field(
    desk: Desk, password: str, again: str | None, sentence: str
) -> None:
    invite(desk)
    [link] = links(desk)
    answer = choose(desk.app.test_client(), link, password, again)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert desk.app.test_client().get(link).status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("made_up", ["none", "x" * 43, "x" * 4000, "%C3%A9", "0"])
def test_a_link_that_was_never_sent_opens_nothing(desk: Desk, made_up: str) -> None:
    assert desk.app.test_client().get(f"/staff/invitation/{made_up}").status_code == 410


@pytest.mark.parametrize("backend", ["sqlite"])
def test_somebody_who_is_signed_in_is_asked_to_sign_out_first(desk: Desk) -> None:
    invite(desk)
    [link] = links(desk)
    page = desk.member("desk").get(link)
    assert "This browser is signed in as desk@example.com" in text_of(page)
    answer = desk.post("desk", link, password=NEW, password_confirm=NEW)
    assert answer.status_code == 200
    assert desk.app.test_client().get(link).status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("path", ["again", "take-back"])
def test_an_invitation_that_is_gone_is_no_fault(desk: Desk, path: str) -> None:
    for number in ("1", "99999999999999999999"):
        assert desk.post("owner", f"/staff/people/invitations/{number}/{path}").status_code == 302
