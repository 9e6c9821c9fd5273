"""Booking: what is promised is kept, by the rule and, behind it, by the database."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from app.actions import booking
from app.actions.booking import book
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Booked, Cancelled, KeyReused, Moved, Refused, TooLate
from app.domain.appointments import Actor
from app.domain.slots import Refusal
from app.extensions import db
from app.models import Appointment, Claim, Client, Contact, Notification, Resource
from app.store.appointments import get_appointment
from app.store.audit import first_broken_line, list_audit_lines
from app.store.seal_contexts import note_context
from app.store.transactions import Overlap, Stale, transaction
from app.vault import open_sealed
from tests.support.rows import NOW, active_claims, at, make_practice, order, overlapping_claims, wish

pytestmark = pytest.mark.usefixtures("context")
CLIENT = Actor("client", "jo.park@example.com")


def booked(clock: str = "10:00", **more: object) -> Booked:
    """Book and insist."""
    answer = book(order(wish(at(clock)), key=f"key-{clock}", **more), NOW)  # type: ignore[arg-type]
    assert isinstance(answer, Booked), answer
    return answer


def test_a_booking_claims_therapist_and_room_with_their_buffers() -> None:
    make_practice()
    appointment = get_appointment(booked().appointment_id)
    assert appointment.wall_time == "2026-11-23T10:00"
    assert appointment.room is not None
    claims = active_claims()
    assert len(claims) == 2
    assert all(to_cell - from_cell == 15 for _, from_cell, to_cell in claims)  # 60 minutes and 15 of turnover


def test_what_was_true_when_it_was_booked_is_kept_with_it() -> None:
    make_practice()
    appointment = get_appointment(booked().appointment_id)
    assert (appointment.minutes, appointment.buffer_after, appointment.price_minor) == (60, 15, 9500)
    assert (appointment.currency, appointment.zone, appointment.language) == ("CAD", "America/Halifax", "en")
    assert appointment.reference.startswith("EX-")


def test_the_same_time_is_not_sold_twice() -> None:
    make_practice(rooms=2)
    booked("10:00")
    answer = book(order(wish(at("10:30")), key="other", name="Ada Moss"), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.TAKEN
    assert len(answer.alternatives) == 3
    assert overlapping_claims() == 0


def test_one_room_serves_one_session_at_a_time() -> None:
    make_practice(therapists=2, rooms=1)
    booked("10:00")
    answer = book(order(wish(at("10:00"), therapist="therapist-2"), key="other", name="Ada Moss"), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NO_ROOM


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"therapist": "therapist-new"}, Refusal.NOT_QUALIFIED),
        ({"therapist": "nobody"}, Refusal.NOT_OFFERED),
        ({"service": "no-such-service"}, Refusal.NOT_OFFERED),
        ({"minutes": 600}, Refusal.NOT_OFFERED),
        ({"minutes": 75}, Refusal.NOT_OFFERED),
        ({"location_slug": "elsewhere"}, Refusal.NOT_OFFERED),
    ],
)
def test_a_forged_order_is_refused_by_name(changed: dict[str, object], refusal: Refusal) -> None:
    make_practice()
    answer = book(order(wish(at("10:00"), **changed)), NOW)  # type: ignore[arg-type]
    assert isinstance(answer, Refused)
    assert answer.refusal is refusal
    assert active_claims() == []


@pytest.mark.parametrize(
    ("clock", "refusal"), [("07:00", Refusal.CLOSED), ("10:07", Refusal.OFF_STEP), ("19:30", Refusal.CLOSED)]
)
def test_a_time_that_is_not_offered_is_refused_by_name(clock: str, refusal: Refusal) -> None:
    make_practice()
    answer = book(order(wish(at(clock))), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is refusal


def test_a_first_visit_lasts_longer() -> None:
    make_practice()
    answer = book(order(wish(at("10:00"), visit="first", minutes=75)), NOW)
    assert isinstance(answer, Booked)
    assert get_appointment(answer.appointment_id).minutes == 75


def test_a_session_that_needs_screening_is_for_demonstrations_only() -> None:
    make_practice(demonstration=False)
    answer = book(order(wish(at("10:00"))), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NEEDS_SCREENING
    light = wish(at("10:00"), service="back-massage", minutes=30)
    assert isinstance(book(order(light, key="light"), NOW), Booked)


def test_the_same_form_sent_again_gives_the_same_appointment() -> None:
    make_practice()
    one = order(wish(at("10:00")))
    first, second = book(one, NOW), book(one, NOW + timedelta(minutes=1))
    assert isinstance(first, Booked)
    assert isinstance(second, Booked)
    assert second == replace(first, repeated=True)
    assert isinstance(book(order(wish(at("10:00")), name="Somebody Else"), NOW), KeyReused)


def test_a_cancelled_time_can_be_booked_again_at_once_by_the_same_and_by_another_person() -> None:
    make_practice()
    for attempt, name in enumerate(("Jo Park", "Jo Park", "Ada Moss")):
        answer = book(order(wish(at("10:00")), name=name, key=f"attempt-{attempt}"), NOW)
        assert isinstance(answer, Booked)
        assert isinstance(cancel(Change(answer.appointment_id, CLIENT), NOW), Cancelled)
    assert active_claims() == []


def test_nobody_outside_can_pass_for_the_desk() -> None:
    make_practice()
    appointment = get_appointment(booked("10:00").appointment_id)
    assert appointment.source == "web"
    forged = book(order(wish(at("14:00"), source="desk"), key="forged"), NOW)
    assert isinstance(forged, Booked)
    assert get_appointment(forged.appointment_id).source == "web"
    told = book(order(wish(at("16:00"), source="instagram"), key="told"), NOW)
    assert isinstance(told, Booked)
    assert get_appointment(told.appointment_id).source == "instagram"


@pytest.mark.parametrize("name", ["ß" * 120, "\ufdfa" * 120, "İ" * 120])
def test_a_name_that_grows_when_it_is_folded_is_no_fault_of_ours(name: str) -> None:
    make_practice()
    first = book(order(wish(at("10:00")), name=name, email="a@example.com"), NOW)
    again = book(order(wish(at("14:00")), name=name, email="a@example.com", key="again"), NOW)
    assert isinstance(first, Booked)
    assert isinstance(again, Booked)
    assert db.session.query(Client).count() == 1


def test_nobody_fills_a_strangers_mailbox_with_confirmations() -> None:
    make_practice(therapists=3, rooms=3)
    for number in range(5):
        booked(f"{9 + number * 2:02}:00")
    one_more = order(wish(at("09:00"), therapist="therapist-2"), key="sixth")
    answer = book(one_more, NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.TOO_MANY
    assert isinstance(book(one_more, NOW + timedelta(hours=1)), Booked)


def test_a_transaction_inside_a_transaction_is_refused() -> None:
    make_practice()
    with pytest.raises(RuntimeError, match="open already"), transaction():
        booked("10:00")


def test_without_preference_as_many_are_booked_as_can_be_served() -> None:
    make_practice(therapists=3, rooms=5)
    answers = [
        book(order(wish(at("10:00"), therapist=None), name=f"Client {n}", key=f"k{n}"), NOW) for n in range(5)
    ]
    assert sum(isinstance(answer, Booked) for answer in answers) == 3
    assert overlapping_claims() == 0


def test_moving_keeps_the_appointment_and_frees_the_old_time() -> None:
    make_practice()
    one = booked("10:00")
    assert isinstance(
        move(Change(one.appointment_id, CLIENT), at("10:30"), NOW), Moved
    )  # overlaps its own old time
    appointment = get_appointment(one.appointment_id)
    assert (appointment.reference, appointment.revision) == (one.reference, 1)
    assert appointment.wall_time == "2026-11-23T10:30"
    assert isinstance(book(order(wish(at("09:15")), key="old"), NOW), Booked)
    assert overlapping_claims() == 0


def test_moving_onto_another_appointment_changes_nothing() -> None:
    make_practice()
    one = booked("10:00")
    booked("14:00", name="Ada Moss")
    answer = move(Change(one.appointment_id, CLIENT), at("13:30"), NOW)
    assert isinstance(answer, Refused)
    assert get_appointment(one.appointment_id).wall_time == "2026-11-23T10:00"


def test_nobody_moves_a_session_to_a_therapist_who_is_not_qualified() -> None:
    make_practice(rooms=2)
    one = booked("10:00")
    answer = move(
        Change(one.appointment_id, Actor("staff"), by_staff=True), at("10:00"), NOW, "therapist-new"
    )
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NOT_QUALIFIED


def test_the_free_change_deadline_is_kept_by_the_server() -> None:
    make_practice()
    one = booked("10:00")
    late = at("10:00") - timedelta(hours=24)
    assert isinstance(move(Change(one.appointment_id, CLIENT), at("15:00"), late), TooLate)
    assert isinstance(cancel(Change(one.appointment_id, CLIENT), late), TooLate)
    early = late - timedelta(seconds=1)
    assert isinstance(cancel(Change(one.appointment_id, CLIENT), early), Cancelled)


def test_staff_may_change_it_after_the_deadline() -> None:
    make_practice()
    one = booked("10:00")
    late = at("10:00") - timedelta(hours=1)
    assert isinstance(
        move(Change(one.appointment_id, Actor("staff"), by_staff=True), at("15:00"), late), Moved
    )


def test_cancelling_twice_is_cancelling_once_and_nothing_moves_afterwards() -> None:
    make_practice()
    one = booked("10:00")
    assert isinstance(cancel(Change(one.appointment_id, CLIENT), NOW), Cancelled)
    assert isinstance(cancel(Change(one.appointment_id, CLIENT), NOW), Cancelled)
    assert isinstance(move(Change(one.appointment_id, CLIENT), at("15:00"), NOW), TooLate)
    assert get_appointment(one.appointment_id).revision == 1


def test_the_second_of_two_people_who_change_it_is_told() -> None:
    make_practice()
    one = booked("10:00")
    seen = get_appointment(one.appointment_id).row_version
    desk = Actor("staff", "desk@example.com")
    assert isinstance(move(Change(one.appointment_id, desk, seen, by_staff=True), at("15:00"), NOW), Moved)
    with pytest.raises(Stale):
        move(Change(one.appointment_id, desk, seen, by_staff=True), at("16:00"), NOW)
    assert get_appointment(one.appointment_id).wall_time == "2026-11-23T15:00"


def test_a_strangers_form_never_changes_what_is_stored() -> None:
    make_practice()
    booked("10:00", phone="902-555-0101")
    booked("12:00", phone="902-555-0999")  # the same name and address, another number
    booked("14:00", name="Ada Moss", email="jo.park@example.com")  # another person, the same address
    assert db.session.execute(select(Contact.phone).order_by(Contact.id)).scalars().all() == [
        "902-555-0101",
        None,
    ]
    assert db.session.execute(select(Client.name).order_by(Client.id)).scalars().all() == [
        "Jo Park",
        "Ada Moss",
    ]


def test_the_clients_note_is_ciphertext_that_opens_for_its_appointment_only() -> None:
    make_practice()
    note = "I had an operation in spring."
    appointment = get_appointment(booked("10:00", note=note).appointment_id)
    assert appointment.sealed_note is not None
    assert b"operation" not in appointment.sealed_note
    key = appointment.client.wrapped_key
    assert open_sealed(appointment.sealed_note, key, note_context(appointment.public_id)) == note


def test_a_booking_writes_its_messages_and_its_audit_line_in_the_same_transaction() -> None:
    make_practice()
    one = booked("10:00")
    wanted = select(Notification.step).where(Notification.appointment_id == one.appointment_id)
    assert len(db.session.execute(wanted).scalars().all()) >= 3
    assert [line.act for line in list_audit_lines("appointment", one.appointment_id)] == ["booked"]
    cancel(Change(one.appointment_id, CLIENT), NOW)
    assert [line.act for line in list_audit_lines("appointment", one.appointment_id)] == [
        "booked",
        "cancelled",
    ]
    assert first_broken_line() is None


def test_the_database_itself_refuses_overlapping_claims() -> None:
    make_practice()
    one = booked("10:00")
    therapist = get_appointment(one.appointment_id).therapist.resource_id
    _, from_cell, to_cell = active_claims()[0]
    with pytest.raises(Overlap), transaction() as rows:
        rows.add(_claim(therapist, one.appointment_id, from_cell + 1, to_cell + 1))
    with transaction() as rows:  # touching is not overlapping
        rows.add(_claim(therapist, one.appointment_id, to_cell, to_cell + 3))
    with pytest.raises(Overlap):
        _stretch_back(to_cell)


def test_another_resource_is_another_matter() -> None:
    make_practice()
    one = booked("10:00")
    _, from_cell, to_cell = active_claims()[0]
    with transaction() as rows:
        spare = Resource(kind="room")
        rows.add(spare)
        rows.flush()
        rows.add(_claim(spare.id, one.appointment_id, from_cell, to_cell))


def test_two_appointments_are_never_called_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    make_practice()
    first = _booked_with_luck(monkeypatch, "10:00", "ada")
    second = _booked_with_luck(monkeypatch, "14:00", "ben")  # draws the same letters again
    assert first.reference != second.reference
    assert db.session.execute(select(func.count(Appointment.id))).scalar_one() == 2


def _booked_with_luck(monkeypatch: pytest.MonkeyPatch, clock: str, name: str) -> Booked:
    monkeypatch.setattr(booking, "_random", Random(7))  # noqa: S311 - the same luck twice
    answer = book(order(wish(at(clock)), name=name, email=f"{name}@example.com", key=name), NOW)
    assert isinstance(answer, Booked), answer
    return answer


def test_a_refusal_names_the_nearest_free_times() -> None:
    make_practice()
    booked("10:00")
    refused = book(order(wish(at("10:00")), name="Ben Stone", email="ben@example.com", key="ben"), NOW)
    assert isinstance(refused, Refused)
    assert len(refused.alternatives) == 3


def test_a_time_too_far_ahead_is_refused_with_the_last_ones_that_can_be_had() -> None:
    make_practice()
    refused = book(order(wish(at("10:00") + timedelta(days=400))), NOW)
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.TOO_FAR
    assert len(refused.alternatives) == 3


def test_what_is_near_a_move_that_is_refused_counts_its_own_time_as_free_and_offers_others() -> None:
    make_practice()
    first, second = booked("10:00"), booked("14:00", name="Ben Stone", email="ben@example.com")
    answer = move(Change(second.appointment_id, Actor("client")), at("10:00"), NOW)
    assert isinstance(answer, Refused)
    offered = [slot.starts_at for slot in answer.alternatives]
    assert at("14:00") not in offered
    assert len(offered) == 3
    assert first != second


def test_reading_can_not_write() -> None:
    make_practice()
    booked("10:00")
    db.session.rollback()
    appointment = db.session.execute(select(Appointment)).scalar_one()
    appointment.minutes_late = 5
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        db.session.flush()
    db.session.rollback()


def _stretch_back(from_cell: int) -> None:
    """Make the claim that begins there begin a cell earlier."""
    with transaction() as rows:
        rows.execute(select(Claim).where(Claim.from_cell == from_cell)).scalar_one().from_cell = from_cell - 1


def _claim(resource_id: int, appointment_id: int, from_cell: int, to_cell: int) -> Claim:
    return Claim(
        resource_id=resource_id,
        appointment_id=appointment_id,
        from_cell=from_cell,
        to_cell=to_cell,
        active=True,
    )
