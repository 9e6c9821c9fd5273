"""The desk reads the questions aloud: the same outcomes as on the web, who asked is kept, and what may be set aside with a reason."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.screening import answer_questions
from app.clock import now as clock_now
from app.extensions import db
from app.models import Appointment, AuditLine, Override, Screening
from app.store.wishes import wishes_of
from tests.support.desk import Desk, text_of
from tests.support.filled_form import fields_of
from tests.support.other_questions import OTHER, RESTED, ask_something_else_before, ask_the_same_before
from tests.support.rows import MONDAY, active_claims, at, order, wish
from tests.support.safety import WELL, advise, answered, ask_before, deep_service, describe, open_in_london

WHO = {"name": "Jo Park", "phone": "902-555-0100"}


@pytest.fixture
def asking(desk: Desk) -> Desk:
    """A desk that asks before psoas release."""
    with desk.app.app_context():
        ask_before()
    return desk


def opened(desk: Desk, **more: str) -> dict[str, str]:
    """The booking page's form for Jo Park on Monday."""
    page = desk.member("desk").get(
        "/staff/book", query_string={"treatment": "psoas-release:60", "day": f"{MONDAY}"}
    )
    return fields_of(page, "caller").to_dict() | WHO | {"start": at("10:00").isoformat()} | more


def press(desk: Desk, fields: dict[str, str], button: str, **more: str) -> TestResponse:
    """Press that button of the page."""
    return desk.member("desk").post("/staff/book", data=fields | {button: "1"} | more)


def read(desk: Desk, fields: dict[str, str], **said: str) -> TestResponse:
    """Read the questions aloud and keep the answers."""
    asked = press(desk, fields, "ask")
    assert "Because of pregnant." in asked.text
    told = {f"q-{key}": answer for key, answer in (WELL | said).items()}
    return press(desk, fields_of(asked, "caller").to_dict() | {"start": fields["start"]}, "answered", **told)


def booked(page: TestResponse) -> bool:
    """Whether it was."""
    return page.status_code == 302


def rows(kind: type[Any]) -> list[Any]:
    """All of their kind."""
    return list(db.session.execute(select(kind)).scalars())


def test_without_answers_the_desk_is_told_and_may_book_with_a_reason_only(asking: Desk) -> None:
    refused = press(asking, opened(asking), "book")
    assert refused.status_code == 409
    fields = fields_of(refused, "caller").to_dict() | {"start": at("10:00").isoformat()}
    assert fields["aside"] == "not_answered"
    assert press(asking, fields, "book").status_code == 422
    again = press(asking, fields, "book", why="They answered on paper.")
    assert fields_of(again, "caller")["aside"] == "not_answered,needs_consent"
    sent = fields_of(again, "caller").to_dict() | {"start": at("10:00").isoformat()}
    assert booked(press(asking, sent, "book", why="They answered on paper."))
    with asking.app.app_context():
        assert len(rows(Override)) >= 1


def test_the_answers_are_kept_with_who_asked(asking: Desk) -> None:
    page = read(asking, opened(asking))
    assert "nothing stands against it" in page.text
    fields = fields_of(page, "caller").to_dict() | {"start": at("10:00").isoformat()}
    refused = press(asking, fields, "book")
    sent = fields_of(refused, "caller").to_dict() | {"start": at("10:00").isoformat()}
    assert sent["aside"] == "needs_consent"
    assert booked(press(asking, sent, "book", why="Agrees on paper when she comes."))
    with asking.app.app_context():
        kept = rows(Screening)[0]
        assert kept.asked_by == "desk@example.com"
        assert kept.appointment_id == rows(Appointment)[0].id
        assert "questions read aloud" in [line.act for line in rows(AuditLine)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"thinners": "aspirin"}, "A therapist looks first"),
        ({"pregnant": "yes"}, "Not without a conversation"),
        ({"pulse": "yes"}, "They need help now"),
    ],
)
def test_the_same_outcomes_are_said(asking: Desk, said: dict[str, str], words: str) -> None:
    page = read(asking, opened(asking), **said)
    assert words in page.text
    assert 'checked value="yes"' not in page.text


def test_what_is_missing_is_said_beside_its_question(asking: Desk) -> None:
    page = read(asking, opened(asking), pulse="")
    assert "Please answer this question." in page.text
    with asking.app.app_context():
        assert rows(Screening) == []


