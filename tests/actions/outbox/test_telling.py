"""What is told: to whom, when, and as it is true at the moment of sending."""

from datetime import date

from sqlalchemy import select, update

from app.actions import outbox
from app.actions.letters import calendar_of
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Moved
from app.actions.reconciling import reconcile
from app.domain.appointments import Actor
from app.domain.notifications import (
    BEGUN,
    CHANGED_AGAIN,
    NO_CLIENT_ADDRESS,
    OWN_DOING,
    WAS_CANCELLED,
    WAS_MOVED,
)
from app.extensions import db
from app.models import AddressPeriod, Contact, Location, Notification, Service, StaffMember, Therapist
from app.store.transactions import transaction
from tests.actions.outbox.sending import (
    CLIENT,
    DESK,
    JO,
    LATER_DAY,
    THERAPIST,
    Time,
    booked,
    ledger,
    state_of,
)
from tests.support.rows import NOW, at
from tests.support.smtp import Sink


def member(email: str, notices: list[str] | None, therapist: Therapist | None = None) -> StaffMember:
    return StaffMember(
        email=email, notices=notices, therapist=therapist, fs_uniquifier=email, active=True, created_at=NOW
    )


def test_a_booking_is_told_to_client_and_therapist_at_once(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    assert outbox.sweep(time) == outbox.Swept(sent=2)
    (confirmation,), (notice,) = smtp_sink.to(JO), smtp_sink.to(THERAPIST)
    assert "Mon 7 Dec, 10:00 am" in confirmation.subject
    assert "https://book.example.com/appointment/" in confirmation.text()
    assert "1 Example Street, Halifax, NS" in confirmation.text()
    assert "Phone us on 902-555-0100." in confirmation.text()  # if something feels wrong afterwards
    assert "Client: Jo Park" in notice.text()
    assert "/appointment/" not in notice.text()
    assert b"METHOD:REQUEST" in (confirmation.calendar() or b"")
    assert confirmation.message_id.endswith("@book.example.com>")
    assert state_of(appointment_id, "booked/0") == ("sent", None)
    assert outbox.sweep(time) == outbox.Swept()


def test_what_staff_change_in_three_minutes_is_one_mail(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    for clock in ("15:00", "16:00"):
        assert isinstance(
            move(Change(appointment_id, DESK, by_staff=True), at(clock, LATER_DAY), time.now), Moved
        )
        time.passes(minutes=2)
    assert outbox.sweep(time).sent == 0
    time.passes(minutes=1)
    outbox.sweep(time)
    (_, news) = smtp_sink.to(JO)
    assert "4:00 pm" in news.subject
    assert "10:00 am" in news.text()  # the time that the client knew
    assert "3:00 pm" not in news.text()
    assert len(smtp_sink.to(THERAPIST)) == 2


def test_what_staff_change_and_change_back_is_told_to_nobody(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    for clock in ("15:00", "10:00"):
        move(Change(appointment_id, DESK, by_staff=True), at(clock, LATER_DAY), time.now)
    time.passes(minutes=3)
    assert outbox.sweep(time).sent == 0
    assert state_of(appointment_id, "before_1d/2") == ("planned", None)


def test_a_booking_by_the_desk_that_is_moved_at_once_is_told_as_a_booking(
    time: Time, smtp_sink: Sink
) -> None:
    appointment_id = booked(time, by_staff=True, actor=DESK)
    assert outbox.sweep(time).sent == 0
    move(Change(appointment_id, DESK, by_staff=True), at("15:00", LATER_DAY), time.now)
    time.passes(minutes=3)
    outbox.sweep(time)
    (only,) = smtp_sink.to(JO)
    assert "is booked" in only.subject
    assert "3:00 pm" in only.subject
    assert state_of(appointment_id, "booked/0") == ("skipped", CHANGED_AGAIN)


def test_a_booking_by_the_desk_that_is_cancelled_at_once_is_told_to_nobody(
    time: Time, smtp_sink: Sink
) -> None:
    appointment_id = booked(time, by_staff=True, actor=DESK)
    cancel(Change(appointment_id, DESK, by_staff=True), time.now)
    time.passes(days=1)
    assert outbox.sweep(time).sent == 0


def test_what_the_desk_changes_before_the_client_s_own_booking_was_confirmed_is_told(
    time: Time, smtp_sink: Sink
) -> None:
    appointment_id = booked(time)  # and the mail server is down
    time.passes(minutes=30)
    cancel(Change(appointment_id, DESK, by_staff=True), time.now)
    time.passes(minutes=3)
    outbox.sweep(time)
    assert ["cancelled" in taken.subject for taken in smtp_sink.to(JO)] == [True]


def test_a_slip_of_the_desk_never_brings_a_second_confirmation(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    for clock in ("15:00", "10:00"):
        move(Change(appointment_id, DESK, by_staff=True), at(clock, LATER_DAY), time.now)
    time.passes(minutes=30)
    assert reconcile(time.now) == 0
    assert outbox.sweep(time).sent == 0


def test_who_has_no_address_is_called_about_what_holds_in_the_end(time: Time) -> None:
    appointment_id = booked(time, email=None, phone="902-555-0123")
    time.passes(minutes=10)
    for clock in ("15:00", "10:00"):
        move(Change(appointment_id, DESK, by_staff=True), at(clock, LATER_DAY), time.now)
    assert state_of(appointment_id, "moved/1") == ("skipped", CHANGED_AGAIN)
    assert "moved/2" not in ledger(appointment_id)


def test_a_therapist_is_not_told_of_their_own_doing_and_the_desk_of_what_it_chose(
    time: Time, smtp_sink: Sink
) -> None:
    with transaction() as rows:
        therapist = rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one()
        rows.add_all([member("desk@example.com", ["new"]), member("t1@example.com", None, therapist)])
    appointment_id = booked(time, by_staff=True, actor=Actor("staff", "t1@example.com"))
    time.passes(minutes=3)
    outbox.sweep(time)
    assert state_of(appointment_id, "therapist_booked:1/0") == ("skipped", OWN_DOING)
    (notice,) = smtp_sink.to("desk@example.com")
    assert "Therapist 1" in notice.text()
    cancel(Change(appointment_id, DESK, by_staff=True), time.now)
    time.passes(minutes=3)
    outbox.sweep(time)
    assert len(smtp_sink.to("desk@example.com")) == 1
    assert len(smtp_sink.to(THERAPIST)) == 1


def test_a_move_drops_the_old_reminders_and_updates_the_calendar(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    assert isinstance(move(Change(appointment_id, CLIENT), at("15:00", LATER_DAY), time.now), Moved)
    outbox.sweep(time)
    told = ledger(appointment_id)
    assert told["before_3d/0"] == told["before_1d/0"] == ("skipped", WAS_MOVED)
    assert told["before_1d/1"] == ("planned", None)
    booking, news = (each.calendar() or b"" for each in smtp_sink.to(JO))
    assert b"SEQUENCE:0" in booking
    assert b"SEQUENCE:1" in news
    assert [line for line in booking.split(b"\r\n") if line.startswith(b"UID")] == [
        line for line in news.split(b"\r\n") if line.startswith(b"UID")
    ]
    assert "3:00 pm" in smtp_sink.to(JO)[1].subject


def test_when_another_therapist_takes_over_both_are_told(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    moved = move(
        Change(appointment_id, CLIENT, by_staff=True), at("10:00", LATER_DAY), time.now, "therapist-2"
    )
    assert isinstance(moved, Moved)
    outbox.sweep(time)
    assert "no longer with you" in smtp_sink.to(THERAPIST)[1].text()
    assert "A new appointment with you" in smtp_sink.to("therapist-2@example.com")[0].text()


def test_a_cancellation_drops_the_reminders_and_takes_the_entry_out(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    cancel(Change(appointment_id, CLIENT), time.now)
    outbox.sweep(time)
    assert state_of(appointment_id, "before_1d/0") == ("skipped", WAS_CANCELLED)
    last = smtp_sink.to(JO)[-1]
    assert b"METHOD:CANCEL" in (last.calendar() or b"")
    assert "cancelled" in last.subject


def test_a_confirmation_that_could_not_go_before_the_cancellation_is_not_sent_after_it(
    time: Time, smtp_sink: Sink
) -> None:
    appointment_id = booked(time)
    cancel(Change(appointment_id, CLIENT), time.now)
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0") == ("skipped", CHANGED_AGAIN)
    assert ["cancelled" in taken.subject for taken in smtp_sink.to(JO)] == [True]


def test_who_has_no_address_is_called_instead(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time, email=None, phone="902-555-0123", by_staff=True)
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0") == ("skipped", NO_CLIENT_ADDRESS)
    assert [taken.recipients for taken in smtp_sink.taken] == [(THERAPIST,)]


def test_the_address_is_the_one_of_that_day_as_known_when_the_mail_goes(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    with transaction() as rows:
        location = rows.execute(select(Location)).scalar_one()
        location.address_periods.append(
            AddressPeriod(valid_from=date(2026, 12, 1), lines="9 Harbour Road\nHalifax, NS")
        )
    outbox.sweep(time)
    (confirmation,) = smtp_sink.to(JO)
    assert "9 Harbour Road, Halifax, NS" in confirmation.text()
    assert "9 Harbour Road" in confirmation.html()
    assert b"9 Harbour Road" in (confirmation.calendar() or b"").replace(b"\r\n ", b"")


def test_who_wants_no_detail_in_mails_gets_none(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    with transaction() as rows:
        rows.execute(update(Contact).values(detail="page"))
    outbox.sweep(time)
    (confirmation,) = smtp_sink.to(JO)
    assert "Psoas" not in confirmation.text() + confirmation.html()
    assert "Eat lightly" not in confirmation.text() + confirmation.html()


def test_services_and_therapists_that_have_been_retired_are_still_told(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    with transaction() as rows:
        for model in (Service, Therapist, Location):
            rows.execute(update(model).values(retired_at=time.now))
    assert outbox.sweep(time).sent == 2
    assert "Phone us on 902-555-0100." in smtp_sink.to(JO)[0].text()


def test_a_session_that_has_begun_is_not_announced(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    with transaction() as rows:
        rows.execute(update(Notification).values(expires_at=at("23:00", LATER_DAY)))
    time.now = at("10:01", LATER_DAY)
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0") == ("skipped", BEGUN)
    assert smtp_sink.taken == []


def test_an_account_message_is_sealed_and_sent_like_the_others(time: Time, smtp_sink: Sink) -> None:
    number = outbox.add_account_message(
        "desk@example.com", "Your password", "Go to\n\nhttps://book.example.com/x", time.now
    )
    row = db.session.get(Notification, number)
    assert row is not None
    assert b"password" not in (row.sealed_content or b"")
    db.session.rollback()
    outbox.sweep(time)
    (taken,) = smtp_sink.to("desk@example.com")
    assert taken.subject == "Your password"
    assert "https://book.example.com/x" in taken.text()


def test_an_account_message_is_worth_nothing_after_its_link_has_died(time: Time, smtp_sink: Sink) -> None:
    outbox.add_account_message("desk@example.com", "Your password", "words", time.now)
    time.passes(minutes=61)
    outbox.sweep(time)
    assert smtp_sink.taken == []


def test_the_download_is_the_same_entry(time: Time) -> None:
    content = calendar_of(booked(time), time.now)
    assert b"METHOD:PUBLISH" in content
    assert b"@stillpoint" in content
    assert b"ATTENDEE" not in content
