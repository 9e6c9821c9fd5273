"""What stays closed and whole on the clients' pages: health text, what was typed, what others have saved meanwhile."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.actions.merging import Merged, merge
from app.actions.staff import NewMember, add_staff_member
from app.domain.appointments import Actor
from app.extensions import db
from app.models import Appointment, AuditLine, Client
from app.store.clients import add_client, get_client
from app.store.transactions import transaction
from tests.support.desk import PASSWORD, Desk, form_of, text_of
from tests.support.rows import NOW

DESK = Actor("staff", "desk@example.com")
FIELDS = {
    "name": "Mina Cole",
    "phone": "902-555-0155",
    "email": "mina@example.com",
    "detail": "full",
    "language": "en",
}
SAID = {"pressure": "light", "avoid": "left knee", "heed": "blood thinners"}


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


def merged(desk: Desk, kept: int, gone: int) -> int:
    """The number of the merge."""
    with desk.app.app_context():
        answer = merge(kept, gone, None, DESK, NOW)
        assert isinstance(answer, Merged)
        return answer.merge_id or 0


def version(desk: Desk, client_id: int) -> str:
    """As a form says it."""
    return str(stored(desk, client_id)["row_version"])


def opened_by(desk: Desk, member: str, act: str) -> list[str | None]:
    """Of which clients that member has opened something."""
    lines = select(AuditLine).where(AuditLine.act == act, AuditLine.actor == f"{member}@example.com")
    with desk.app.app_context():
        return [line.subject_id for line in db.session.scalars(lines.order_by(AuditLine.id))]


@pytest.fixture
def two_hats(desk: Desk) -> tuple[Desk, int, int]:
    """Somebody who runs the desk and treats, an own client of theirs, and another therapist's client with health text."""
    with desk.app.app_context():
        hasher = desk.app.extensions["security"].pwd_context.hash
        roles = ["desk", "therapist"]
        add_staff_member(
            NewMember("both@example.com", roles, PASSWORD, "Both", "therapist-2"), hasher, DESK, NOW
        )
    own = client_of(desk, desk.booked("10:00", name="Ann Own", therapist="therapist-2"))
    other = client_of(desk, desk.booked("10:00", name="Zed Other"))
    path = f"/staff/clients/{other}"
    desk.post("therapist", f"{path}/notes", kind="treatment", text="Left hip tight.")
    desk.post("therapist", f"{path}/preferences/save", **SAID, row_version=version(desk, other))
    desk.post("both", f"/staff/clients/{own}/notes", kind="treatment", text="Own words.")
    return desk, own, other


@pytest.mark.parametrize("kept_is_own", [True, False])
def test_a_merge_opens_nobodys_health_text(two_hats: tuple[Desk, int, int], kept_is_own: bool) -> None:
    desk, own, other = two_hats
    kept, gone = (own, other) if kept_is_own else (other, own)
    merged(desk, kept, gone)
    path = f"/staff/clients/{kept}"
    assert "under another stored entry" in text_of(desk.member("both").get(path))
    notes = desk.post("both", f"{path}/treatment-notes")
    assert (notes.status_code, "Own words." in notes.text, "Left hip" in notes.text) == (200, True, False)
    assert "thinners" not in desk.post("both", f"{path}/preferences").text
    assert "thinners" not in desk.post("both", "/staff/schedule/2026-11-23/print").text
    assert opened_by(desk, "both", "treatment notes opened") == [str(own)]
    for role in ("owner", "therapist"):
        assert "Left hip tight." in desk.post(role, f"{path}/treatment-notes").text
        assert "thinners" in desk.post(role, f"{path}/preferences").text
    assert opened_by(desk, "owner", "treatment notes opened") == [str(own), str(other)]


