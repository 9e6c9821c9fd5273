"""Consent on the pages: asked again in the room before a session is done, opened by who treats, withdrawn by the client."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.actions.booking import book
from app.actions.consenting import Agreed
from app.actions.outcomes import Booked
from app.blueprints.appointments.consent_views import SAID
from app.domain.wishes import Chaperone, Gender, Wishes
from app.extensions import db
from app.links import manage_token
from app.models import AuditLine
from app.store.appointments import get_appointment
from tests.support.desk import Desk, form_of, make_desk, text_of, token
from tests.support.questioned import AGREED
from tests.support.rows import MONDAY, NOW, at, order, wish
from tests.support.safety import TERMS, answered, ask_before, change_consent_text, describe

DAY = f"/staff/schedule/{MONDAY}"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    with time_machine.travel(NOW, tick=False) as clock:
        desk = make_desk(app)
        with app.app_context():
            ask_before()
        desk.clock = clock  # type: ignore[attr-defined]
        yield desk


@pytest.fixture
def number(app: Flask, desk: Desk) -> int:
    """Jo has answered, agreed, and has wishes; Monday at ten, with a second person."""
    with app.app_context():
        describe("therapist-2", may_chaperone=True)
        said = answered(NOW)
        wishes = Wishes(Gender.ANY, Chaperone.WANTED, pressure="light", avoid="left knee")
        answer = book(
            order(
                wish(at("10:00"), with_chaperone=True),
                screening_token=said.token,
                consent=TERMS,
                wishes=wishes,
            ),
            NOW,
        )
        assert isinstance(answer, Booked), answer
        return answer.appointment_id


def page_of(desk: Desk, number: int) -> str:
    with desk.app.app_context():
        return f"/staff/appointments/{get_appointment(number).reference}"


def client_page(desk: Desk, number: int) -> str:
    with desk.app.app_context():
        return f"/staff/clients/{get_appointment(number).client_id}"


def link_of(desk: Desk, number: int) -> str:
    with desk.app.app_context():
        row = get_appointment(number)
        return f"/appointment/{manage_token(row.public_id, row.token_version)}"


def facts(desk: Desk, number: int) -> tuple[str, int]:
    with desk.app.app_context():
        row = get_appointment(number)
        return row.state, row.row_version


def acts(desk: Desk) -> list[str]:
    with desk.app.app_context():
        return [line.act for line in db.session.query(AuditLine).order_by(AuditLine.id)]


def at_ten(desk: Desk) -> None:
    desk.clock.move_to(at("10:30"))  # type: ignore[attr-defined]


def test_without_the_tick_no_click_anywhere_marks_the_session_as_done(desk: Desk, number: int) -> None:
    at_ten(desk)
    page, (_, version) = page_of(desk, number), facts(desk, number)
    reference = page.rpartition("/")[2]
    desk.post("desk", f"{page}/mark", state="completed", row_version=version)
    desk.post("desk", "/staff/schedule/mark", mark=f"{reference} {version} completed", day=str(MONDAY))
    assert facts(desk, number)[0] == "booked"
    assert "note that they agreed" in text_of(desk.member("desk").get(DAY))


def test_the_card_of_the_day_offers_the_tick_first_and_then_done(desk: Desk, number: int) -> None:
    at_ten(desk)
    page = page_of(desk, number)
    reference = page.rpartition("/")[2]
    desk.post("desk", f"{page}/mark", state="arrived", row_version=facts(desk, number)[1])
    card = desk.member("therapist").get(DAY).text
    version = facts(desk, number)[1]
    assert f"{reference} {version} agreed" in card
    assert f"{reference} {version} completed" not in card
    desk.post("therapist", "/staff/schedule/mark", mark=f"{reference} {version} agreed", day=str(MONDAY))
    card, version = desk.member("therapist").get(DAY).text, facts(desk, number)[1]
    assert f"{reference} {version} completed" in card
    desk.post("therapist", "/staff/schedule/mark", mark=f"{reference} {version} completed", day=str(MONDAY))
    assert facts(desk, number)[0] == "completed"


def test_on_the_list_of_what_is_unresolved_the_tick_comes_first_too(desk: Desk, number: int) -> None:
    desk.clock.move_to(at("18:00"))  # type: ignore[attr-defined]
    listed = desk.member("desk").get("/staff/unresolved").text
    assert 'value="agreed"' in listed
    assert 'value="completed"' not in listed


def test_the_appointments_page_ticks_and_takes_the_tick_back(desk: Desk, number: int) -> None:
    at_ten(desk)
    page = page_of(desk, number)
    form = form_of(desk.member("therapist").get(page), f"{page}/verbal-consent")
    desk.post("therapist", f"{page}/verbal-consent", **form)
    said = text_of(desk.member("therapist").get(page))
    assert "Asked in the room, and agreed: 10:30 am, noted by therapist@example.com" in said
    form = form_of(desk.member("therapist").get(page), f"{page}/verbal-consent")
    assert form["agreed"] == "no"
    desk.post("therapist", f"{page}/verbal-consent", **form)
    assert "Without this the session can" in text_of(desk.member("therapist").get(page))
    assert acts(desk)[-2:] == ["verbal consent", "verbal consent taken back"]


def test_day_and_sheet_say_whom_to_expect_in_the_room_and_that_there_are_wishes(
    desk: Desk, number: int
) -> None:
    for role in ("desk", "therapist"):
        day = text_of(desk.member(role).get(DAY))
        for said in ("ask consent", "second person:", "+ Therapist 2", "wishes"):
            assert said in day, (role, said)
        sheet = text_of(desk.member(role).get(f"{DAY}/print"))
        for said in ("Ask consent", "Second person: Therapist 2", "Has wishes: open them"):
            assert said in sheet, (role, said)
        assert "left knee" not in day + sheet
    opened = text_of(desk.post("therapist", f"{DAY}/print"))
    assert "Pressure: light; Leave out: left knee" in opened
    assert "Has wishes" not in opened
    assert "wishes opened" in acts(desk)


def test_the_paper_sheet_says_the_same_as_the_screen(desk: Desk, number: int) -> None:
    at_ten(desk)
    page = page_of(desk, number)
    to_ask = desk.member("owner").get(f"{DAY}/sheet.pdf").data
    desk.post("owner", f"{page}/verbal-consent", agreed="yes", row_version=facts(desk, number)[1])
    asked = desk.member("owner").get(f"{DAY}/sheet.pdf").data
    assert to_ask.startswith(b"%PDF")
    assert len(to_ask) > len(asked), "a line less"
    assert "Ask consent" not in text_of(desk.member("owner").get(f"{DAY}/print"))


def test_the_wishes_open_on_the_appointments_page_for_who_treats(desk: Desk, number: int) -> None:
    page = page_of(desk, number)
    seen = text_of(desk.member("desk").get(page))
    assert "Jo Park has wishes; they open for Therapist 1 and the owner" in seen
    assert "Second person in the room: Therapist 2" in seen
    assert desk.post("desk", f"{page}/wishes").status_code == 403
    opened = text_of(desk.post("therapist", f"{page}/wishes"))
    assert "left knee" in opened
    assert acts(desk)[-1] == "wishes opened"


def test_what_was_agreed_to_opens_on_the_clients_page_for_who_treats(desk: Desk, number: int) -> None:
    page = client_page(desk, number)
    for role in ("desk", "therapist"):
        said = text_of(desk.member(role).get(page))
        assert "Deep work , version 1 in force" in said
        assert "Towel" not in said
    assert desk.post("desk", f"{page}/consents/1").status_code == 403
    opened = text_of(desk.post("therapist", f"{page}/consents/1"))
    for said in ("Belly yes", "Front of the hip no", "Towel", "Shorts", "Red"):
        assert said in opened
    assert acts(desk)[-1] == "consent opened"
    assert desk.post("owner", f"{page}/consents/99").status_code == 404


def test_the_client_withdraws_behind_the_link_and_staff_see_it_everywhere(desk: Desk, number: int) -> None:
    link, browser = link_of(desk, number), desk.app.test_client()
    shown = browser.get(f"{link}/consent")
    assert "You have agreed to this" in shown.text
    assert "Towel" not in shown.text
    browser.post(f"{link}/consent/withdraw", data={"csrf_token": token(shown)})
    assert "You have not agreed to this" in browser.get(f"{link}/consent").text
    assert "no consent" in text_of(desk.member("desk").get(DAY))
    assert "No written consent. It was withdrawn." in text_of(desk.member("desk").get(page_of(desk, number)))
    assert "withdrawn by the client" in text_of(desk.member("desk").get(client_page(desk, number)))
    assert "No written consent yet: ask" in text_of(desk.member("desk").get(f"{DAY}/print"))


def test_who_withdrew_may_agree_anew_behind_the_link(desk: Desk, number: int) -> None:
    link, browser = link_of(desk, number), desk.app.test_client()
    browser.post(f"{link}/consent/withdraw", data={"csrf_token": token(browser.get(f"{link}/consent"))})
    form = form_of(browser.get(f"{link}/consent"), f"{link}/consent")
    assert browser.post(f"{link}/consent", data=form).status_code == 422
    assert browser.post(f"{link}/consent", data=form | AGREED).status_code == 303
    assert "You have agreed to this" in browser.get(f"{link}/consent").text
    assert "in force" in text_of(desk.member("desk").get(client_page(desk, number)))


def test_a_text_that_changes_while_it_is_read_is_shown_anew_and_nothing_typed_is_lost(
    desk: Desk, number: int
) -> None:
    link, browser = link_of(desk, number), desk.app.test_client()
    browser.post(f"{link}/consent/withdraw", data={"csrf_token": token(browser.get(f"{link}/consent"))})
    sent = form_of(browser.get(f"{link}/consent"), f"{link}/consent") | AGREED
    with desk.app.app_context():
        change_consent_text()
    again = browser.post(f"{link}/consent", data=sent)
    assert again.status_code == 422
    assert "The text has changed since you opened this page" in again.text
    assert "Version 2." in again.text
    assert 'value="Red"' in again.text
    read = form_of(again, f"{link}/consent")
    assert browser.post(f"{link}/consent", data=read | {"agreed": "y"}).status_code == 303
    assert "You have agreed to this" in browser.get(f"{link}/consent").text


def test_each_reason_why_a_consent_is_not_kept_has_its_own_sentence() -> None:
    assert set(SAID) == set(Agreed)
    assert len(set(SAID.values())) == len(Agreed)
    assert "has changed" in str(SAID[Agreed.TEXT_CHANGED])
    assert "guardian" in str(SAID[Agreed.NEEDS_GUARDIAN])
    assert "ahead" in str(SAID[Agreed.NOT_AHEAD])


def test_a_guardian_who_agreed_stands_beside_the_consent_of_a_minor(desk: Desk) -> None:
    with desk.app.app_context():
        said = answered(NOW, "somebody")
        terms = replace(TERMS, guardian="Gunda Quist")
        young = book(
            order(
                wish(at("14:00")), key="young", name="Ira Quist", screening_token=said.token, consent=terms
            ),
            NOW,
        )
        assert isinstance(young, Booked)
    seen = text_of(desk.member("therapist").get(page_of(desk, young.appointment_id)))
    assert "Gunda Quist agrees for Ira Quist." in seen
    link = link_of(desk, young.appointment_id)
    assert 'name="guardian"' not in desk.app.test_client().get(f"{link}/consent").text
    browser = desk.app.test_client()
    browser.post(f"{link}/consent/withdraw", data={"csrf_token": token(browser.get(f"{link}/consent"))})
    assert 'name="guardian"' in browser.get(f"{link}/consent").text


def test_a_changed_text_flags_the_sessions_of_who_agreed_to_the_old_one(desk: Desk, number: int) -> None:
    with desk.app.app_context():
        change_consent_text()
    assert "no consent" in text_of(desk.member("desk").get(DAY))
    assert "The text has changed since." in text_of(desk.member("desk").get(page_of(desk, number)))


def test_staff_withdraw_for_a_client_who_phones(desk: Desk, number: int) -> None:
    page = client_page(desk, number)
    assert desk.post("desk", f"{page}/consents/1/withdraw").status_code == 302
    assert "withdrawn with desk@example.com" in text_of(desk.member("desk").get(page))
    assert acts(desk)[-1] == "consent withdrawn"


def test_what_a_withdrawal_does_is_said_before_its_button_is_reached(desk: Desk, number: int) -> None:
    page = desk.member("desk").get(client_page(desk, number)).text
    form = f'action="{client_page(desk, number)}/consents/1/withdraw"'
    before, after = page.split(form)
    folded = before.rsplit("<details", 1)[1]
    assert "</details>" not in folded
    assert "open" not in folded.split(">", 1)[0]
    assert "are flagged at once as without consent" in folded
    assert "this can't be undone." in folded
    assert 'aria-label="Withdraw the consent to ' in after.split("</details>", 1)[0]


def test_a_session_that_needs_no_consent_is_marked_as_ever(desk: Desk) -> None:
    with desk.app.app_context():
        light = book(
            order(wish(at("15:00"), service="back-massage", minutes=30), key="light"),
            NOW - timedelta(hours=1),
        )
        assert isinstance(light, Booked)
    desk.clock.move_to(at("15:31"))  # type: ignore[attr-defined]
    page, (_, version) = page_of(desk, light.appointment_id), facts(desk, light.appointment_id)
    desk.post("desk", f"{page}/mark", state="completed", row_version=version)
    assert facts(desk, light.appointment_id)[0] == "completed"
    assert "Consent" not in text_of(desk.member("desk").get(page))
