"""Accepting with a change against a rule: who may set it aside is asked why, as when they book or move; nobody else is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from app.actions.changed_health import report_change
from app.actions.managing import Change
from app.actions.overrides import open_whys
from app.domain.appointments import Actor
from app.extensions import db
from app.models import AuditLine
from app.models import Override as OverrideRow
from app.store.appointments import get_appointment
from tests.support.desk import Desk, form_of, make_desk, text_of
from tests.support.reviews import reference_of, request_session
from tests.support.rows import MONDAY, NOW, at
from tests.support.safety import WELL, ask_before, describe

START = at("14:00", MONDAY + timedelta(days=7))
WHY = "She asked for somebody calm, zq."
OTHER = {"therapist": "therapist-2"}


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """Therapist 2 gives one session a day, and has one on the day that Jo Park asks for."""
    with time_machine.travel(NOW, tick=False):
        desk = make_desk(app)
        with app.app_context():
            ask_before()
            describe("therapist-2", sessions_a_day=1)
        yield desk


@pytest.fixture
def number(app: Flask, desk: Desk) -> int:
    """What Jo Park has asked for of Therapist 1."""
    return request_session(app, START)


def full(desk: Desk, clock: str = "10:00") -> None:
    request_session(desk.app, at(clock, MONDAY + timedelta(days=7)), name="Ana Diaz", therapist="therapist-2")


def page_of(desk: Desk, number: int) -> str:
    return f"/staff/appointments/{reference_of(desk.app, number)}/accept-changed"


def answer(desk: Desk, number: int, role: str = "owner", **changes: str) -> TestResponse:
    page = page_of(desk, number)
    return desk.post(role, page, **form_of(desk.member(role).get(page), "") | changes)


def again(desk: Desk, number: int, shown: TestResponse, role: str = "owner", **changes: str) -> TestResponse:
    """The same page once more, with what it carries along."""
    return desk.post(role, page_of(desk, number), **form_of(shown, "") | OTHER | changes)


def state(desk: Desk, number: int) -> tuple[str, str]:
    with desk.app.app_context():
        row = get_appointment(number)
        return row.state, row.therapist.slug


def test_the_owner_is_told_the_rule_and_sets_it_aside_with_a_reason_that_is_kept(
    desk: Desk, number: int
) -> None:
    full(desk)
    shown = answer(desk, number, **OTHER)
    assert shown.status_code == 409
    said = text_of(shown)
    assert "Sessions a day:" in said
    assert "You may do it all the same, with a reason that is kept." in said
    assert "Accept it all the same" in said
    silent = again(desk, number, shown)
    assert silent.status_code == 422
    assert "Say why in a few words" in silent.text
    assert "Sessions a day:" in text_of(silent)
    assert state(desk, number) == ("requested", "therapist-1")
    assert again(desk, number, silent, why=WHY).status_code == 302
    assert state(desk, number) == ("booked", "therapist-2")
    with desk.app.app_context():
        row = db.session.query(OverrideRow).filter_by(appointment_id=number).one()
        assert row.refusal == "day_full"
        assert b"calm" not in row.sealed_why
        assert open_whys(number, Actor("staff", "owner@example.com"), NOW) == [WHY]
        acts = [line.act for line in db.session.query(AuditLine).filter_by(subject_id=str(number))]
        assert {"rule set aside", "accepted with a change"} <= set(acts)


def test_who_may_set_nothing_aside_is_offered_nothing_and_can_not_force_it(desk: Desk, number: int) -> None:
    full(desk)
    shown = answer(desk, number, "therapist", **OTHER)
    assert shown.status_code == 409
    assert "It can’t be had like that" in shown.text
    assert 'name="why"' not in shown.text
    forged = {"aside": "day_full", "aside_for": "as-asked|therapist-2", "why": WHY}
    assert again(desk, number, shown, "therapist", **forged).status_code == 409
    assert state(desk, number) == ("requested", "therapist-1")


def test_a_reason_counts_for_the_choice_that_it_was_given_for_alone(desk: Desk, number: int) -> None:
    full(desk)
    shown = answer(desk, number, **OTHER)
    other = again(desk, number, shown, wanted="back-massage 30", why=WHY)
    assert other.status_code == 409
    assert state(desk, number) == ("requested", "therapist-1")
    assert again(desk, number, other, wanted="back-massage 30", why=WHY).status_code == 302
    assert state(desk, number) == ("booked", "therapist-2")


def test_two_sessions_at_once_are_set_aside_by_nobody(desk: Desk, number: int) -> None:
    full(desk, "14:00")
    shown = answer(desk, number, **OTHER)
    assert shown.status_code == 409
    assert 'name="why"' not in shown.text
    forged = {"aside": "day_full,taken", "aside_for": "as-asked|therapist-2", "why": WHY}
    assert again(desk, number, shown, **forged).status_code == 409
    assert state(desk, number) == ("requested", "therapist-1")


def test_a_cry_for_help_is_set_aside_by_nobody(desk: Desk, number: int) -> None:
    with desk.app.app_context():
        report_change(Change(number, Actor("client")), WELL | {"pulse": "yes"}, NOW)
    shown = answer(desk, number, **OTHER)
    assert shown.status_code == 409
    assert 'name="why"' not in shown.text
    forged = {"aside": "please_call", "aside_for": "as-asked|therapist-2", "why": WHY}
    assert again(desk, number, shown, **forged).status_code == 409
    assert state(desk, number) == ("requested", "therapist-1")