def test_nobody_writes_over_preferences_that_do_not_open_for_them(two_hats: tuple[Desk, int, int]) -> None:
    desk, own, other = two_hats
    merged(desk, own, other)
    said = SAID | {"heed": "asthma", "row_version": version(desk, own)}
    assert desk.post("both", f"/staff/clients/{own}/preferences/save", **said).status_code == 302
    page = desk.post("owner", f"/staff/clients/{own}/preferences").text
    assert "thinners" in page
    assert "asthma" in page
    said = SAID | {"heed": "all of it", "row_version": version(desk, own)}
    assert desk.post("owner", f"/staff/clients/{own}/preferences/save", **said).status_code == 302
    said = SAID | {"heed": "less of it", "row_version": version(desk, own)}
    assert desk.post("both", f"/staff/clients/{own}/preferences/save", **said).status_code == 302
    page = desk.post("owner", f"/staff/clients/{own}/preferences").text
    assert ("less of it" in page, "thinners" in page) == (True, False)  # what the owner wrote over stays so


def test_whose_client_was_merged_into_anothers_keeps_what_they_typed(two_hats: tuple[Desk, int, int]) -> None:
    desk, own, other = two_hats
    said = SAID | {"heed": "asthma", "row_version": version(desk, own)}
    merged(desk, other, own)
    answer = desk.post("both", f"/staff/clients/{own}/preferences/save", **said)
    assert (answer.status_code, "asthma" in answer.text, "thinners" in answer.text) == (403, True, False)
    assert "thinners" in desk.post("owner", f"/staff/clients/{other}/preferences").text
    desk.post("both", f"/staff/clients/{own}/notes", kind="treatment", text="After the merge.")
    assert "After the merge." in desk.post("both", f"/staff/clients/{other}/treatment-notes").text


