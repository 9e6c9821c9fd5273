"""The owner's pages about people: rights, accounts, browsers; what is never possible; and that all of it is written down."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.actions import staff
from app.actions.staff import CannotChange
from app.domain.staff import Member, StaffRole
from app.extensions import db
from app.models import StaffMember
from app.store.audit import list_audit_lines
from app.store.staff import Rights, version_of
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, sign_in, text_of
from tests.support.rows import NOW


def number_of(desk: Desk, name: str) -> int:
    """The member's number."""
    with desk.app.app_context():
        wanted = select(StaffMember.id).where(StaffMember.email == f"{name}@example.com")
        return db.session.execute(wanted).scalar_one()


def lines(desk: Desk, name: str) -> list[tuple[str | None, str, object]]:
    """The log about a member: who, what, from and to."""
    number = number_of(desk, name)
    with desk.app.app_context():
        return [(line.actor, line.act, line.detail) for line in list_audit_lines("staff_member", number)]


def change(desk: Desk, whose: str, **said: object) -> tuple[int, str]:
    """Save somebody's rights as the page's form would, with these changes."""
    path = f"/staff/people/{number_of(desk, whose)}"
    page = desk.member("owner").get(path)
    roles = re.findall(
        r'name="roles"[^>]*value="(\w+)"[^>]*checked|checked[^>]*name="roles"[^>]*value="(\w+)"', page.text
    )
    fields: dict[str, object] = dict(form_of(page, path)) | {"roles": [a or b for a, b in roles]} | said
    answer = desk.member("owner").post(path, data=fields)
    return answer.status_code, text_of(answer)


def test_everybody_is_listed_with_what_they_are_and_how_they_sign_in(desk: Desk) -> None:
    desk.member("desk")
    page = text_of(desk.member("owner").get("/staff/people"))
    assert "Owner you owner@example.com owner password" in page
    assert (
        "Therapist therapist@example.com therapist diary of Therapist 1 password no second step never" in page
    )
    assert re.search(r"Desk desk@example.com desk password Fri", page)


def test_a_change_of_rights_is_written_down_with_from_and_to(desk: Desk) -> None:
    status, _page = change(desk, "desk", name="Dee Front", roles=["desk", "therapist"], therapist="2")
    assert status == 302
    assert lines(desk, "desk")[-1] == (
        "owner@example.com",
        "staff member changed",
        {
            "name": {"from": "Desk", "to": "Dee Front"},
            "roles": {"from": ["desk"], "to": ["desk", "therapist"]},
            "therapist": {"from": None, "to": "Therapist 2"},
        },
    )
    assert change(desk, "desk")[0] == 302
    assert len([line for line in lines(desk, "desk") if line[1] == "staff member changed"]) == 1


def test_new_rights_hold_from_the_next_click(desk: Desk) -> None:
    client = desk.member("desk")
    assert client.get("/staff/people").status_code == 403
    change(desk, "desk", roles=["owner"])
    assert client.get("/staff/people").status_code == 200


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["therapist"], "therapist": ""}, "Choose whose diary it is"),
        ({"roles": ["desk"], "therapist": "2"}, "Only a therapist has a diary."),
        ({"roles": ["therapist"], "therapist": "1"}, "Not a valid choice"),
        ({"roles": ["therapist"], "therapist": "999"}, "Not a valid choice"),
        ({"roles": ["king"]}, "king"),
        ({"name": ""}, "Type the name that colleagues know."),
        ({"name": "x" * 400}, "120"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    desk: Desk, said: dict[str, object], sentence: str
) -> None:
    before = lines(desk, "desk")
    status, page = change(desk, "desk", **said)
    assert status == 422
    assert sentence in page
    assert lines(desk, "desk") == before


def test_the_last_owner_stays_an_owner(desk: Desk) -> None:
    status, page = change(desk, "owner", roles=["desk"])
    assert status == 422
    assert "The practice needs an owner" in page
    desk.add("second", "owner")
    assert change(desk, "owner", roles=["desk"])[0] == 302
    assert desk.member("owner").get("/staff/people").status_code == 403


