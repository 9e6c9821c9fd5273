"""Consent is kept sealed, holds for its version until it is withdrawn, and is asked again by word of mouth at each visit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.actions.booking import book
from app.actions.consenting import (
    Agreed,
    agree,
    open_consent,
    tick_verbal,
    untick_verbal,
    withdraw,
    withdraw_text,
)
from app.actions.day import Click, Marked, NotPossible, NotTicked, mark_arrived, mark_completed, undo_mark
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Booked, KeyReused, Moved, Refused
from app.domain.appointments import Actor, State
from app.domain.care import TaskKind
from app.domain.slots import Refusal
from app.extensions import db
from app.models import AuditLine, Consent
from app.store.appointments import get_appointment
from app.store.care import list_open_tasks
from app.store.clients import group_of
from app.store.consents import holds, list_consents, without_consent
from app.store.transactions import Stale
from tests.support.desk import Desk, make_desk
from tests.support.rows import MONDAY, NOW, at, order, wish
from tests.support.safety import TERMS, answered, ask_before, ask_for_age, change_consent_text, deep_service

DANA = Actor("staff", "therapist@example.com")
JO = Actor("client", "jo.park@example.com")
WEEK = timedelta(days=7)


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = make_desk(app)
    with app.app_context():
        ask_before()
    return desk


def booked(*, key: str = "1", consents: bool = True, week: int = 0) -> Booked | Refused | KeyReused:
    said = answered(NOW, f"visitor {key}")
    starts_at = at("10:00", MONDAY + week * WEEK)
    terms = TERMS if consents else None
    return book(order(wish(starts_at), key=key, screening_token=said.token, consent=terms), NOW)


@pytest.fixture
def number(app: Flask, desk: Desk) -> int:
    with app.app_context():
        answer = booked()
        assert isinstance(answer, Booked)
        return answer.appointment_id


def click(number: int) -> Click:
    return Click(number, get_appointment(number).row_version, DANA)


def client_of(number: int) -> list[int]:
    return group_of(get_appointment(number).client_id)


def version_in_force() -> int:
    text = deep_service().consent
    assert text is not None
    return text.id


def agreed(number: int) -> bool:
    text = deep_service().consent
    assert text is not None
    return holds(client_of(number), text)


def test_what_was_agreed_to_is_kept_sealed_with_its_version(app: Flask, number: int) -> None:
    with app.app_context():
        row = db.session.query(Consent).one()
        assert (row.given_by, row.given_at, row.appointment_id) == ("client", NOW, number)
        for word in (b"Towel", b"Red", b"Shorts", b"belly"):
            assert word not in row.sealed_terms
        opened = open_consent(row.id, DANA, NOW)
        assert opened.terms == TERMS
        assert opened.text.version == 1
        lines = [line.act for line in db.session.query(AuditLine).filter_by(subject="client")]
        assert lines == ["consent given", "consent opened"]


def test_who_has_agreed_is_not_asked_again_for_the_next_session(app: Flask, number: int) -> None:
    with app.app_context():
        assert agreed(number)
        assert isinstance(booked(key="2", consents=False, week=1), Booked)


def test_a_changed_text_is_asked_again_and_the_old_consent_stays_in_the_history(
    app: Flask, number: int
) -> None:
    with app.app_context():
        change_consent_text()
        assert not agreed(number)
        assert without_consent([number]) == {number}
        assert booked(key="2", consents=False, week=1) == Refused(Refusal.NEEDS_CONSENT)
        assert isinstance(booked(key="2", week=1), Booked)
        assert agreed(number)
        assert [(one.version, one.holds) for one in list_consents(client_of(number))] == [
            (2, True),
            (1, False),
        ]


def test_nobody_agrees_to_a_text_that_changed_after_they_read_it(app: Flask, number: int) -> None:
    with app.app_context():
        read = version_in_force()
        change_consent_text()
        assert agree(number, TERMS, read, JO, NOW) is Agreed.TEXT_CHANGED
        said = answered(NOW, "somebody else")
        wanted = order(wish(at("13:00")), key="2", screening_token=said.token, consent=TERMS)
        assert book(replace(wanted, read_version=read), NOW) == Refused(Refusal.NEEDS_CONSENT)
        assert not agreed(number)
        assert agree(number, TERMS, version_in_force(), JO, NOW) is Agreed.KEPT
        assert agreed(number)


def test_for_who_is_under_age_a_guardian_agrees_on_whatever_way_the_booking_comes(
    app: Flask, desk: Desk
) -> None:
    with app.app_context():
        ask_for_age()
        said = answered(NOW, minor="yes")
        young = order(wish(at("10:00")), screening_token=said.token, consent=TERMS)
        assert book(young, NOW) == Refused(Refusal.NEEDS_CONSENT)
        assert book(replace(young, consent=replace(TERMS, guardian="  ")), NOW) == Refused(
            Refusal.NEEDS_CONSENT
        )
        made = book(replace(young, consent=replace(TERMS, guardian="Gunda Quist")), NOW)
        assert isinstance(made, Booked)
        number = made.appointment_id
        assert withdraw(number, JO, NOW)
        assert agree(number, TERMS, version_in_force(), JO, NOW) is Agreed.NEEDS_GUARDIAN
        by_guardian = replace(TERMS, guardian="Gunda Quist")
        assert agree(number, by_guardian, version_in_force(), JO, NOW) is Agreed.KEPT


def test_nobody_agrees_to_a_session_that_does_not_lie_ahead(app: Flask, number: int) -> None:
    with app.app_context():
        withdraw(number, JO, NOW)
        cancel(Change(number, DANA, by_staff=True), NOW)
        assert agree(number, TERMS, version_in_force(), JO, NOW) is Agreed.NOT_AHEAD
        assert not agreed(number)


def test_the_client_withdraws_at_any_time_and_the_history_keeps_both(app: Flask, number: int) -> None:
    with app.app_context():
        assert withdraw(number, JO, NOW + timedelta(hours=1))
        assert not withdraw(number, JO, NOW + timedelta(hours=2))
        assert [task.kind for task in list_open_tasks(None)] == [TaskKind.HEALTH_CHANGED]
        assert not agreed(number)
        assert without_consent([number]) == {number}
        (kept,) = list_consents(client_of(number))
        assert (kept.withdrawn_by, kept.withdrawn_at) == ("client", NOW + timedelta(hours=1))
        assert booked(key="2", consents=False, week=1) == Refused(Refusal.NEEDS_CONSENT)


def test_staff_write_a_withdrawal_down_under_their_name(app: Flask, number: int) -> None:
    with app.app_context():
        (kept,) = list_consents(client_of(number))
        assert withdraw_text(kept.client_id, kept.text_id, DANA, NOW)
        (kept,) = list_consents(client_of(number))
        assert kept.withdrawn_by == "therapist@example.com"


def test_whoever_agrees_again_after_a_withdrawal_has_agreed(app: Flask, number: int) -> None:
    with app.app_context():
        withdraw(number, JO, NOW)
        assert isinstance(booked(key="2", week=1), Booked)
        assert agreed(number)
        assert without_consent([number]) == set()


def test_a_session_that_needs_consent_is_not_done_without_the_tick(app: Flask, number: int) -> None:
    with app.app_context():
        assert isinstance(mark_arrived(click(number), at("09:55")), Marked)
        assert mark_completed(click(number), at("11:00")) == NotTicked()
        assert get_appointment(number).state == State.ARRIVED
        assert isinstance(tick_verbal(click(number), at("11:00")), Marked)
        assert isinstance(mark_completed(click(number), at("11:00")), Marked)
        row = get_appointment(number)
        assert (row.verbal_consent_at, row.verbal_consent_by) == (at("11:00"), "therapist@example.com")


def test_a_tick_belongs_to_its_visit_alone(app: Flask, number: int) -> None:
    with app.app_context():
        tick_verbal(click(number), at("09:55"))
        other = booked(key="2", week=1)
        assert isinstance(other, Booked)
        done = mark_completed(click(other.appointment_id), at("11:00", MONDAY + WEEK))
        assert done == NotTicked()


def test_the_tick_can_be_taken_back_and_then_it_is_missing_again(app: Flask, number: int) -> None:
    with app.app_context():
        tick_verbal(click(number), at("09:55"))
        untick_verbal(click(number), at("09:56"))
        assert mark_completed(click(number), at("11:00")) == NotTicked()


def test_undoing_a_mark_leaves_the_tick(app: Flask, number: int) -> None:
    with app.app_context():
        tick_verbal(click(number), at("09:55"))
        mark_completed(click(number), at("11:00"))
        undo_mark(click(number), at("11:01"))
        assert isinstance(mark_completed(click(number), at("11:02")), Marked)


def test_nobody_is_asked_days_ahead_or_about_a_session_that_needs_no_consent(
    app: Flask, desk: Desk, number: int
) -> None:
    with app.app_context():
        assert tick_verbal(click(number), NOW) == NotPossible(State.BOOKED)
        light = book(order(wish(at("15:00"), service="back-massage", minutes=30), key="light"), NOW)
        assert isinstance(light, Booked)
        assert tick_verbal(click(light.appointment_id), at("15:00")) == NotPossible(State.BOOKED)
        assert isinstance(mark_completed(click(light.appointment_id), at("15:30")), Marked)


def test_two_people_who_tick_at_once_are_told_apart(app: Flask, number: int) -> None:
    with app.app_context():
        seen = click(number)
        tick_verbal(seen, at("09:55"))
        with pytest.raises(Stale):
            tick_verbal(seen, at("09:55"))


def test_a_session_that_is_moved_is_asked_about_anew(app: Flask, number: int) -> None:
    with app.app_context():
        tick_verbal(click(number), at("09:55"))
        moved = move(Change(number, DANA, by_staff=True), at("12:00"), at("09:56"))
        assert isinstance(moved, Moved)
        row = get_appointment(number)
        assert (row.verbal_consent_at, row.verbal_consent_by) == (None, None)
        assert mark_completed(click(number), at("13:00")) == NotTicked()


@pytest.mark.parametrize("by_link", [True, False])
def test_who_withdraws_has_not_agreed_in_the_room_either_unless_it_is_done(
    app: Flask, number: int, by_link: bool
) -> None:
    with app.app_context():
        later = booked(key="2", consents=False, week=1)
        assert isinstance(later, Booked)
        tick_verbal(click(number), at("09:55"))
        mark_completed(click(number), at("11:00"))
        next_visit = later.appointment_id
        tick_verbal(click(next_visit), at("09:55", MONDAY + WEEK))
        if by_link:
            assert withdraw(next_visit, JO, at("09:56", MONDAY + WEEK))
        else:
            (kept,) = list_consents(client_of(number))
            assert withdraw_text(kept.client_id, kept.text_id, DANA, at("09:56", MONDAY + WEEK))
        assert get_appointment(next_visit).verbal_consent_at is None
        assert get_appointment(number).verbal_consent_at == at("09:55")
        assert mark_completed(click(next_visit), at("11:00", MONDAY + WEEK)) == NotTicked()


def test_who_types_a_stored_name_does_not_change_whose_guardian_is_kept(app: Flask, desk: Desk) -> None:
    with app.app_context():
        for key, guardian in enumerate(("Greta Park", "Somebody Else")):
            said = answered(NOW, f"visitor {key}")
            terms, starts_at = replace(TERMS, guardian=guardian), at("10:00", MONDAY + key * WEEK)
            wanted = order(wish(starts_at), key=str(key), screening_token=said.token, consent=terms)
            made = book(wanted, NOW)
            assert isinstance(made, Booked)
            if not key:
                change_consent_text()
        assert isinstance(made, Booked)
        client = get_appointment(made.appointment_id).client
        assert client.guardian_name == "Greta Park"
        assert len(list_consents([client.id])) == 2