def test_a_session_that_was_cancelled_opens_no_health_text(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    path = f"/staff/clients/{client_of(desk, reference)}"
    assert desk.post("therapist", f"{path}/treatment-notes").status_code == 200
    with desk.app.app_context(), transaction() as rows:
        gone = {"state": "cancelled", "cancelled_by": "client"}
        rows.execute(update(Appointment).where(Appointment.reference == reference).values(**gone))
    assert desk.member("therapist").get(path).status_code == 200
    assert desk.post("therapist", f"{path}/treatment-notes").status_code == 403
    assert desk.post("therapist", f"{path}/preferences").status_code == 403
    assert desk.post("therapist", f"{path}/notes", kind="treatment", text="x").status_code == 403


def test_what_is_posted_about_who_was_merged_is_about_who_is_kept(desk: Desk) -> None:
    mina, twin = written(desk, "Mina Cole", "mina@example.com"), written(desk, "Mina C", "mc@example.com")
    merge_id = merged(desk, mina, twin)
    path, to = f"/staff/clients/{twin}", f"/staff/clients/{mina}"
    assert desk.member("desk").get(f"{path}/edit").location == to
    assert (
        desk.post("desk", f"{path}/notes", kind="desk", text="Parks at the back.").location == f"{to}#notes"
    )
    assert desk.post("owner", f"{path}/notes", kind="treatment", text="Left hip.").status_code == 302
    assert "Parks at the back." in desk.member("desk").get(to).text
    assert "Left hip." in desk.post("owner", f"{path}/treatment-notes").text
    assert "Nothing is noted." in desk.post("owner", f"{path}/preferences").text
    desk.post("desk", f"{path}/block")
    assert stored(desk, mina)["blocked_at"] is not None
    desk.post("desk", f"{path}/unblock")
    assert stored(desk, mina)["blocked_at"] is None
    assert desk.post("desk", f"{path}/merge/{mina}").location == to
    desk.post("desk", f"{path}/merges/{merge_id}/undo")
    assert stored(desk, twin)["merged_into_id"] is None


def test_a_form_of_who_was_merged_meanwhile_is_shown_again_beside_who_is_kept(desk: Desk) -> None:
    mina, twin = written(desk, "Mina Cole", "mina@example.com"), written(desk, "Mina C", "mc@example.com")
    path, to = f"/staff/clients/{twin}", f"/staff/clients/{mina}"
    typed = form_of(desk.member("desk").get(f"{path}/edit"), "") | {"name": "Wilhelmina"}
    said = SAID | {"row_version": "1"}
    merged(desk, mina, twin)
    answer = desk.member("desk").post(f"{path}/edit", data=typed)
    assert (answer.status_code, 'value="Wilhelmina"' in answer.text) == (409, True)
    assert "mina@example.com" in text_of(answer)
    assert stored(desk, mina)["name"] == "Mina Cole"
    assert desk.member("desk").post(f"{to}/edit", data=form_of(answer, f"{to}/edit")).status_code == 302
    assert stored(desk, mina)["name"] == "Wilhelmina"
    answer = desk.post("owner", f"{path}/preferences/save", **said)
    assert (answer.status_code, "blood thinners" in answer.text) == (409, True)
    assert f'action="{to}/preferences/save"' in answer.text
    again = said | {"row_version": version(desk, mina)}
    assert desk.post("owner", f"{to}/preferences/save", **again).status_code == 302


def test_who_saves_preferences_second_sees_the_firsts_and_that_is_written_down(desk: Desk) -> None:
    mina = client_of(desk, desk.booked("10:00", name="Mina Cole"))
    path = f"/staff/clients/{mina}/preferences/save"
    said = SAID | {"row_version": version(desk, mina)}
    assert desk.post("therapist", path, **said).status_code == 302
    late = desk.post("owner", path, **(said | {"heed": "asthma"}))
    assert late.status_code == 409
    assert ("blood thinners" in late.text, "asthma" in late.text) == (True, True)
    assert opened_by(desk, "owner", "preferences opened") == [str(mina)]
    assert form_of(late, path)["row_version"] == version(desk, mina)


@pytest.mark.parametrize("lacks", ["pressure", "avoid", "heed", "row_version", "everything"])
def test_preferences_sent_in_part_erase_nothing(desk: Desk, lacks: str) -> None:
    mina = written(desk, "Mina Cole")
    path = f"/staff/clients/{mina}/preferences/save"
    desk.post("owner", path, **SAID, row_version="1")
    whole = {"pressure": "firm", "avoid": "", "heed": "asthma", "row_version": "2"}
    part = {name: value for name, value in whole.items() if lacks not in (name, "everything")}
    answer = desk.post("owner", path, **part)
    assert answer.status_code == 422
    assert "blood thinners" in answer.text  # what is stored stands beside
    assert version(desk, mina) == "2"
    assert desk.post("owner", path, **(whole | {"row_version": "two"})).status_code == 422
    assert desk.post("owner", path, **whole).status_code == 302


@pytest.mark.parametrize("row_version", [None, "", "one", str(2**40)])
def test_an_edit_that_does_not_say_what_it_is_based_on_is_shown_again(
    desk: Desk, row_version: str | None
) -> None:
    mina = written(desk, "Mina Cole", "mina@example.com", "902-555-0155")
    typed = FIELDS | {"name": "Wilhelmina", "guardian": "Ann Cole"}
    more = {} if row_version is None else {"row_version": row_version}
    answer = desk.post("desk", f"/staff/clients/{mina}/edit", **typed, **more)
    assert answer.status_code == 422
    assert {'value="Wilhelmina"' in answer.text, 'value="Ann Cole"' in answer.text} == {True}
    assert stored(desk, mina)["name"] == "Mina Cole"
    again = form_of(answer, "")
    assert again["row_version"] == "1"
    assert desk.member("desk").post(f"/staff/clients/{mina}/edit", data=again).status_code == 302


def test_therapists_see_only_own_clients_among_those_who_share_the_contact(desk: Desk) -> None:
    mina = client_of(desk, desk.booked("10:00", name="Mina Cole"))
    rob = client_of(desk, desk.booked("12:00", name="Rob Cole"))
    zed = client_of(desk, desk.booked("10:00", name="Zed Other", therapist="therapist-2"))
    with desk.app.app_context(), transaction() as rows:
        shared = {"contact_id": get_client(mina).contact_id}
        rows.execute(update(Client).where(Client.id.in_([rob, zed])).values(**shared))
    page = desk.member("therapist").get(f"/staff/clients/{mina}").text
    assert ("Rob Cole" in page, "Zed Other" in page) == (True, False)
    assert "Rob Cole, Zed Other" in desk.member("desk").get(f"/staff/clients/{mina}").text
