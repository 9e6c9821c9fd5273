"""Everybody sees in time that nobody has answered the questions before a coming session: its page, its card, the sheet."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.domain.appointments import Actor
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.extensions import db
from app.store.appointments import get_appointment
from tests.support.desk import Desk, make_desk, text_of
from tests.support.rows import MONDAY, NOW, at, order, wish
from tests.support.safety import TERMS, answered, ask_before

DAY = f"/staff/schedule/{MONDAY}"
FLAG, LINE, WORDS = "not asked", "Questions not answered yet: ask", "Questions not answered yet."
MOST_STATEMENTS = 12


@pytest.fixture
def desk(app: Flask, clock: time_machine.Traveller) -> Desk:
    """A practice of two therapists that asks before deep work."""
    desk = make_desk(app)
    with app.app_context():
        ask_before()
    return desk


def unasked(desk: Desk) -> str:
    """A session that the desk booked without asking; where its page stands."""
    why = Override(frozenset({Refusal.NOT_ANSWERED}), "In a hurry", frozenset({StaffRole.DESK}))
    by_desk: dict[str, Any] = {"by_staff": True, "actor": Actor("staff", "desk@example.com"), "override": why}
    return booked(desk, **by_desk)


def asked(desk: Desk) -> str:
    """A session before which all was answered."""
    with desk.app.app_context():
        token = answered(NOW).token
    return booked(desk, screening_token=token)


def booked(desk: Desk, **more: Any) -> str:
    with desk.app.app_context():
        answer = book(order(wish(at("10:00")), consent=TERMS, **more), NOW)
        assert isinstance(answer, Booked), answer
        return f"/staff/appointments/{get_appointment(answer.appointment_id).reference}"


def told(desk: Desk, page: str) -> tuple[bool, bool, bool]:
    """Whether the session's page, its card and the sheet say so."""
    member = desk.member("desk")
    shown = (text_of(member.get(one)) for one in (page, DAY, f"{DAY}/print"))
    return tuple(word in one for word, one in zip((WORDS, FLAG, LINE), shown, strict=True))  # type: ignore[return-value]


def test_that_nobody_was_asked_is_said_on_the_page_the_card_and_the_sheet(desk: Desk) -> None:
    assert told(desk, unasked(desk)) == (True, True, True)


def test_of_who_has_answered_nothing_is_said(desk: Desk) -> None:
    assert told(desk, asked(desk)) == (False, False, False)


def test_of_a_session_that_asks_nothing_nothing_is_said(desk: Desk) -> None:
    with desk.app.app_context():
        light = book(order(wish(at("10:00"), service="back-massage", minutes=30)), NOW)
        assert isinstance(light, Booked)
        page = f"/staff/appointments/{get_appointment(light.appointment_id).reference}"
    assert told(desk, page) == (False, False, False)


def test_once_it_is_over_nothing_is_said(desk: Desk, clock: time_machine.Traveller) -> None:
    page = unasked(desk)
    clock.move_to(at("11:30"))
    desk.clients.clear()
    assert told(desk, page) == (False, False, False)


def test_the_day_stays_cheap(desk: Desk) -> None:
    unasked(desk)
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if not arguments[2].upper().startswith(("BEGIN", "PRAGMA")):
            seen.append(arguments[2])

    member = desk.member("desk")
    member.get(DAY)
    with desk.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    assert FLAG in text_of(member.get(DAY))
    event.remove(engine, "before_cursor_execute", note)
    assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)
