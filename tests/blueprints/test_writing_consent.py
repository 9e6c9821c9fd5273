"""Staff write down what a client agreed to on paper or on the telephone: it counts like a consent that was given online."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.consenting import open_consent, withdraw_text
from app.actions.erasing import close
from app.actions.outcomes import Booked, Refused
from app.domain.appointments import Actor
from app.domain.consent import ConsentTerms
from app.domain.slots import Refusal
from app.extensions import db
from app.models import AuditLine, Consent
from app.store.clients import add_client, get_client
from app.store.consents import list_consents
from app.store.records import read_record
from app.store.transactions import transaction
from tests.support.desk import Desk, make_desk, sign_in, text_of
from tests.support.filled_form import fields_of
from tests.support.rows import NOW, at, order, wish
from tests.support.safety import answered, ask_before, change_consent_text

OWNER = Actor("staff", "owner@example.com")
PAGE = "/staff/clients/1/consents/write"
SAID = {
    "how": "paper",
    "given_on": "2026-11-18",
    "area-belly": "yes",
    "area-groin": "no",
    "draping": "covered by a sheet",
    "clothing": "stays dressed",
    "stop_word": "Marmot",
    "agreed": "y",
}


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A practice that asks for consent, and Jo Park, who has agreed to nothing yet."""
    with time_machine.travel(NOW, tick=False) as clock:
        desk = make_desk(app)
        with app.app_context():
            ask_before()
            with transaction():
                add_client("Jo Park", "jo.park@example.com", None, "en", NOW)
        desk.clock = clock  # type: ignore[attr-defined]
        yield desk


def write(desk: Desk, role: str = "desk", version: int = 1, **changes: str) -> TestResponse:
    return desk.post(role, f"{PAGE}/{version}", **(SAID | changes))


def booked(desk: Desk, key: str = "1") -> Booked | Refused | object:
    """Jo books with the answers to all questions, and without a consent."""
    with desk.app.app_context():
        said = answered(NOW, f"visitor {key}")
        return book(order(wish(at("10:00")), key=key, screening_token=said.token), NOW)


def test_a_consent_on_paper_counts_like_one_online(desk: Desk) -> None:
    before = booked(desk)
    assert isinstance(before, Refused)
    assert before.refusal is Refusal.NEEDS_CONSENT
    page = desk.member("desk").get("/staff/clients/1")
    assert f'href="{PAGE}/1"' in page.text
    assert "Nothing has been agreed to yet." in page.text
    assert write(desk).headers["Location"] == "/staff/clients/1#consent"
    made = booked(desk, "2")
    assert isinstance(made, Booked)
    seen = text_of(desk.member("desk").get(f"/staff/appointments/{made.reference}"))
    assert "Jo Park has agreed on paper." in seen


def test_what_was_agreed_to_is_sealed_and_who_wrote_it_down_is_in_the_log(desk: Desk) -> None:
    write(desk, how="phone")
    with desk.app.app_context():
        row = db.session.query(Consent).one()
        assert b"Marmot" not in row.sealed_terms
        assert (row.given_by, row.given_at, row.given_how, str(row.given_on)) == (
            "desk@example.com",
            NOW,
            "phone",
            "2026-11-18",
        )
        line = db.session.query(AuditLine).filter_by(act="consent written down").one()
        assert (line.actor, line.subject, line.subject_id) == ("desk@example.com", "client", "1")
        assert line.detail == {"text": "deep", "version": 1, "how": "phone", "on": "2026-11-18"}
        terms = ConsentTerms({"belly": True, "groin": False}, "covered by a sheet", "Marmot", "stays dressed")
        assert open_consent(row.id, OWNER, NOW).terms == terms
        (told,) = read_record([1], [1])[0]["consents"]
        assert (told["given by"], told["given how"], told["written down by"]) == (
            "client",
            "phone",
            "desk@example.com",
        )
        assert str(told["given"]) == "2026-11-18"
    shown = text_of(desk.member("owner").get("/staff/clients/1"))
    assert "Agreed by telephone on Wednesday 18 November 2026; written down by desk@example.com" in shown
    assert "Marmot" not in shown
    assert "Consent written down, given to staff" in text_of(desk.member("owner").get("/staff/audit"))


