"""Invitations: a link by mail, once, for a week; who follows it chooses a password and is signed in."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.actions import inviting
from app.actions.staff import CannotChange
from app.domain.staff import Member, StaffRole
from app.extensions import db, limiter
from app.factory import create_app
from app.models import Notification, StaffInvitation, StaffMember
from app.store.audit import list_audit_lines
from app.store.invitations import Offer
from app.store.transactions import transaction
from config import Settings
from tests.support.account_mails import account_mails
from tests.support.desk import PASSWORD, Desk, form_of, sign_in, text_of, token
from tests.support.rows import NOW
from tests.support.settings import settings

NEW = "clay-cup-and-heron"
ADDRESS = "newcomer@example.com"


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


def test_invited_twice_only_the_newer_link_works(desk: Desk) -> None:
    invite(desk)
    invite(desk, roles=["owner"])
    old, new = links(desk)
    assert desk.app.test_client().get(old).status_code == 410
    assert desk.app.test_client().get(new).status_code == 200


def test_the_token_is_kept_nowhere_in_the_clear(desk: Desk) -> None:
    invite(desk)
    [link] = links(desk)
    with desk.app.app_context():
        row = db.session.scalars(select(StaffInvitation)).one()
        sealed = db.session.scalars(select(Notification.sealed_content)).all()
        secret = link.rpartition("/")[2]
        assert secret not in row.digest
        assert all(secret.encode() not in (content or b"") for content in sealed)


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


@pytest.mark.parametrize("made_up", ["none", "x" * 43, "x" * 4000, "%C3%A9", "0"])
def test_a_link_that_was_never_sent_opens_nothing(desk: Desk, made_up: str) -> None:
    assert desk.app.test_client().get(f"/staff/invitation/{made_up}").status_code == 410


def test_somebody_who_is_signed_in_is_asked_to_sign_out_first(desk: Desk) -> None:
    invite(desk)
    [link] = links(desk)
    page = desk.member("desk").get(link)
    assert "This browser is signed in as desk@example.com" in text_of(page)
    answer = desk.post("desk", link, password=NEW, password_confirm=NEW)
    assert answer.status_code == 200
    assert desk.app.test_client().get(link).status_code == 200


@pytest.mark.parametrize("path", ["again", "take-back"])
def test_an_invitation_that_is_gone_is_no_fault(desk: Desk, path: str) -> None:
    for number in ("1", "99999999999999999999"):
        assert desk.post("owner", f"/staff/people/invitations/{number}/{path}").status_code == 302


def number_of(desk: Desk, name: str) -> int:
    """The member's number."""
    with desk.app.app_context():
        return db.session.scalars(
            select(StaffMember.id).where(StaffMember.email == f"{name}@example.com")
        ).one()


def member(desk: Desk, name: str) -> Member:
    """An owner as values."""
    return Member(number_of(desk, name), f"{name}@example.com", None, frozenset({StaffRole.OWNER}), None)


@pytest.mark.parametrize("way", ["close", "demote"])
def test_invitations_end_with_the_owner_who_sent_them(desk: Desk, way: str) -> None:
    desk.add("second", "owner")
    invite(desk, roles=["owner"])
    [link] = links(desk)
    number = number_of(desk, "owner")
    path = f"/staff/people/{number}"
    if way == "close":
        answer = desk.post("second", f"{path}/close")
    else:
        version = form_of(desk.member("second").get(path), path)["version"]
        answer = desk.post("second", path, name="Was Owner", roles=["desk"], version=version)
    assert answer.status_code == 302
    assert desk.app.test_client().get(link).status_code == 410
    assert acts(desk, "staff_invitation", 1) == ["invited", "invitation taken back"]
    with desk.app.app_context():
        detail = list_audit_lines("staff_member", number)[-1].detail
    assert (detail or {})["invitations_taken_back"] == 1


def test_an_invitation_is_whose_who_sent_it_last(desk: Desk) -> None:
    desk.add("second", "owner")
    invite(desk)
    desk.post("second", "/staff/people/invitations/1/again")
    desk.post("second", f"/staff/people/{number_of(desk, 'owner')}/close")
    assert desk.app.test_client().get(links(desk)[-1]).status_code == 200


def test_who_is_an_owner_no_more_invites_nobody_not_even_at_the_last_moment(desk: Desk) -> None:
    desk.add("second", "owner")
    invite(desk)
    first = member(desk, "owner")
    desk.post("second", f"/staff/people/{first.id}/close")
    offer = Offer("other@example.com", None, (StaffRole.DESK,), None)
    with desk.app.app_context():
        with pytest.raises(CannotChange):
            inviting.invite(offer, first, NOW)
        with pytest.raises(CannotChange):
            inviting.invite_again(1, first, NOW)


@pytest.mark.parametrize("meanwhile", ["sent again", "over"])
def test_a_link_that_ends_while_the_password_is_hashed_makes_nobody_a_member(
    desk: Desk, meanwhile: str
) -> None:
    invite(desk)
    [link] = links(desk)
    secret = link.rpartition("/")[2]

    def hashed_slowly(password: str) -> str:
        with transaction() as rows:
            row = rows.scalars(select(StaffInvitation)).one()
            if meanwhile == "over":
                row.expires_at = NOW
            else:
                row.digest = "0" * 64
        return password

    with desk.app.app_context(), pytest.raises(LookupError):
        inviting.accept(secret, NEW, hashed_slowly, NOW)
    with desk.app.app_context():
        assert db.session.scalars(select(StaffMember).where(StaffMember.email == ADDRESS)).first() is None


def test_links_are_not_tried_without_end(
    desk: Desk, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = settings(database_url, RATE_LIMITS="on", QUEUE_URL=f"sqlite:///{tmp_path / 'queue.db'}")
    monkeypatch.setattr(limiter, "enabled", True)  # and as it was afterwards
    stranger = create_app(replace(Settings.from_environment(said), testing=True)).test_client()
    answers = [stranger.get(f"/staff/invitation/{number}").status_code for number in range(121)]
    assert answers == [410] * 120 + [429]


def test_after_a_while_the_password_is_asked_for_again(desk: Desk, clock: time_machine.Traveller) -> None:
    owner = desk.member("owner")
    clock.shift(timedelta(minutes=21))
    asked = owner.get("/staff/people/invite")
    assert asked.location == "/staff/verify?next=/staff/people/invite"
    assert invite(desk).location == asked.location
    assert links(desk) == []
    page = owner.get(str(asked.location))
    assert "Is it still you?" in text_of(page)
    answer = owner.post(str(asked.location), data={"csrf_token": token(page), "password": PASSWORD})
    assert str(answer.location).endswith("/staff/people/invite")
    assert invite(desk).location == "/staff/people"
    assert len(links(desk)) == 1
