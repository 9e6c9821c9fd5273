"""The question about a minor names the practice's own age, on the pages of clients, of programs and of staff."""

from datetime import timedelta

from flask import Flask

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.actions.reading_health import open_screening
from app.actions.screening import nothing_changed
from app.domain.appointments import Actor
from app.domain.practice import text_in
from app.store.appointments import get_appointment
from app.store.practice import load_practice
from app.store.records import read_record
from app.store.screenings import find_screening, is_usable
from tests.support.desk import make_desk
from tests.support.filled_form import fields_of
from tests.support.questioned import Walk
from tests.support.rows import NOW, at, make_practice, order, wish
from tests.support.safety import TERMS, answered, ask_before, ask_for_age, deep_service, limit

DANA = Actor("staff", "owner@example.com")


def ask() -> None:
    ask_before()
    ask_for_age()


def test_clients_and_programs_read_the_practices_own_age_in_their_language(app: Flask) -> None:
    with app.app_context():
        make_practice()
        ask()
        for years in (18, 16):
            limit(minor_until=years)
            page = Walk(app.test_client()).questions().text
            assert f"Younger than {years}?" in page
            assert f"No, {years} or older" in page
            assert f"Below {years} a guardian agrees." in page
            asked = deep_service().screening
            assert asked is not None
            assert text_in(asked.questions[-1].text, "fr") == f"Moins de {years} ans?"
        limit(minor_until=0)
        assert "Younger than" not in Walk(app.test_client()).questions().text


def test_staff_read_the_age_and_change_the_words_around_it(app: Flask) -> None:
    desk, page = make_desk(app), "/staff/settings/questions/deep/minor"
    with app.app_context():
        ask()
        limit(minor_until=19)
    shown = desk.member("owner").get(page)
    assert "<h1>Younger than 19?</h1>" in shown.text
    assert "No, 19 or older" in shown.text
    form = fields_of(shown)
    assert form["text_en"] == "Younger than {minor_until}?"
    form["text_en"] = "Not {age} yet?"
    refused = desk.member("owner").post(page, data=form)
    assert refused.status_code == 422
    assert "A brace can&#39;t stand here, but for {minor_until}" in refused.text
    form["text_en"] = "Not {minor_until} yet?"
    assert desk.member("owner").post(page, data=form).status_code in (302, 303)
    assert "Not 19 yet?" in desk.member("owner").get("/staff/settings/questions/deep").text


def test_what_was_answered_to_another_age_is_shown_with_that_age_and_asked_again(app: Flask) -> None:
    with app.app_context():
        make_practice()
        ask()
        said = answered(NOW, minor="no")
        made = book(order(wish(at("10:00")), screening_token=said.token, consent=TERMS), NOW)
        assert isinstance(made, Booked)
        client_id = get_appointment(made.appointment_id).client_id
        other = answered(NOW, "somebody else", minor="no")
        limit(minor_until=21)
        opened = open_screening(made.appointment_id, DANA, NOW)
        assert opened is not None
        assert opened.asked.questions[-1].text["en"] == "Younger than 18?"
        (kept,) = read_record([client_id], [client_id])[0]["screenings"]
        assert kept["answers"]["Younger than 18?"] == "no"
        assert nothing_changed(deep_service(), [client_id], None, NOW + timedelta(days=1)) is None
        row = find_screening(other.token)
        assert row is not None
        assert not is_usable(row, NOW)
        limit(minor_until=18)
        assert load_practice().policy.minor_until == 18
        assert is_usable(row, NOW)


def test_answers_that_were_said_to_hold_still_keep_the_date_on_which_they_were_given(app: Flask) -> None:
    desk, later = make_desk(app), NOW + timedelta(days=40)
    with app.app_context():
        ask_before()
        first = book(order(wish(at("10:00")), screening_token=answered(NOW).token, consent=TERMS), NOW)
        assert isinstance(first, Booked)
        client_id = get_appointment(first.appointment_id).client_id
        still = nothing_changed(deep_service(), [client_id], "visitor", later, asked_by="desk@example.com")
        assert still is not None
        start = at("10:00") + timedelta(days=49)
        second = book(order(wish(start), key="second", screening_token=still.token), later)
        assert isinstance(second, Booked)
        opened = open_screening(second.appointment_id, DANA, later)
        assert opened is not None
        assert (opened.answered_at, opened.repeated_at) == (NOW, later)
        told = [
            (one["answered"], one["said again that nothing had changed"])
            for one in read_record([client_id], [client_id])[0]["screenings"]
        ]
        assert told == [(NOW, None), (NOW, later)]
        page = f"/staff/appointments/{second.reference}/answers"
    shown = desk.post("owner", page).text
    assert "Answered Friday 20 November" in shown
    assert "That nothing had changed was said Wednesday 30 December" in shown
