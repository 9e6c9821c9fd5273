"""A client's record on the pages: copied by who may, erased or closed by the owner, asked for behind the client's link."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from sqlalchemy import select

from app.actions.retention import sweep
from app.domain.wishes import Wishes
from app.models import Client, Screening
from app.store.audit import list_audit_lines
from app.store.clients import get_client
from app.store.erasures_file import path
from app.store.screenings import seal_round
from app.store.transactions import transaction
from tests.support.answers import link
from tests.support.desk import Desk, form_of, text_of
from tests.support.records import CANARY, EMAIL, NAME, Known, make_known, screening_row
from tests.support.rows import at

LATER = at("20:00") + timedelta(days=1)
FORGET = {"how": "erase", "until": "", "sure": "y"}


@pytest.fixture
def known(desk: Desk) -> Known:
    """Who that is."""
    with desk.app.app_context():
        return make_known()


def record(known: Known, more: str = "") -> str:
    """The address of the record."""
    return f"/staff/clients/{known.client_id}/record{more}"


def last_line(desk: Desk, known: Known) -> tuple[str, str | None, dict[str, object]]:
    """What the log says last of the client: what, by whom, what besides."""
    with desk.app.app_context():
        line = list_audit_lines("client", known.client_id)[-1]
        return line.act, line.actor, dict(line.detail)


@pytest.mark.parametrize("role", ["owner", "therapist"])
def test_who_treats_makes_a_copy_with_everything_in_it(desk: Desk, known: Known, role: str) -> None:
    with time_machine.travel(LATER, tick=False):
        answer = desk.post(role, record(known, "/copy"), purpose="the client asked for it")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=record-{known.client_id}.zip"
    assert "no-store" in answer.headers["Cache-Control"]
    with ZipFile(BytesIO(answer.data)) as packed:
        told, page = json.loads(packed.read("record.json")), packed.read("record.html").decode()
    (row,) = told["record"]
    assert (row["client"]["name"], row["contact"]["e-mail address"]) == (NAME, EMAIL)
    given = next(one for one in row["appointments"] if one["reference"] == known.reference)
    assert given["note to the therapist"] == f"note {CANARY}"
    assert given["felt afterwards"][0]["answer"] == "same"
    assert given["rules set aside"] == [{"rule": "closed", "why": f"why {CANARY}"}]
    assert row["preferences"]["heed"] == f"heed {CANARY}"
    assert row["screenings"][0]["answers"] == {"Is anything new?": CANARY}
    assert row["consents"][0]["terms"]["stop_word"] == CANARY
    assert row["intake form"][0]["answers"] == {"medicines": CANARY}
    assert sorted(note["text"] for note in row["notes"]) == [f"desk {CANARY}", f"treatment {CANARY}"]
    assert page.count(CANARY) == json.dumps(told).count(CANARY) == 13
    assert "<script" not in page
    assert last_line(desk, known) == (
        "record exported",
        f"{role}@example.com",
        {"purpose": "the client asked for it"},
    )


def test_what_a_known_client_answered_and_gave_up_is_in_their_copy_while_it_is_kept(
    desk: Desk, known: Known
) -> None:
    def given_up() -> list[object]:
        answer = desk.post("owner", record(known, "/copy"), purpose="the client asked for it")
        with ZipFile(BytesIO(answer.data)) as packed:
            (row,) = json.loads(packed.read("record.json"))["record"]
        return [one["answers"] for one in row["screenings"][1:]]

    with desk.app.app_context(), transaction() as rows:
        client = rows.get_one(Client, known.client_id)
        row = screening_row(
            *rows.execute(select(Screening.service_id, Screening.version_id)).one(), "x", at("18:00")
        )
        row.client_id = client.id
        seal_round(row, {"q": CANARY}, Wishes(), client.wrapped_key)
        rows.add(row)
    with time_machine.travel(at("20:00"), tick=False):
        assert given_up() == [{"Is anything new?": CANARY}]
        with desk.app.app_context():
            assert sweep(LATER).answers == 1
        assert given_up() == [None]


def test_a_copy_needs_its_purpose_and_one_of_ours(desk: Desk, known: Known) -> None:
    for said in ({}, {"purpose": "curious"}):
        assert desk.post("owner", record(known, "/copy"), **said).status_code == 422
    assert last_line(desk, known)[0] != "record exported"


def test_who_treats_one_of_merged_rows_copies_no_health_text_of_the_other(desk: Desk, known: Known) -> None:
    desk.add("other", "therapist", "therapist-2")
    desk.booked("15:00", name="Nell Ott", therapist="therapist-2")
    assert desk.member("other").get(record(known)).status_code == 404
    assert desk.member("desk").get(record(known)).status_code == 403


def test_the_owner_erases_and_the_pages_say_so(desk: Desk, known: Known) -> None:
    with time_machine.travel(LATER, tick=False):
        owner = desk.member("owner")
        page = owner.get(record(known))
        assert "Erase or close" in text_of(page)
        answer = desk.post("owner", record(known, "/forget"), **FORGET)
        assert answer.location == f"/staff/clients/{known.client_id}"
        page = owner.get(answer.location)
        assert "The record is erased" in text_of(page)
        assert NAME not in page.text
        for shown in (
            record(known),
            f"/staff/appointments/{known.reference}",
            f"/staff/schedule/{at('10:00'):%Y-%m-%d}",
            "/staff/clients",
            "/staff/messages",
            "/staff/audit",
            f"/staff/schedule/{at('10:00'):%Y-%m-%d}/print",
        ):
            answered = owner.get(shown)
            assert answered.status_code == 200, shown
            assert CANARY not in answered.text


@pytest.mark.parametrize("how", ["erase", "close"])
def test_no_opening_fails_with_a_fault_afterwards(desk: Desk, known: Known, how: str) -> None:
    with time_machine.travel(LATER, tick=False):
        desk.post("owner", record(known, "/forget"), how=how, until="2036-11-24", sure="y")
        client, appointment = f"/staff/clients/{known.client_id}", f"/staff/appointments/{known.reference}"
        for address, more in (
            (f"{client}/treatment-notes", {}),
            (f"{client}/preferences", {}),
            (f"{client}/notes", {"kind": "desk", "text": "more"}),
            (f"{client}/record/copy", {"purpose": "the client asked for it"}),
            (f"{client}/block", {}),
            (f"{appointment}/note", {}),
            (f"{appointment}/reason", {}),
            (f"{appointment}/check-in", {}),
            (f"{appointment}/override", {}),
        ):
            answered = desk.post("owner", address, **more)
            assert answered.status_code in (200, 410), (address, answered.status_code)
            assert CANARY not in answered.text, address


@pytest.mark.parametrize("how", ["erase", "close"])
def test_no_address_about_them_answers_with_a_fault_afterwards(desk: Desk, known: Known, how: str) -> None:
    values = {"reference": known.reference, "client_id": known.client_id}
    with time_machine.travel(LATER, tick=False):
        desk.post("owner", record(known, "/forget"), how=how, until="2036-11-24", sure="y")
        adapter = desk.app.url_map.bind("localhost")
        for rule in desk.app.url_map.iter_rules():
            if not rule.arguments or not rule.arguments <= values.keys() or rule.endpoint == "clients.reopen":
                continue
            address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
            for method in {"GET", "POST"} & (rule.methods or set()):
                owner = desk.member("owner")
                answered = owner.get(address) if method == "GET" else desk.post("owner", address)
                assert answered.status_code < 500, (method, address)
                assert CANARY not in answered.text, (method, address)


def test_what_is_still_expected_or_not_sure_is_not_erased(desk: Desk, known: Known) -> None:
    desk.booked("16:00", name=NAME, starts_at=at("16:00") + timedelta(days=7))
    with desk.app.app_context():
        number = known.client_id
    for said, status in (
        (FORGET | {"sure": ""}, 422),
        (FORGET | {"how": "close"}, 422),
        (FORGET | {"how": "close", "until": "2020-01-01"}, 422),
        (FORGET, 409),
    ):
        with time_machine.travel(LATER, tick=False):
            assert desk.post("owner", record(known, "/forget"), **said).status_code == status
    with desk.app.app_context():
        assert get_client(number).erased_at is None


def test_an_erasure_that_can_not_be_written_down_says_so(desk: Desk, known: Known) -> None:
    with desk.app.app_context():
        path().mkdir(parents=True)
    with time_machine.travel(LATER, tick=False):
        answer = desk.post("owner", record(known, "/forget"), **FORGET)
    assert answer.status_code == 503
    assert "nothing was erased" in text_of(answer)
    with desk.app.app_context():
        assert get_client(known.client_id).name == NAME


def test_a_closed_record_opens_again_for_the_owner(desk: Desk, known: Known) -> None:
    with time_machine.travel(LATER, tick=False):
        desk.post("owner", record(known, "/forget"), **FORGET | {"how": "close", "until": "2036-11-24"})
        assert "24 November 2036" in text_of(desk.member("owner").get(record(known)))
        desk.post("owner", record(known, "/reopen"))
        assert f"note {CANARY}" in desk.post("owner", f"/staff/appointments/{known.reference}/note").text


def test_the_client_asks_behind_the_link_and_staff_see_it(desk: Desk, known: Known) -> None:
    address, client = link(desk, known.reference, "/record"), desk.app.test_client()
    with time_machine.travel(LATER, tick=False):
        page = client.get(address)
        assert CANARY not in page.text
        for wants in ("erasure", "copy", "erasure"):
            assert client.post(address, data=form_of(page, address) | {"wants": wants}).status_code == 303
        assert client.post(address, data=form_of(page, address) | {"wants": "all"}).status_code == 400
        day = desk.member("desk").get(f"/staff/schedule/{LATER:%Y-%m-%d}")
        assert text_of(day).count("asks to be forgotten") == 1
        assert text_of(day).count("asks for a copy of their record") == 1
        assert "Asked to be forgotten" in text_of(desk.member("owner").get(record(known)))
        desk.post("owner", record(known, "/copy"), purpose="the client asked for it")
        desk.post("owner", record(known, "/forget"), **FORGET)
        day = desk.member("desk").get(f"/staff/schedule/{LATER:%Y-%m-%d}")
        assert "asks" not in text_of(day)
        assert client.get(address).status_code == 404
