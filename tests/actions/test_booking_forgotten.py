"""Booking for somebody who is forgotten meanwhile: nothing is ever attached to an erased or closed record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask

from app.actions.booking import book
from app.actions.erasing import Forgotten, StillExpected, close, erase
from app.actions.managing import Change, cancel
from app.actions.outcomes import Booked, Cancelled, Refused
from app.actions.screening import answer_questions
from app.domain.appointments import Actor, State
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.extensions import db
from app.models import Appointment, Client
from app.store.appointments import get_appointment
from app.store.clients import get_client
from app.vault import Closed
from tests.support.rows import NOW, active_claims, at, make_practice, order, wish
from tests.support.safety import TERMS, WELL, answered, ask_before, deep_service, limit

OWNER = Actor("staff", "owner@example.com")
JO = "jo.park@example.com"
ROUNDS = 12


@pytest.fixture
def known(context: None) -> int:
    """Jo Park has agreed to deep work, and has no session to come: the number of the row."""
    make_practice(therapists=2, rooms=2)
    ask_before()
    made = book(order(wish(at("10:00")), screening_token=answered(NOW).token, consent=TERMS), NOW)
    assert isinstance(made, Booked)
    assert isinstance(cancel(Change(made.appointment_id, Actor("client", JO)), NOW), Cancelled)
    return get_appointment(made.appointment_id).client_id


def forget(known: int, way: str) -> None:
    done = erase(known, OWNER, NOW) if way == "erased" else close(known, at("10:00").date(), OWNER, NOW)
    assert isinstance(done, Forgotten)


def sessions_of(known: int) -> list[str]:
    rows = db.session.query(Appointment).filter_by(client_id=known)
    return [row.state for row in rows.order_by(Appointment.id)]


@pytest.mark.parametrize("way", ["erased", "closed"])
@pytest.mark.parametrize("chosen", [True, False])
def test_who_was_forgotten_between_the_form_and_the_confirm_is_booked_as_somebody_new(
    known: int, way: str, chosen: bool
) -> None:
    wanted = order(
        wish(at("13:00")),
        key="after",
        client_id=known if chosen else None,
        screening_token=answered(NOW, "another browser").token,
        consent=TERMS,
    )
    forget(known, way)
    made = book(wanted, NOW)
    assert isinstance(made, Booked)
    client = get_appointment(made.appointment_id).client
    assert client.id != known
    assert (client.name, client.contact.email, client.erased_at) == ("Jo Park", JO, None)
    assert sessions_of(known) == ["cancelled"]
    old = get_client(known)
    assert (old.erased_at is not None) is (way == "erased")
    assert old.contact_id != client.contact_id


@pytest.mark.parametrize("way", ["erased", "closed"])
def test_what_the_forgotten_had_agreed_to_counts_for_nobody(known: int, way: str) -> None:
    token = answered(NOW, "another browser").token
    wanted = order(wish(at("13:00")), key="after", client_id=known, screening_token=token)
    forget(known, way)
    answer = book(wanted, NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NEEDS_CONSENT


@pytest.mark.parametrize("way", ["erased", "closed"])
def test_what_the_forgotten_had_answered_is_asked_again_in_so_many_words(known: int, way: str) -> None:
    theirs = answer_questions(deep_service(), WELL, "theirs", NOW, client_ids=[known]).token
    wanted = order(wish(at("13:00")), key="after", client_id=known, screening_token=theirs, consent=TERMS)
    forget(known, way)
    answer = book(wanted, NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NOT_ANSWERED
    assert active_claims() == []


def test_the_desk_books_nobody_on_an_erased_record_either(known: int) -> None:
    reason = Override(frozenset({Refusal.NOT_ANSWERED}), "On the telephone.", frozenset({StaffRole.OWNER}))
    wanted = order(
        wish(at("13:00")), key="desk", client_id=known, by_staff=True, actor=OWNER, override=reason
    )
    forget(known, "erased")
    with pytest.raises(Closed):
        book(wanted, NOW)
    assert sessions_of(known) == ["cancelled"]


def test_booking_and_erasing_at_once_end_one_way_or_the_other(app: Flask) -> None:
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        limit(spacing_days=0)
    ends: set[str] = set()
    for number in range(ROUNDS):
        ends.add(_race(app, number))
    print(f"{ROUNDS} rounds: {sorted(ends)}")


def _race(app: Flask, number: int) -> str:
    """One client, one booking, one erasure, let go together; who came first is told by what stands afterwards."""
    name, start = f"Client {number}", at("10:00") + timedelta(days=number)
    with app.app_context():
        first = book(order(wish(start), name=name, key=f"{number} first"), NOW)
        assert isinstance(first, Booked)
        cancel(Change(first.appointment_id, Actor("client")), NOW)
        known = get_appointment(first.appointment_id).client_id
        wanted = order(wish(start), name=name, key=f"{number} second", client_id=known)
    together = Barrier(2)

    def booking() -> object:
        with app.app_context():
            together.wait()
            return book(wanted, NOW)

    def erasing() -> object:
        with app.app_context():
            together.wait()
            return erase(known, OWNER, NOW)

    with ThreadPoolExecutor(2) as two:
        acts = [two.submit(one) for one in ((booking, erasing) if number % 2 else (erasing, booking))]
        results = [act.result() for act in acts]
    with app.app_context():
        return _checked(known, name, results)


def _checked(known: int, name: str, results: list[object]) -> str:
    (made,) = (one for one in results if isinstance(one, Booked))
    row = get_appointment(made.appointment_id)
    assert row.state == State.BOOKED.value
    assert (row.client.erased_at, row.client.name) == (None, name)
    erased = any(isinstance(one, Forgotten) for one in results)
    assert erased is (get_client(known).erased_at is not None)
    if erased:
        assert row.client_id != known
        assert sessions_of(known) == ["cancelled"]
        return "erased first"
    assert any(isinstance(one, StillExpected) for one in results)
    assert row.client_id == known
    assert db.session.query(Client).filter_by(name=name).count() == 1
    return "booked first"