def test_it_is_asked_again_when_the_text_changes(desk: Desk) -> None:
    write(desk)
    with desk.app.app_context():
        change_consent_text()
    again = booked(desk)
    assert isinstance(again, Refused)
    assert again.refusal is Refusal.NEEDS_CONSENT
    shown = desk.member("desk").get("/staff/clients/1")
    assert "the text has changed since" in shown.text
    assert f'href="{PAGE}/2"' in shown.text
    old = desk.member("desk").get(f"{PAGE}/1").text
    assert "This is an older version" in old
    assert f'href="{PAGE}/2"' in old
    write(desk, version=1)
    assert isinstance(booked(desk, "2"), Refused)
    write(desk, version=2)
    assert isinstance(booked(desk, "3"), Booked)


def test_one_from_the_day_on_which_it_was_taken_back_or_before_does_not_count(desk: Desk) -> None:
    write(desk)
    with desk.app.app_context():
        text_id = list_consents([1])[0].text_id
        assert withdraw_text(1, text_id, OWNER, NOW)
    desk.clock.move_to(NOW + timedelta(hours=2))  # type: ignore[attr-defined]
    for day in ("2026-11-18", "2026-11-20"):
        refused = write(desk, given_on=day)
        assert refused.status_code == 422
        assert "took their consent back on that day, or later" in refused.text
        assert 'value="Marmot"' in refused.text
    assert isinstance(booked(desk), Refused)
    desk.clock.move_to(NOW + timedelta(days=1))  # type: ignore[attr-defined]
    desk.clients.clear()  # signed out meanwhile
    assert write(desk, given_on="2026-11-21").status_code == 302
    assert isinstance(booked(desk, "2"), Booked)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"given_on": "2026-11-21"}, "Enter a date that has come"),
        ({"given_on": ""}, "Enter the date on which it was given."),
        ({"how": ""}, "Say how it was given."),
        ({"area-groin": ""}, "Say yes or no: both are fine."),
        ({"agreed": ""}, "Tick the box if they agreed."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    desk: Desk, changes: dict[str, str], sentence: str
) -> None:
    said = {name: text for name, text in (SAID | changes).items() if text}
    answer = desk.post("desk", f"{PAGE}/1", **said)
    assert answer.status_code == 422
    assert sentence in answer.text
    with desk.app.app_context():
        assert db.session.query(Consent).count() == 0


def test_for_a_minor_a_guardian_is_named_and_kept(desk: Desk) -> None:
    assert "under 18" in text_of(desk.member("desk").get(f"{PAGE}/1"))
    write(desk, guardian="Gunda Quist")
    with desk.app.app_context():
        assert get_client(1).guardian_name == "Gunda Quist"
        assert open_consent(1, OWNER, NOW).terms.guardian == "Gunda Quist"
    without = write(desk)
    assert without.status_code == 422
    assert "Enter the name of the parent or guardian who agrees." in without.text


def test_a_closed_record_takes_no_consent(desk: Desk) -> None:
    with desk.app.app_context():
        close(1, (NOW + timedelta(days=400)).date(), OWNER, NOW)
    assert PAGE not in desk.member("desk").get("/staff/clients/1").text
    answer = write(desk)
    assert answer.status_code == 302
    assert "This record is closed" in desk.member("desk").get(answer.headers["Location"]).text
    with desk.app.app_context():
        assert db.session.query(Consent).count() == 0


def test_what_was_typed_outlives_the_session_of_who_typed_it(desk: Desk) -> None:
    client = desk.member("desk")
    form = fields_of(client.get(f"{PAGE}/1"), "write-consent")
    for name, said in SAID.items():
        form[name] = said
    desk.clock.shift(timedelta(hours=9))  # type: ignore[attr-defined]
    answer = client.post(f"{PAGE}/1", data=form)
    assert answer.headers["Location"] == "/staff/login?next=/staff/kept"
    sign_in(client, "desk@example.com", next="/staff/kept")
    shown = client.get("/staff/kept").text
    assert "Write down a client&#39;s consent" in shown
    assert "Marmot" in shown


def test_another_therapists_client_is_not_there_and_an_unknown_version_neither(desk: Desk) -> None:
    desk.add("other", "therapist", "therapist-2")
    assert write(desk, "other").status_code == 404
    assert write(desk, version=99).status_code == 404
    assert desk.member("desk").get(f"{PAGE}/99999999999999999999").status_code == 404
    assert write(desk, version=99999999999999999999).status_code == 404