def test_a_call_may_be_booked_with_a_reason_but_not_help_now(asking: Desk) -> None:
    for said, may in (({"pregnant": "yes"}, True), ({"pulse": "yes"}, False)):
        page = read(asking, opened(asking), **said)
        fields = fields_of(page, "caller").to_dict() | {"start": at("10:00").isoformat()}
        refused = press(asking, fields, "book")
        assert refused.status_code == 409
        sent = fields_of(refused, "caller").to_dict() | {"start": at("10:00").isoformat()}
        assert sent.get("aside", "").startswith("please_call") is may
    forced = press(
        asking, sent | {"aside": "please_call,needs_consent,not_answered"}, "book", why="Never mind."
    )
    assert not booked(forced)
    with asking.app.app_context():
        assert active_claims() == []


def test_who_changes_an_answer_on_the_telephone_gets_a_review_at_best(asking: Desk) -> None:
    page = read(asking, opened(asking), pregnant="yes")
    again = read(asking, fields_of(page, "caller").to_dict() | {"start": at("10:00").isoformat()})
    assert "A therapist looks first" in again.text


def test_another_visitors_answers_are_not_the_callers(asking: Desk) -> None:
    with asking.app.app_context():
        stolen = answered(at("10:00") - timedelta(days=3), visitor="somebody")
    refused = press(asking, opened(asking, screening=stolen.token), "book")
    assert refused.status_code == 409
    assert fields_of(refused, "caller")["aside"] == "not_answered"


def test_a_known_client_is_only_asked_whether_anything_has_changed(
    asking: Desk, clock: time_machine.Traveller
) -> None:
    page = read(asking, opened(asking))
    fields = fields_of(page, "caller").to_dict() | {"start": at("10:00").isoformat()}
    sent = fields_of(press(asking, fields, "book"), "caller").to_dict() | {"start": at("10:00").isoformat()}
    press(asking, sent, "book", why="Agrees on paper.")
    clock.shift(timedelta(days=30))
    asking.clients.clear()  # signed out meanwhile
    with asking.app.app_context():
        number = rows(Appointment)[0].client_id
    page = asking.member("desk").get(
        "/staff/book", query_string={"treatment": "psoas-release:60", "client": str(number)}
    )
    assert "Nothing has changed" in page.text
    after = press(asking, fields_of(page, "caller").to_dict(), "unchanged")
    assert "nothing stands against it" in text_of(after)


def test_wishes_told_on_the_telephone_bind(asking: Desk) -> None:
    with asking.app.app_context():
        describe("therapist-2", may_chaperone=True)
    page = read(asking, opened(asking, therapist="therapist-1"))
    wished = {"second_person": "wanted", "pressure": "light", "companion": "her mother"}
    fields = fields_of(page, "caller").to_dict() | {"start": at("10:00").isoformat()} | wished
    sent = fields_of(press(asking, fields, "book"), "caller").to_dict() | {"start": at("10:00").isoformat()}
    assert booked(press(asking, sent, "book", why="Agrees on paper."))
    with asking.app.app_context():
        made = rows(Appointment)[0]
        assert made.chaperone is not None
        assert wishes_of(made).companion == "her mother"


def test_a_session_that_asks_nothing_shows_no_questions(asking: Desk) -> None:
    page = asking.member("desk").get("/staff/book", query_string={"treatment": "back-massage:30"})
    assert not re.search(r"Read the questions", page.text)


def test_advice_stands_only_in_answer_to_what_was_just_said(
    asking: Desk, clock: time_machine.Traveller
) -> None:
    with asking.app.app_context():
        advise("thinners", "aspirin", "Ask about your aspirin.")
    page = read(asking, opened(asking), thinners="aspirin")
    assert "Ask about your aspirin." in page.text
    start = {"start": at("10:00").isoformat()}
    again = press(asking, fields_of(page, "caller").to_dict() | start, "book")
    assert "Ask about your aspirin." not in again.text
    press(asking, fields_of(again, "caller").to_dict() | start, "book", why="Agrees on paper.")
    clock.shift(timedelta(days=30))
    asking.clients.clear()
    with asking.app.app_context():
        number = rows(Appointment)[0].client_id
    page = asking.member("desk").get(
        "/staff/book", query_string={"treatment": "psoas-release:60", "client": str(number)}
    )
    after = press(asking, fields_of(page, "caller").to_dict(), "unchanged")
    assert "A therapist looks first" in after.text
    assert "Ask about your aspirin." not in after.text


def test_who_needs_help_is_told_the_number_of_where_they_are_to_come(asking: Desk) -> None:
    with asking.app.app_context():
        open_in_london()
    here = read(asking, opened(asking), pulse="yes")
    assert "hang up and call 911" in text_of(here)
    there = read(asking, opened(asking, location="london"), pulse="yes")
    assert "hang up and call 999" in text_of(there)