def test_a_stale_page_gives_nobody_back_a_role_that_was_just_taken_away(desk: Desk) -> None:
    desk.add("second", "owner")
    change(desk, "desk", roles=["owner", "desk"])
    path = f"/staff/people/{number_of(desk, 'desk')}"
    mine = dict(form_of(desk.member("second").get(path), path)) | {"name": "Dee", "roles": ["owner", "desk"]}
    change(desk, "desk", roles=["desk"])
    before = lines(desk, "desk")
    answer = desk.member("second").post(path, data=mine)
    assert answer.status_code == 409
    assert "owner@example.com saved this page while you were editing it. Yours has not" in text_of(answer)
    assert "Roles Desk Owner, Desk" in text_of(answer)
    assert lines(desk, "desk") == before
    again = dict(form_of(answer, path))
    assert again["name"] == "Dee"
    assert desk.member("second").post(path, data=again | {"roles": ["desk"]}).status_code == 302
    assert lines(desk, "desk")[-1][2] == {"name": {"from": "Desk", "to": "Dee"}}


@pytest.mark.parametrize("version", [None, "", "0", "x", "9" * 30])
def test_rights_that_do_not_say_what_they_are_based_on_change_nothing(
    desk: Desk, version: str | None
) -> None:
    said = {} if version is None else {"version": version}
    path = f"/staff/people/{number_of(desk, 'desk')}"
    answer = desk.post("owner", path, name="Dee", roles=["owner"], therapist="", **said)
    assert answer.status_code == 409
    assert "staff member changed" not in [act for _, act, _ in lines(desk, "desk")]


@pytest.mark.parametrize("what", ["rights", "close", "reopen", "second step"])
def test_who_is_an_owner_no_more_changes_nobodys_account_not_even_at_the_last_moment(
    desk: Desk, what: str
) -> None:
    desk.add("second", "owner")
    first, number = number_of(desk, "owner"), number_of(desk, "desk")
    desk.post("second", f"/staff/people/{first}/close")
    was = Member(first, "owner@example.com", None, frozenset({StaffRole.OWNER}), None)
    rights, before = Rights("Desk", (StaffRole.OWNER,), None), lines(desk, "desk")
    seen = version_of(Rights("Desk", (StaffRole.DESK,), None))
    ways = {
        "rights": lambda: staff.change_rights(number, rights, was, NOW, seen),
        "close": lambda: staff.close_account(number, was, NOW),
        "reopen": lambda: staff.reopen_account(first, was, NOW),
        "second step": lambda: staff.forget_second_step(number, was, NOW),
    }
    with desk.app.app_context(), pytest.raises(CannotChange, match="Only an owner"):
        ways[what]()
    assert lines(desk, "desk") == before


def test_a_closed_account_is_signed_out_everywhere_and_can_be_opened_again(desk: Desk) -> None:
    client = desk.member("desk")
    number = number_of(desk, "desk")
    assert desk.post("owner", f"/staff/people/{number}/close").status_code == 302
    assert "/staff/login" in str(client.get("/staff/").location)
    assert sign_in(desk.app.test_client(), "desk@example.com").status_code == 200
    assert "closed" in text_of(desk.member("owner").get("/staff/people"))
    assert desk.post("owner", f"/staff/people/{number}/reopen").status_code == 302
    assert sign_in(desk.app.test_client(), "desk@example.com").status_code == 302
    assert [act for _, act, _ in lines(desk, "desk")][-3:] == [
        "account closed",
        "account reopened",
        "signed in",
    ]


def test_nobody_closes_the_own_account(desk: Desk) -> None:
    desk.add("second", "owner")
    answer = desk.post("owner", f"/staff/people/{number_of(desk, 'owner')}/close")
    assert answer.status_code == 422
    assert "You can&#39;t close your own account" in answer.text
    assert desk.member("owner").get("/staff/people").status_code == 200


