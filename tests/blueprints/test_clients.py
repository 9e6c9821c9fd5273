"""The clients' pages: who finds whom, what is shown to whom, what is asked before anything is overwritten."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app.actions.day import Click, mark_no_show
from app.actions.managing import Change, cancel
from app.actions.merging import Merged, merge
from app.domain.appointments import Actor
from app.extensions import db
from app.models import AuditLine, Client, ClientMerge, ClientNote
from app.store.clients import add_client, get_client
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import NOW

DESK = Actor("staff", "desk@example.com")
FIELDS = {
    "name": "Mina Cole",
    "phone": "902-555-0155",
    "email": "mina@example.com",
    "detail": "full",
    "language": "en",
}


def written(desk: Desk, name: str, email: str | None = None, phone: str | None = None) -> int:
    """A stored client."""
    with desk.app.app_context(), transaction():
        return add_client(name, email, phone, "en", NOW).id


def client_of(desk: Desk, reference: str) -> int:
    """The client of an appointment."""
    with desk.app.app_context():
        name = desk.facts(reference)["client"]
        return db.session.scalars(select(Client.id).where(Client.name == name)).one()


def stored(desk: Desk, client_id: int) -> dict[str, Any]:
    """How a client stands in the database."""
    with desk.app.app_context():
        row = get_client(client_id)
        names = ("name", "row_version", "merged_into_id", "blocked_at", "guardian_name")
        return {name: getattr(row, name) for name in names} | {
            "email": row.contact.email,
            "phone": row.contact.phone,
        }


def test_a_client_is_found_and_what_was_typed_is_marked(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mína Côle", phone="902-555-0155")
    page = desk.member("desk").get("/staff/clients?q=mnia")
    assert "<mark>Mína</mark> Côle" in page.text
    assert "Next Mon 23 Nov" in text_of(page)
    assert f'<a href="/staff/appointments/{reference}">Mon 23 Nov' in page.text
    assert "902-<mark>555</mark>-0155" in desk.member("desk").get("/staff/clients?q=555").text
    assert "Nobody like that" in desk.member("desk").get("/staff/clients?q=zzzz").text
    assert "at least two letters" in desk.member("desk").get("/staff/clients?q=z").text
    assert 'action="/staff/clients"' in desk.member("desk").get("/staff/").text  # the search of every page


def test_the_first_few_are_offered_as_a_choice_for_a_form(desk: Desk) -> None:
    mina = written(desk, "Mina Cole", "mina@example.com", "902-555-0155")
    part = desk.member("desk").get("/staff/clients/suggest?q=min")
    assert f'name="client" id="client-{mina}" value="{mina}"' in part.text
    assert "<html" not in part.text
    assert "Nobody like that" in desk.member("desk").get("/staff/clients/suggest?q=zzzz").text


@pytest.mark.parametrize(
    "typed", ["%", "'; drop table client", "💆" * 50, "a" * 5000, "902" * 500, "\u202e\u0301", "~sh"]
)
def test_nothing_that_is_typed_breaks_the_search(desk: Desk, typed: str) -> None:
    written(desk, "Mina Cole")
    for path in ("/staff/clients", "/staff/clients/suggest"):
        assert desk.member("desk").get(path, query_string={"q": typed}).status_code == 200


def test_therapists_find_and_open_their_own_clients_only(desk: Desk) -> None:
    own = client_of(desk, desk.booked("10:00", name="Mina Cole", email="family@example.com"))
    others = client_of(
        desk, desk.booked("10:00", name="Mina Park", therapist="therapist-2", email="family@example.com")
    )
    found = desk.member("therapist").get("/staff/clients?q=mina").text
    assert f"/staff/clients/{own}" in found
    assert f"/staff/clients/{others}" not in found
    page = desk.member("therapist").get(f"/staff/clients/{own}")
    assert page.status_code == 200
    assert "Mina Park" not in page.text  # the household, too
    assert "Mina Park" in desk.member("desk").get(f"/staff/clients/{own}").text
    for path in (f"/staff/clients/{others}", "/staff/clients/4711", f"/staff/clients/{2**40}"):
        assert desk.member("therapist").get(path).status_code == 404
    for act in ("notes", "treatment-notes", "preferences", "preferences/save"):
        assert (
            desk.post("therapist", f"/staff/clients/{others}/{act}", kind="desk", text="x").status_code == 404
        )
    with desk.app.app_context():
        assert db.session.scalars(select(ClientNote)).all() == []


def test_therapists_see_their_own_sessions_of_a_client_only(desk: Desk) -> None:
    own = desk.booked("10:00", name="Mina Cole")
    other = desk.booked("12:00", name="Mina Cole", therapist="therapist-2")
    path = f"/staff/clients/{client_of(desk, own)}"
    assert other not in desk.member("therapist").get(path).text
    assert {own in desk.member("desk").get(path).text, other in desk.member("desk").get(path).text} == {True}


def test_editing_saves_and_who_comes_second_keeps_what_they_typed(desk: Desk) -> None:
    mina = written(desk, "Mina Cole", "mina@example.com", "902-555-0155")
    path = f"/staff/clients/{mina}/edit"
    first = form_of(desk.member("desk").get(path), "")
    second = form_of(desk.member("owner").get(path), "")
    answer = desk.member("desk").post(path, data=first | {"email": "New@Example.com", "guardian": "Ann Cole"})
    assert answer.location == f"/staff/clients/{mina}"
    late = desk.member("owner").post(path, data=second | {"name": "Wilhelmina Cole"})
    assert late.status_code == 409
    assert 'value="Wilhelmina Cole"' in late.text
    assert "new@example.com" in text_of(late)
    assert stored(desk, mina)["name"] == "Mina Cole"
    again = form_of(late, "") | {"email": "new@example.com", "guardian": "Ann Cole"}
    assert desk.member("owner").post(path, data=again).status_code == 302
    assert stored(desk, mina) | {"row_version": 0} == {
        "name": "Wilhelmina Cole",
        "row_version": 0,
        "merged_into_id": None,
        "blocked_at": None,
        "guardian_name": "Ann Cole",
        "email": "new@example.com",
        "phone": "902-555-0155",
    }


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Enter the client"),
        ("name", "x" * 200, "too long"),
        ("email", "nobody", "Enter an e-mail address"),
        ("phone", "12", "Enter a telephone number"),
        ("language", "xx", "not on offer"),
        ("detail", "xx", "not on offer"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_saved(
    desk: Desk, field: str, typed: str, said: str
) -> None:
    mina = written(desk, "Mina Cole", "mina@example.com", "902-555-0155")
    answer = desk.post("desk", f"/staff/clients/{mina}/edit", **(FIELDS | {"row_version": "1", field: typed}))
    assert answer.status_code == 422
    assert said in answer.text
    assert stored(desk, mina)["row_version"] == 1


def test_several_people_under_one_address_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", email="family@example.com", phone="902-555-0155")
    desk.booked("12:00", name="Rob Cole", email="family@example.com", phone="902-555-0166")
    with desk.app.app_context():
        rows = db.session.scalars(select(Client).order_by(Client.id)).all()
        assert [(row.name, row.contact.phone) for row in rows] == [
            ("Mina Cole", "902-555-0155"),
            ("Rob Cole", "902-555-0166"),
        ]
        mina, rob = (row.id for row in rows)
    page = desk.member("desk").get(f"/staff/clients/{mina}")
    assert f'href="/staff/clients/{rob}"' in page.text
    assert "The same person twice" not in page.text
    desk.post("desk", f"/staff/clients/{mina}/edit", **(FIELDS | {"row_version": "1"}))
    assert stored(desk, mina)["email"] == "mina@example.com"
    assert stored(desk, rob)["email"] == "family@example.com"


def test_where_the_contact_is_shared_it_is_asked_for_whom(desk: Desk) -> None:
    mina = written(desk, "Mina Cole", "family@example.com", "902-555-0155")
    rob = written(desk, "Rob Cole")
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Client).where(Client.id == rob).values(contact_id=get_client(mina).contact_id))
    path = f"/staff/clients/{mina}/edit"
    asked = desk.post("desk", path, **(FIELDS | {"row_version": "1"}))
    assert asked.status_code == 422
    assert "For everybody reached there: Mina Cole, Rob Cole" in asked.text
    desk.post("desk", path, **(FIELDS | {"row_version": "1", "whose": "person"}))
    assert (stored(desk, mina)["email"], stored(desk, rob)["email"]) == (
        "mina@example.com",
        "family@example.com",
    )


def test_blocking_and_unblocking(desk: Desk) -> None:
    mina = written(desk, "Mina Cole", "mina@example.com")
    desk.post("desk", f"/staff/clients/{mina}/block")
    page = desk.member("desk").get(f"/staff/clients/{mina}")
    assert "Books by telephone only" in page.text
    assert "blocked online" in desk.member("desk").get("/staff/clients?q=mina").text
    desk.post("owner", f"/staff/clients/{mina}/unblock")
    assert stored(desk, mina)["blocked_at"] is None


def test_desk_notes_are_for_everybody_and_treatment_notes_for_who_treats(desk: Desk) -> None:
    mina = client_of(desk, desk.booked("10:00", name="Mina Cole"))
    path = f"/staff/clients/{mina}"
    assert "Nothing about health here" in desk.member("desk").get(path).text
    assert desk.post("desk", f"{path}/notes", kind="desk", text="Parks at the back.").status_code == 302
    assert (
        desk.post("therapist", f"{path}/notes", kind="treatment", text="Left hip tight.").status_code == 302
    )
    assert desk.post("desk", f"{path}/notes", kind="treatment", text="No.").status_code == 403
    assert desk.post("desk", f"{path}/notes", kind="diary", text="No.").status_code == 400
    empty = desk.post("desk", f"{path}/notes", kind="desk", text="  ")
    assert (empty.status_code, "Write the note first." in empty.text) == (422, True)
    for role in ("owner", "desk", "therapist"):
        page = desk.member(role).get(path)
        assert "Parks at the back." in page.text
        assert "Left hip" not in page.text
    for role in ("owner", "therapist"):
        assert "Left hip tight." in desk.post(role, f"{path}/treatment-notes").text
    assert desk.post("desk", f"{path}/treatment-notes").status_code == 403
    with desk.app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "treatment notes opened")).all()
        assert [line.actor for line in lines] == ["owner@example.com", "therapist@example.com"]


@pytest.mark.parametrize("kind", ["desk", "treatment"])
def test_a_note_that_is_sent_twice_is_kept_once(desk: Desk, kind: str) -> None:
    mina = client_of(desk, desk.booked("10:00", name="Mina Cole"))
    path = f"/staff/clients/{mina}/notes"
    for minutes, role, text in (
        (0, "owner", "Parks behind."),
        (0, "owner", "Parks behind."),
        (0, "owner", "Parks behind!"),
        (0, "therapist", "Parks behind."),
        (2, "owner", "Parks behind."),
    ):
        desk.member(role)
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert desk.post(role, path, kind=kind, text=text).status_code == 302
    with desk.app.app_context():
        assert len(db.session.scalars(select(ClientNote)).all()) == 4
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == f"{kind} note written")).all()
        assert len(lines) == 4


def test_preferences_open_for_who_treats_and_the_desk_sees_that_there_are_some(desk: Desk) -> None:
    mina = client_of(desk, desk.booked("10:00", name="Mina Cole"))
    path = f"/staff/clients/{mina}"
    said = {"pressure": "light", "avoid": "left knee", "heed": "blood thinners", "row_version": "1"}
    assert desk.post("therapist", f"{path}/preferences/save", **said).status_code == 302
    page = desk.member("desk").get(path)
    assert "opens for who treats them" in page.text
    assert "thinners" not in page.text
    assert "thinners" in desk.post("therapist", f"{path}/preferences").text
    stale = desk.post("owner", f"{path}/preferences/save", **(said | {"avoid": "right knee"}))
    assert (stale.status_code, "right knee" in stale.text) == (409, True)
    odd = desk.post(
        "owner", f"{path}/preferences/save", **(said | {"pressure": "crushing", "row_version": "2"})
    )
    assert odd.status_code == 422
    assert desk.post("desk", f"{path}/preferences").status_code == 403


def test_merging_shows_both_first_and_is_undone_from_the_page(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0155")
    mina, twin = client_of(desk, reference), written(desk, "Mína Côle", "mc@example.com", "+1 902 555 0155")
    page = desk.member("desk").get(f"/staff/clients/{twin}")
    preview = f"/staff/clients/{twin}/merge/{mina}"
    assert "The same person twice?" in page.text
    assert preview in page.text
    shown = desk.member("desk").get(preview)
    assert "Monday 23 November 2026, 10:00 am" in text_of(shown)
    assert stored(desk, mina)["merged_into_id"] is None
    assert desk.member("desk").post(preview, data=form_of(shown, "") | {"kept": "4711"}).status_code == 422
    done = desk.member("desk").post(preview, data=form_of(shown, "") | {"kept": str(twin)})
    assert done.location == f"/staff/clients/{twin}"
    page = desk.member("desk").get(f"/staff/clients/{twin}")
    assert reference in page.text
    assert desk.member("desk").get(f"/staff/clients/{mina}").location == f"/staff/clients/{twin}"
    assert desk.member("therapist").get(f"/staff/clients/{twin}").status_code == 200
    with desk.app.app_context():
        number = db.session.scalars(select(ClientMerge.id)).one()
    assert desk.post("desk", f"/staff/clients/{twin}/merges/{number + 1}/undo").status_code == 404
    desk.post("desk", f"/staff/clients/{twin}/merges/{number}/undo")
    assert stored(desk, mina)["merged_into_id"] is None
    assert reference not in desk.member("desk").get(f"/staff/clients/{twin}").text


def test_a_preview_counts_what_was_missed_in_words_of_one_and_of_many(desk: Desk) -> None:
    late, other_late = desk.booked("10:00", name="Mina Cole"), desk.booked("12:00", name="Mina Cole")
    missed, late_as_well = desk.booked("14:00", name="Theo Ruiz"), desk.booked("16:00", name="Theo Ruiz")
    mina, theo = client_of(desk, late), client_of(desk, missed)
    numbers = {one: desk.facts(one)["id"] for one in (late, other_late, missed, late_as_well)}
    with desk.app.app_context():
        for one in (late, other_late, late_as_well):
            change = Change(numbers[one], DESK, None, by_staff=True, for_client=True)
            cancel(change, NOW + timedelta(days=3))
        mark_no_show(Click(numbers[missed], 1, DESK), NOW + timedelta(days=3, hours=6))
    shown = text_of(desk.member("desk").get(f"/staff/clients/{mina}/merge/{theo}"))
    assert "Missed 2 late cancellations" in shown
    assert "Missed 1 no-show, 1 late cancellation " in shown
    nothing = written(desk, "Ida Falk")
    assert "Missed nothing" in text_of(desk.member("desk").get(f"/staff/clients/{mina}/merge/{nothing}"))


def test_what_was_changed_since_the_preview_is_looked_at_again(desk: Desk) -> None:
    mina, twin = written(desk, "Mina Cole"), written(desk, "Mina Cole", "mc@example.com")
    preview = f"/staff/clients/{mina}/merge/{twin}"
    said = form_of(desk.member("desk").get(preview), "")
    desk.post("owner", f"/staff/clients/{twin}/edit", **(FIELDS | {"row_version": "1"}))
    answer = desk.member("desk").post(preview, data=said)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert desk.member("desk").post(preview, data=form_of(answer, "")).status_code == 302
    assert stored(desk, twin)["merged_into_id"] == mina


def test_history_and_messages_are_turned_page_by_page(desk: Desk) -> None:
    mina = client_of(desk, desk.booked("08:00", name="Mina Cole"))
    twin = written(desk, "Mina C")
    with desk.app.app_context():
        assert isinstance(merge(twin, mina, None, DESK, NOW), Merged)
    for clock in ("09:15", "10:30", "11:45", "13:00", "14:15", "15:30", "16:45", "18:00"):
        desk.booked(clock, name="Mina Cole")
    first = desk.member("desk").get(f"/staff/clients/{twin}")
    assert "messages=2#messages" in first.text
    second = desk.member("desk").get(f"/staff/clients/{twin}?messages=2&history=99999999")
    assert second.status_code == 200
    assert "messages=1#messages" in second.text.replace("history=5000&amp;", "")


def test_an_appointments_reference_opens_the_appointment(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    desk.booked("12:00", name="Theo Ruiz", therapist="therapist-2")
    code = reference.partition("-")[2]
    for said in (reference, reference.lower(), code, f" {code} "):
        found = desk.member("desk").get("/staff/clients", query_string={"q": said})
        assert found.headers.get("Location") == f"/staff/appointments/{reference}", said
    assert desk.member("desk").get("/staff/clients?q=Mina").status_code == 200
    assert "Mon 23 Nov, 10:00 am" in text_of(desk.member("desk").get("/staff/clients?q=Mina"))


def test_a_reference_of_another_therapists_session_opens_nothing(desk: Desk) -> None:
    reference = desk.booked("12:00", name="Theo Ruiz", therapist="therapist-2")
    page = desk.member("therapist").get("/staff/clients", query_string={"q": reference})
    assert page.status_code == 200
    assert "Theo Ruiz" not in text_of(page)
