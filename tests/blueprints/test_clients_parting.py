"""Two people after all: the page lists what was booked meanwhile before anything changes, and says what stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions.client_notes import write_note
from app.actions.merging import Merged, merge
from app.domain.appointments import Actor
from app.domain.clients import NoteKind
from app.extensions import db
from app.models import Appointment, Client
from app.store.clients import add_client, get_client
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.filled_form import fields_of
from tests.support.rows import NOW
from tests.support.valid import html_faults

STAFF = Actor("staff", "desk@example.com")
BEFORE = NOW - timedelta(minutes=1)


@pytest.fixture
def parting(desk: Desk) -> tuple[Desk, dict[str, int], str]:
    """A desk, the numbers of Merge Alfa and of Alpha who count as one since a minute, and where that is undone."""
    people = (("Merge Alfa", "merge.alfa@example.com"), ("Alpha", "alpha@example.com"))
    with desk.app.app_context():
        with transaction():
            stored = {name: add_client(name, email, None, "en", BEFORE).id for name, email in people}
        answer = merge(stored["Alpha"], stored["Merge Alfa"], None, STAFF, BEFORE)
        assert isinstance(answer, Merged)
    return desk, stored, f"/staff/clients/{stored['Alpha']}/merges/{answer.merge_id}/undo"


def owner_of(desk: Desk, reference: str) -> str:
    """Whose it is, by name."""
    with desk.app.app_context():
        wanted = select(Client.name).join(Appointment, Appointment.client_id == Client.id)
        return db.session.scalars(wanted.where(Appointment.reference == reference)).one()


def are_one(desk: Desk, stored: dict[str, int]) -> bool:
    """Whether they still count as one."""
    with desk.app.app_context():
        row = get_client(stored["Merge Alfa"])
        return row.merged_into_id == stored["Alpha"]


def test_what_was_booked_meanwhile_is_listed_first_and_given_back_as_ticked(
    parting: tuple[Desk, dict[str, int], str],
) -> None:
    desk, stored, path = parting
    theirs, wrong = desk.booked("10:00", name="Merge Alfa"), desk.booked("12:00", name="Merge Alfa")
    others = desk.booked("14:00", name="Alpha")
    with desk.app.app_context():
        write_note(stored["Alpha"], NoteKind.DESK, "Parks behind.", STAFF, NOW)
    page = desk.post("desk", path)
    assert (page.status_code, are_one(desk, stored), html_faults(page.text)) == (409, True, [])
    said = text_of(page)
    assert "Booked as Merge Alfa · merge.alfa@example.com" in said
    assert "1 note written meanwhile stays with Alpha." in said
    fields = fields_of(page, "part-form")
    ticked = [str(desk.facts(one)["id"]) for one in (theirs, wrong)]
    assert (fields.getlist("theirs"), fields.getlist("others")) == (ticked, [])
    fields.setlist("theirs", ticked[:1])
    done = desk.member("desk").post(path, data=fields, follow_redirects=True)
    assert (
        "Merge Alfa is a person of their own again, with what was theirs. 1 session booked meanwhile went along. "
        "Made meanwhile, and still with Alpha: 2 sessions and 1 note."
    ) in text_of(done)
    assert [owner_of(desk, one) for one in (theirs, wrong, others)] == ["Merge Alfa", "Alpha", "Alpha"]
    assert not are_one(desk, stored)


def test_what_is_booked_while_the_page_is_looked_at_is_told_of_and_ticks_stay(
    parting: tuple[Desk, dict[str, int], str],
) -> None:
    desk, stored, path = parting
    theirs = desk.booked("10:00", name="Merge Alfa")
    others = desk.booked("12:00", name="Alpha")
    fields = fields_of(desk.post("desk", path), "part-form")
    fields.setlist("theirs", [])
    fields.setlist("others", [str(desk.facts(others)["id"])])
    new = desk.booked("14:00", name="Merge Alfa")
    page = desk.member("desk").post(path, data=fields)
    assert (page.status_code, are_one(desk, stored)) == (409, True)
    assert "Something was booked meanwhile. Look again." in text_of(page)
    again = fields_of(page, "part-form")
    assert again.getlist("theirs") == [str(desk.facts(new)["id"])]
    assert again.getlist("others") == [str(desk.facts(others)["id"])]
    assert desk.member("desk").post(path, data=again).status_code == 302
    assert [owner_of(desk, one) for one in (theirs, others, new)] == ["Alpha", "Merge Alfa", "Merge Alfa"]


@pytest.mark.parametrize("seen", ["", "x", "0,,-1", "9" * 400])
def test_what_was_not_shown_is_not_given(parting: tuple[Desk, dict[str, int], str], seen: str) -> None:
    desk, stored, path = parting
    theirs = desk.booked("10:00", name="Merge Alfa")
    number = str(desk.facts(theirs)["id"])
    assert desk.post("desk", path, seen=seen, theirs=number).status_code == 409
    assert are_one(desk, stored)


def test_where_nothing_was_made_meanwhile_it_is_undone_at_once(
    parting: tuple[Desk, dict[str, int], str],
) -> None:
    desk, stored, path = parting
    done = desk.post("desk", path)
    assert done.location == f"/staff/clients/{stored['Alpha']}"
    assert not are_one(desk, stored)
    assert "Made meanwhile" not in text_of(desk.member("desk").get(done.location))


def test_notes_alone_are_told_of_before_and_after(parting: tuple[Desk, dict[str, int], str]) -> None:
    desk, stored, path = parting
    with desk.app.app_context():
        write_note(stored["Alpha"], NoteKind.DESK, "Parks behind.", STAFF, NOW)
    page = desk.post("desk", path)
    assert page.status_code == 409
    done = desk.member("desk").post(path, data=fields_of(page, "part-form"), follow_redirects=True)
    assert "Made meanwhile, and still with Alpha: 1 note." in text_of(done)
