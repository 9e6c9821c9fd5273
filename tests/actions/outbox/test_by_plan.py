"""What is told by plan: ahead of a session and after it, in the morning to therapists, and what was forgotten or has changed."""

from datetime import date, timedelta

from sqlalchemy import delete, select, update

from app.actions import outbox
from app.actions.agenda import plan_agendas
from app.actions.day import Marked, mark_completed, mark_no_show, undo_mark
from app.actions.reconciling import reconcile
from app.domain.notifications import BOOKED_TOO_LATE, NOTHING_LEFT, SAID_LATER
from app.models import AddressPeriod, Contact, Location, Notification
from app.store.transactions import transaction
from tests.actions.outbox.sending import JO, LATER_DAY, THERAPIST, Time, booked, click_on, ledger, state_of
from tests.support.rows import at
from tests.support.smtp import Sink


def test_reminders_go_on_their_days_with_the_advice_that_is_due(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    outbox.sweep(time)
    assert "Eat lightly" not in smtp_sink.to(JO)[0].text()
    time.now = at("09:59", LATER_DAY - timedelta(days=3))
    assert outbox.sweep(time).sent == 0
    time.passes(minutes=1)
    assert outbox.sweep(time).sent == 1
    first = smtp_sink.to(JO)[1].text()
    assert "Tell us if anything has changed." in first
    assert "Eat lightly" not in first
    time.now = at("10:00", LATER_DAY - timedelta(days=1))
    outbox.sweep(time)
    assert "Tell us if anything" not in smtp_sink.to(JO)[2].text()
    time.now = at("18:59", LATER_DAY - timedelta(days=1))
    assert outbox.sweep(time).sent == 0
    time.passes(minutes=1)  # three hours before is 07:00, in the night: the evening before
    assert outbox.sweep(time).sent == 1
    last = smtp_sink.to(JO)[3].text()
    assert "Eat lightly, please." in last
    assert "omorrow" in last


def test_whoever_books_late_reads_in_the_confirmation_what_is_due_and_is_not_told_again(
    time: Time, smtp_sink: Sink
) -> None:
    appointment_id = booked(time, "11:00", time.now.date())
    outbox.sweep(time)
    assert "Eat lightly, please." in smtp_sink.to(JO)[0].text()
    assert {why for step, (_, why) in ledger(appointment_id).items() if step.startswith("before")} == {
        BOOKED_TOO_LATE
    }
    time.now = at("10:59", time.now.date())
    assert outbox.sweep(time).sent == 0


def test_after_care_begins_when_the_session_is_marked_as_done(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    time.now = at("12:00", LATER_DAY + timedelta(days=1))
    outbox.sweep(time)
    assert len(smtp_sink.to(JO)) == 1  # the clock alone says nothing
    time.now = at("11:20", LATER_DAY)
    click = click_on(appointment_id)
    assert isinstance(mark_completed(click, time.now), Marked)
    time.now = at("13:00", LATER_DAY)
    outbox.sweep(time)
    (_, evening) = smtp_sink.to(JO)
    assert "Take a slow walk." in evening.text()
    assert "Phone us on 902-555-0100." in evening.text()
    assert evening.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert smtp_sink.to(JO)[0].message["List-Unsubscribe"] is None
    time.now = at("11:00", LATER_DAY + timedelta(days=1))
    outbox.sweep(time)
    assert "check-in/" in smtp_sink.to(JO)[2].text()


def test_a_mark_taken_back_stops_after_care_and_a_new_one_begins_it_anew(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    time.now = at("11:20", LATER_DAY)
    mark_completed(click_on(appointment_id), time.now)
    undo_mark(click_on(appointment_id), time.now)
    time.now = at("14:00", LATER_DAY)
    assert outbox.sweep(time).sent == 0
    mark_completed(click_on(appointment_id), time.now)
    outbox.sweep(time)
    assert "Take a slow walk." in smtp_sink.to(JO)[1].text()


def test_who_has_booked_again_meanwhile_is_not_asked_to_come_again(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    time.now = at("11:20", LATER_DAY)
    mark_completed(click_on(appointment_id), time.now)
    booked(time, "10:00", LATER_DAY + timedelta(days=6))
    time.now = at("11:00", LATER_DAY + timedelta(days=7))
    outbox.sweep(time)
    assert state_of(appointment_id, "after_7d/0") == ("skipped", NOTHING_LEFT)


def test_who_did_not_come_gets_no_after_care(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    time.now = at("10:20", LATER_DAY)
    mark_no_show(click_on(appointment_id), time.now)
    time.passes(days=9)
    assert outbox.sweep(time).sent == 0
    assert len(smtp_sink.to(JO)) == 1


def test_who_stopped_after_care_still_gets_reminders(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    with transaction() as rows:
        rows.execute(update(Contact).values(aftercare_stopped_at=time.now))
    outbox.sweep(time)
    time.now = at("10:00", LATER_DAY - timedelta(days=1))
    assert outbox.sweep(time).sent == 1


def test_after_days_without_a_worker_one_message_says_what_several_would_have_said(
    time: Time, smtp_sink: Sink
) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    time.now = at("20:00", LATER_DAY - timedelta(days=1))
    outbox.sweep(time)
    (_, only) = smtp_sink.to(JO)
    assert "Eat lightly, please." in only.text()
    assert "Tell us if anything has changed." in only.text()
    assert state_of(appointment_id, "before_3d/0") == ("skipped", SAID_LATER)


def test_clients_learn_when_the_address_of_their_day_has_changed(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    outbox.sweep(time)
    assert reconcile(time.now) == 0
    with transaction() as rows:
        location = rows.execute(select(Location)).scalar_one()
        location.address_periods.append(
            AddressPeriod(valid_from=date(2026, 12, 1), lines="9 Harbour Road\nHalifax, NS")
        )
    assert reconcile(time.now) == 1
    outbox.sweep(time)
    assert "9 Harbour Road\n" in smtp_sink.to(JO)[1].text().replace("\r\n", "\n")
    assert reconcile(time.now) == 0


def test_an_appointment_of_which_nobody_was_told_is_found_and_told(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    with transaction() as rows:
        rows.execute(delete(Notification))
    assert reconcile(time.now) == 0  # whoever books may not be finished
    time.passes(minutes=11)
    assert reconcile(time.now) == 1
    assert reconcile(time.now) == 0
    outbox.sweep(time)
    assert "is booked" in smtp_sink.to(JO)[0].subject
    assert state_of(appointment_id, "before_1d/0") == ("planned", None)


def test_each_therapist_gets_one_agenda_in_the_morning(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    booked(time, "13:00", email="mo@example.com", name="Mo Lee")
    outbox.sweep(time)
    time.now = at("06:59", LATER_DAY)
    assert plan_agendas(time.now) == []
    time.passes(minutes=1)
    assert len(plan_agendas(time.now)) == 1
    assert plan_agendas(time.now) == []
    outbox.sweep(time)
    agenda = smtp_sink.to(THERAPIST)[-1].text()
    assert "Jo Park" in agenda
    assert "Mo Lee" in agenda
    assert "10:00" in agenda
    time.now = at("06:00", LATER_DAY + timedelta(days=1))
    assert plan_agendas(time.now) == []
