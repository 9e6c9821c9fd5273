"""Booking for somebody who is known, who has no address, who has just walked in, or against a rule."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Appointment, Client, Notification, Override
from tests.support.desk import Desk, form_of, make_desk, text_of
from tests.support.rows import MONDAY, at

BEFORE = date(2026, 11, 13)
LAST_WEEK = at("10:00", BEFORE)


@pytest.fixture
def desk(app: Flask, clock: time_machine.Traveller) -> Desk:
    """A practice of two therapists, and somebody who was there a week ago."""
    desk = make_desk(app)
    desk.booked(
        starts_at=LAST_WEEK,
        now=LAST_WEEK - timedelta(days=3),
        therapist="therapist-2",
        name="Mina Cole",
        phone="902-555-0142",
    )
    return desk


def send(desk: Desk, page: TestResponse, **more: str) -> TestResponse:
    """The booking form as it stands, with what somebody did to it."""
    return desk.member("desk").post("/staff/book", data=form_of(page, "") | more)


def newest(desk: Desk) -> Appointment:
    with desk.app.app_context():
        return db.session.scalars(select(Appointment).order_by(Appointment.id.desc()).limit(1)).one()


def people(desk: Desk) -> int:
    with desk.app.app_context():
        return len(db.session.scalars(select(Client)).all())


def mina(desk: Desk) -> str:
    with desk.app.app_context():
        return str(db.session.scalars(select(Client.id).where(Client.name == "Mina Cole")).one())


@pytest.mark.parametrize("typed", [{"name": "mina kole"}, {"phone": "555-0142"}, {"email": "mina.cole@"}])
def test_who_is_known_is_found_without_script_and_filled_in(desk: Desk, typed: dict[str, str]) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"day": MONDAY.isoformat()})
    found = send(desk, page, find="1", **typed)
    assert found.status_code == 200
    assert "Is it one of them?" in found.text
    assert all(f'value="{text}"' in found.text for text in typed.values())
    chosen = send(desk, found, use="1", client=mina(desk))
    said = form_of(chosen, "")
    assert (said["name"], said["phone"]) == ("Mina Cole", "902-555-0142")
    assert (said["treatment"], said["therapist"], said["visit"]) == (
        "psoas-release:60",
        "therapist-2",
        "returning",
    )
    answer = send(desk, chosen, at="2:30 pm", book="1")
    assert answer.status_code == 302
    row = newest(desk)
    assert (row.starts_at, row.client_id) == (at("14:30"), int(mina(desk)))
    assert people(desk) == 1


def test_a_clients_page_begins_the_form(desk: Desk) -> None:
    asked = {"client": mina(desk), "day": MONDAY.isoformat()}
    page = desk.member("desk").get("/staff/book", query_string=asked)
    assert "last here Fri 13 Nov" in text_of(page)
    assert "Messages go to mina.cole@example.com" in page.text
    assert send(desk, page, at="9:00", book="1").status_code == 302
    assert newest(desk).client_id == int(mina(desk))


def test_who_was_never_here_gets_the_length_of_a_first_visit(desk: Desk) -> None:
    desk.booked("13:00", now=LAST_WEEK, name="Sol Berg", therapist="therapist-2")
    with desk.app.app_context():
        number = db.session.scalars(select(Client.id).where(Client.name == "Sol Berg")).one()
    asked = {"client": number, "day": MONDAY.isoformat(), "treatment": "psoas-release:60"}
    page = desk.member("desk").get("/staff/book", query_string=asked)
    said = form_of(page, "")
    assert (said["visit"], said["treatment"]) == ("first", "psoas-release:75")
    assert "There is a problem" not in page.text


@pytest.mark.parametrize(
    ("visit", "minutes", "says"),
    [
        ("first", 60, "not offered for a first visit, for which Psoas release takes 75 minutes."),
        ("returning", 75, "for a first visit only: after it, Psoas release takes 60 minutes."),
    ],
)
def test_a_length_that_is_not_for_that_visit_is_said_beside_it(
    desk: Desk, visit: str, minutes: int, says: str
) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"day": MONDAY.isoformat()})
    chosen = {"visit": visit, "treatment": f"psoas-release:{minutes}", "name": "Sol Berg", "at": "2:30 pm"}
    refused = send(desk, page, book="1", phone="902-555-0100", **chosen)
    assert (refused.status_code, says in text_of(refused)) == (422, True)
    assert form_of(refused, "")["name"] == "Sol Berg"
    assert newest(desk).starts_at == LAST_WEEK


@pytest.mark.parametrize(("visit", "minutes", "fits"), [("first", 60, 75), ("returning", 75, 60)])
def test_the_length_is_fitted_to_the_visit_when_times_are_shown(
    desk: Desk, visit: str, minutes: int, fits: int
) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"day": MONDAY.isoformat()})
    shown = send(desk, page, show="1", visit=visit, treatment=f"psoas-release:{minutes}", name="Sol Berg")
    assert f"Chosen to fit that visit: Psoas release, {fits} minutes." in text_of(shown)
    assert form_of(shown, "")["treatment"] == f"psoas-release:{fits}"
    assert "9:00 am" in text_of(shown)


def test_nobody_counts_as_known_before_they_are_chosen(desk: Desk) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"day": MONDAY.isoformat()})
    answer = send(desk, page, name="Gwen Parrish", phone="902-555-0133", at="2:30 pm", book="1")
    assert answer.status_code == 302, text_of(answer)
    assert newest(desk).visit == "first"


def test_who_was_picked_from_the_list_is_never_booked_as_somebody_new(desk: Desk) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"day": MONDAY.isoformat()})
    found = send(desk, page, find="1", name="mina kol", phone="902-555-8888")
    answer = send(desk, found, client=mina(desk), at="2:30 pm", book="1")
    assert answer.status_code == 422
    assert "Mina Cole is filled in. Look at session and time, then book." in text_of(answer)
    said = form_of(answer, "")
    assert (said["client_id"], said["at"], said["visit"]) == (mina(desk), "2:30 pm", "returning")
    assert send(desk, answer, book="1").status_code == 302
    assert (newest(desk).client_id, people(desk)) == (int(mina(desk)), 1)


@pytest.mark.parametrize("number", ["0", "999", "x", "9" * 30, "-1", ""])
def test_a_client_who_is_none_begins_nothing(desk: Desk, number: str) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"client": number, "day": MONDAY.isoformat()})
    assert page.status_code == 200
    assert "Find who it is" in page.text
    answer = send(desk, page, name="Theo Ruiz", phone="902-555-0199", client_id=number, at="9:00", book="1")
    assert answer.status_code in (302, 422)


def test_somebody_else_is_somebody_else(desk: Desk) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"client": mina(desk)})
    other = send(desk, page, forget="1", day=MONDAY.isoformat())
    said = form_of(other, "")
    assert (said["client_id"], said["name"], said["phone"]) == ("", "", "")
    forged = send(desk, page, name="Theo Ruiz", day=MONDAY.isoformat(), at="9:00", book="1")
    assert forged.status_code == 302
    assert newest(desk).client_id != int(mina(desk))


def test_a_caller_without_an_address_is_booked_in_one_screen(desk: Desk) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"day": MONDAY.isoformat()})
    answer = send(desk, page, name="Theo Ruiz", phone="902-555-0199", at="10:20", book="1")
    text = text_of(desk.member("desk").get(str(answer.location)))
    assert (
        "Booked for Theo Ruiz: Mon 23 Nov, 10:20 am. No e-mail address, so no confirmation is sent." in text
    )
    assert newest(desk).typed_phone == "902-555-0199"


@pytest.mark.parametrize(
    ("typed", "says"),
    [("soon", "not a time of day"), ("26:00", "not a time of day"), ("9" * 900, "not a time")],
)
def test_a_typed_time_that_is_none_is_said_beside_it(desk: Desk, typed: str, says: str) -> None:
    page = desk.member("desk").get("/staff/book", query_string={"client": mina(desk)})
    answer = send(desk, page, at=typed, book="1")
    assert answer.status_code == 422
    assert says in answer.text
    assert 'id="at-error"' in answer.text


def test_the_next_free_times_are_one_click_away(desk: Desk) -> None:
    desk.booked("10:00", name="Theo Ruiz", therapist="therapist-2")
    page = desk.member("desk").get(
        "/staff/book", query_string={"client": mina(desk), "day": MONDAY.isoformat()}
    )
    answer = send(desk, page, at="10:20", book="1")
    assert answer.status_code == 409
    assert "Overlap: Therapist 2 has another session" in text_of(answer)
    near = re.search(r'name="pick" value="([^"]+)"', answer.text)
    assert near
    picked = send(desk, answer, pick=near[1])
    assert send(desk, picked, book="1").status_code == 302


def test_a_rule_is_set_aside_with_a_reason(desk: Desk) -> None:
    page = desk.member("desk").get(
        "/staff/book", query_string={"client": mina(desk), "day": MONDAY.isoformat()}
    )
    refused = send(desk, page, at="8:30 pm", book="1")
    assert refused.status_code == 409
    assert "Opening hours: The place is closed then." in text_of(refused)
    assert send(desk, refused, book="1").status_code == 422
    elsewhen = send(desk, refused, book="1", why="It suits her", at="9:30 pm")
    assert elsewhen.status_code == 409
    done = send(desk, refused, book="1", why="It suits her")
    assert done.status_code == 302
    with desk.app.app_context():
        assert set(db.session.scalars(select(Override.refusal))) == {"closed", "not_working"}


def test_who_is_not_qualified_is_for_the_owner_alone(desk: Desk) -> None:
    asked = {"client": mina(desk), "day": MONDAY.isoformat(), "therapist": "therapist-new"}
    refused = send(desk, desk.member("desk").get("/staff/book", query_string=asked), at="9:00", book="1")
    assert "Qualification: Nell New is not qualified" in text_of(refused)
    assert "can’t be set aside" in refused.text
    owner = desk.member("owner")
    page = owner.get("/staff/book", query_string=asked)
    again = owner.post("/staff/book", data=form_of(page, "") | {"at": "9:00", "book": "1"})
    done = owner.post("/staff/book", data=form_of(again, "") | {"why": "She learns", "book": "1"})
    assert done.status_code == 302


def test_no_confirmation_goes_where_the_desk_says_so(desk: Desk) -> None:
    page = desk.member("desk").get(
        "/staff/book", query_string={"client": mina(desk), "day": MONDAY.isoformat()}
    )
    answer = send(desk, page, at="9:00", tell="no", book="1")
    assert "you tell them yourself" in desk.member("desk").get(str(answer.location)).text
    with desk.app.app_context():
        wanted = select(Notification.state).where(
            Notification.appointment_id == newest(desk).id,
            Notification.kind == "appointment_booked",
            Notification.audience == "client",
        )
        assert list(db.session.scalars(wanted)) == ["skipped"]


def test_a_walk_in_gets_the_next_five_minutes_and_is_here(desk: Desk) -> None:
    with time_machine.travel(at("10:02"), tick=False):
        desk.clients.clear()
        page = desk.member("desk").get("/staff/book", query_string={"walk_in": "1"})
        assert "10:05 am" in page.text
        assert "The client is marked as arrived at once." in page.text
        answer = send(desk, page, name="Theo Ruiz", book="1")
        assert answer.status_code == 302, text_of(answer)
        text = text_of(desk.member("desk").get(str(answer.location)))
        assert "Theo Ruiz is marked as arrived" in text
        assert "not marked as arrived" not in text
        assert send(desk, page, name="Theo Ruiz", book="1").location == answer.location
        assert "not marked as arrived" not in text_of(desk.member("desk").get(str(answer.location)))
    row = newest(desk)
    assert (row.starts_at, row.state) == (at("10:05"), "arrived")


def test_a_walk_in_whose_time_has_gone_by_gets_the_next_one(desk: Desk) -> None:
    with time_machine.travel(at("10:02"), tick=False):
        desk.clients.clear()
        page = desk.member("desk").get("/staff/book", query_string={"walk_in": "1"})
    with time_machine.travel(at("10:09"), tick=False):
        answer = send(desk, page, name="Theo Ruiz", phone="902-555-0199", book="1")
        assert answer.status_code == 302, text_of(answer)
    assert newest(desk).starts_at == at("10:10")


def test_at_night_nobody_takes_a_walk_in_and_the_way_to_a_time_is_shown(desk: Desk) -> None:
    with time_machine.travel(at("22:00"), tick=False):
        desk.clients.clear()
        page = desk.member("desk").get("/staff/book", query_string={"walk_in": "1"})
        assert "Nobody who gives this session is free today any more." in text_of(page)
        assert "Book a time instead" in text_of(page)
        assert "Book and mark as arrived" not in text_of(page)
        assert send(desk, page, name="Theo Ruiz", book="1").status_code == 409
    assert newest(desk).starts_at == LAST_WEEK


def test_a_walk_in_for_whom_the_next_time_is_hours_away_is_not_here_and_that_is_said(desk: Desk) -> None:
    with time_machine.travel(at("00:58"), tick=False):
        desk.clients.clear()
        page = desk.member("desk").get("/staff/book", query_string={"walk_in": "1"})
        assert "That is hours from now: the client is booked, and not marked as arrived." in text_of(page)
        assert "Book and mark as arrived" not in text_of(page)
        answer = send(desk, page, name="Theo Ruiz", book="1")
        shown = text_of(desk.member("desk").get(str(answer.location)))
        assert "Theo Ruiz is booked for Mon 23 Nov, 8:00 am, and not marked as arrived." in shown
    assert (newest(desk).starts_at, newest(desk).state) == (at("08:00"), "booked")