def test_of_two_owners_one_may_close_the_other(desk: Desk) -> None:
    desk.add("second", "owner")
    assert desk.post("owner", f"/staff/people/{number_of(desk, 'second')}/close").status_code == 302
    assert change(desk, "owner", roles=["desk"])[0] == 422


def test_browsers_are_listed_and_ended(desk: Desk) -> None:
    first, second = desk.member("desk"), desk.app.test_client()
    sign_in(second, "desk@example.com")
    path = f"/staff/people/{number_of(desk, 'desk')}"
    found = re.findall(rf'action="({path}/sessions/[0-9a-f]{{64}}/end)"', desk.member("owner").get(path).text)
    assert len(found) == 2
    assert desk.post("owner", found[0]).status_code == 302
    assert sum("/staff/login" in str(one.get("/staff/").location) for one in (first, second)) == 1
    desk.post("owner", f"{path}/sessions/end-all")
    assert all("/staff/login" in str(one.get("/staff/").location) for one in (first, second))
    assert [act for _, act, _ in lines(desk, "desk")][-2:] == ["session ended", "all sessions ended"]
    assert {who for who, act, _ in lines(desk, "desk") if "ended" in act} == {"owner@example.com"}


def test_a_lost_telephone_is_taken_out_by_the_owner(desk: Desk) -> None:
    number = number_of(desk, "desk")
    with desk.app.app_context(), transaction() as rows:
        member = rows.get_one(StaffMember, number)
        member.tf_primary_method, member.tf_totp_secret, member.mf_recovery_codes = (
            "authenticator",
            "x",
            ["a"],
        )
    answer = desk.post("owner", f"/staff/people/{number}/second-step/remove")
    assert answer.status_code == 302
    with desk.app.app_context():
        member = db.session.get_one(StaffMember, number)
        assert (member.tf_primary_method, member.tf_totp_secret, member.mf_recovery_codes) == (
            None,
            None,
            None,
        )
    assert lines(desk, "desk")[-1][1:] == (
        "second step removed",
        {"codes": {"from": "on", "to": "off"}, "passkeys": {"from": [], "to": []}},
    )


def test_nobody_takes_the_own_second_step_away_here(desk: Desk) -> None:
    answer = desk.post("owner", f"/staff/people/{number_of(desk, 'owner')}/second-step/remove")
    assert answer.status_code == 422


@pytest.mark.parametrize("number", ["999", "99999999999999999999"])
def test_nobody_of_that_number_is_not_found(desk: Desk, number: str) -> None:
    assert desk.member("owner").get(f"/staff/people/{number}").status_code == 404
    assert desk.post("owner", f"/staff/people/{number}/close").status_code == 404


def test_what_one_does_to_the_own_account_is_written_down(desk: Desk) -> None:
    client = desk.member("desk")
    new = "clay-cup-and-heron"
    desk.post(
        "desk", "/staff/password", password="linen-moss-and-clay", new_password=new, new_password_confirm=new
    )
    desk.post("desk", "/staff/logout")
    assert "/staff/login" in str(client.get("/staff/").location)
    assert [act for _, act, _ in lines(desk, "desk")] == [
        "staff member added",
        "signed in",
        "password changed",
        "signed out",
    ]


@pytest.mark.parametrize("act", ["", "/close", "/reopen", "/second-step/remove"])
def test_after_a_while_the_password_is_asked_for_before_rights_change(desk: Desk, act: str) -> None:
    path = f"/staff/people/{number_of(desk, 'desk')}"
    desk.member("owner")
    before = lines(desk, "desk")
    with time_machine.travel(NOW + timedelta(minutes=21), tick=False):
        answer = desk.post("owner", f"{path}{act}", name="Dee", roles=["owner"])
        assert (answer.status_code, answer.location) == (302, f"/staff/verify?next={path}")
        assert lines(desk, "desk") == before
        assert desk.member("owner").get(path).status_code == 200