@pytest.mark.parametrize("ask_before_other", [ask_the_same_before, ask_something_else_before])
def test_a_new_callers_cry_for_help_stays_when_the_desk_chooses_another_session(
    asking: Desk, ask_before_other: Callable[[], None]
) -> None:
    with asking.app.app_context():
        ask_before_other()
    page = read(asking, opened(asking), pulse="yes")
    other = {"start": at("10:00").isoformat(), "treatment": "back-massage:30"}
    fields = fields_of(page, "caller").to_dict() | other
    refused = press(asking, fields, "book", aside="not_answered,please_call", why="Never mind.")
    assert not booked(refused)
    assert "They need help now" in refused.text
    sent = fields_of(refused, "caller").to_dict() | other
    assert sent["screening"] == fields["screening"]
    assert sent.get("aside", "") == ""
    assert not booked(press(asking, sent | {"aside": "not_answered,please_call"}, "book", why="Never mind."))
    may_ask = ask_before_other is ask_the_same_before
    assert ("Ask them again" in refused.text) is may_ask
    with asking.app.app_context():
        assert active_claims() == []


def test_the_answers_come_back_with_the_session_that_they_are_about(asking: Desk) -> None:
    page = read(asking, opened(asking))
    start = {"start": at("10:00").isoformat()}
    light = press(
        asking, fields_of(page, "caller").to_dict() | start | {"treatment": "back-massage:30"}, "look"
    )
    back = fields_of(light, "caller").to_dict() | start | {"treatment": "psoas-release:60"}
    assert "nothing stands against it" in press(asking, back, "look").text


@pytest.fixture
def known(asking: Desk) -> list[int]:
    """Jo Park and Al Moss have each answered, and have had, another session that asks; their numbers."""
    with asking.app.app_context():
        ask_something_else_before()
        for clock_time, name in (("10:00", "Jo Park"), ("12:00", "Al Moss")):
            said = answer_questions(deep_service(OTHER), RESTED, name, clock_now())
            light = wish(at(clock_time), service=OTHER, minutes=30)
            book(order(light, name=name, key=name, screening_token=said.token), clock_now())
        return [one.client_id for one in rows(Appointment)]


def chosen(page: TestResponse, number: int, name: str = "Jo Park", **more: str) -> dict[str, str]:
    """The page's form for that stored client, with the other session."""
    light = {"start": at("14:00").isoformat(), "treatment": f"{OTHER}:30"}
    return fields_of(page, "caller").to_dict() | light | {"client_id": f"{number}", "name": name} | more


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("said", ["pregnant", "pulse"])
def test_nothing_has_changed_leaves_nothing_behind_that_the_caller_has_just_told(
    asking: Desk, known: list[int], said: str
) -> None:
    fields = chosen(read(asking, opened(asking), **{said: "yes"}), known[0])
    page = press(asking, fields, "look")
    assert "Nothing has changed" not in page.text
    page = press(asking, fields, "unchanged")
    sent = chosen(page, known[0])
    assert sent["screening"] == fields["screening"]
    assert not booked(press(asking, sent, "book"))
    with asking.app.app_context():
        assert len(rows(Screening)) == 3


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_one_client_told_is_not_said_of_another(asking: Desk, known: list[int]) -> None:
    told = read(asking, opened(asking, client_id=f"{known[0]}"), pulse="yes")
    fields = chosen(told, known[0])
    assert "They need help now" in press(asking, fields, "look").text
    other = press(asking, fields | {"client_id": f"{known[1]}", "name": "Al Moss"}, "look")
    assert "They need help now" not in other.text
    assert fields_of(other, "caller").to_dict().get("screening", "") == ""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_somebody_else_takes_what_a_known_client_told_out_of_the_form_but_not_what_the_caller_did(
    asking: Desk, known: list[int]
) -> None:
    told = read(asking, opened(asking, client_id=f"{known[0]}"), pulse="yes")
    after = press(asking, chosen(told, known[0]), "forget")
    assert fields_of(after, "caller").to_dict().get("screening", "") == ""
    new = press(asking, chosen(read(asking, opened(asking), pulse="yes"), known[0]), "forget")
    assert fields_of(new, "caller").to_dict()["screening"]
    assert "They need help now" in new.text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_fresh_form_says_that_its_client_has_cried_for_help(asking: Desk, known: list[int]) -> None:
    read(asking, opened(asking, client_id=f"{known[0]}"), pulse="yes")
    page = press(asking, opened(asking, client_id=f"{known[0]}"), "look")
    assert "They need help now" in page.text
    assert "Ask them again" in page.text
