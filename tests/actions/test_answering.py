"""What a client answers by link: kept once, sealed where it is about health, and heard by who should hear it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.actions.answering import MOST_ANSWERS, check_in, confirm, open_check_in, report_illness, settle_task
from app.actions.day import Click, mark_arrived, mark_no_show, undo_mark
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Cancelled, CheckedIn, Confirmed, Moved, NotCompleted, Reported, TooLate
from app.domain.care import CheckInAnswer, TaskKind
from app.extensions import db
from app.models import Appointment, CheckIn, Contact, Notification, Role, StaffMember, Task, Therapist
from app.store.appointments import get_appointment
from app.store.audit import first_broken_line, list_audit_lines
from app.store.care import list_open_tasks
from app.store.seal_contexts import reason_context
from app.store.transactions import transaction
from app.vault import open_sealed
from tests.support.answers import (
    CLIENT,
    LATE,
    SAM,
    acts,
    booked,
    by_link,
    completed,
    messages,
    set_policy,
    told_appointment,
)
from tests.support.rows import NOW, active_claims, at


def test_all_answers_are_as_long_when_sealed(number: int) -> None:
    completed(number)
    for minutes, answer in enumerate(CheckInAnswer):
        check_in(number, answer, CLIENT, NOW + timedelta(days=9, hours=minutes))
    db.session.rollback()
    assert (
        db.session.execute(select(func.count(func.distinct(func.length(CheckIn.sealed_answer))))).scalar()
        == 1
    )


def test_a_cry_for_help_reaches_the_owner_where_the_therapist_is_not_told(number: int) -> None:
    with transaction() as rows:
        owner = Role(name="owner", description="Owner")
        rows.add(
            StaffMember(
                email="owner@example.com", roles=[owner], active=True, fs_uniquifier="o", created_at=NOW
            )
        )
        therapist = rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one()
        silent = StaffMember(email="t1@example.com", notices=["new"], therapist=therapist)
        silent.active, silent.fs_uniquifier, silent.created_at = True, "t", NOW
        rows.add(silent)
    completed(number)
    check_in(number, CheckInAnswer.NEED_HELP, CLIENT, NOW + timedelta(days=9))
    db.session.rollback()
    told = select(Notification.state, Notification.audience).where(Notification.kind == "therapist_call_back")
    assert set(map(tuple, db.session.execute(told))) == {("skipped", "therapist"), ("planned", "staff")}


@pytest.fixture
def number(context: None) -> int:
    """An appointment on Monday at ten, of which everybody has been told."""
    return told_appointment()


def tasks() -> list[Task]:
    """All tasks, done or not."""
    return list(db.session.execute(select(Task).order_by(Task.id)).scalars())


def test_who_says_i_will_be_there_is_expected_however_often_it_is_said(number: int) -> None:
    assert confirm(by_link(number), NOW) == Confirmed(number)
    assert confirm(by_link(number), NOW + timedelta(hours=1)) == Confirmed(number)
    assert get_appointment(number).confirmed_at == NOW
    assert acts(number) == ["booked", "confirmed"]


def test_it_can_be_confirmed_until_it_begins(number: int) -> None:
    assert isinstance(confirm(by_link(number), at("09:59")), Confirmed)
    assert isinstance(confirm(by_link(number), at("10:00")), TooLate)


def test_what_is_cancelled_is_not_confirmed(number: int) -> None:
    cancel(by_link(number), NOW)
    assert isinstance(confirm(by_link(number), NOW), TooLate)
    assert acts(number) == ["booked", "cancelled"]


def test_who_falls_ill_cancels_without_fee_up_to_the_start(number: int) -> None:
    assert isinstance(cancel(by_link(number), LATE), TooLate)
    assert report_illness(by_link(number), "cancel", LATE) == Cancelled(number)
    row = get_appointment(number)
    assert (row.state, row.cancelled_by, row.change_is_free) == ("cancelled", "client", True)
    assert active_claims() == []
    assert acts(number) == ["booked", "can't come", "cancelled"]
    assert [one.state for one in messages(number, "appointment_cancelled")] == ["planned"]
    assert len(messages(number, "therapist_cancelled")) == 1


def test_why_somebody_stays_away_is_sealed_and_told_to_nobody_by_the_log(number: int) -> None:
    report_illness(by_link(number), "cancel", LATE)
    row = get_appointment(number)
    assert row.sealed_reason is not None
    assert open_sealed(row.sealed_reason, row.client.wrapped_key, reason_context(row.public_id)) == "illness"
    assert "ill" not in str([line.detail for line in list_audit_lines("appointment", number)])


def test_the_second_click_on_cancel_changes_nothing(number: int) -> None:
    report_illness(by_link(number), "cancel", LATE)
    before = get_appointment(number).row_version
    assert report_illness(by_link(number), "cancel", LATE) == Cancelled(number)
    assert get_appointment(number).row_version == before


def test_who_falls_ill_and_wants_another_time_is_looked_after(number: int) -> None:
    confirm(by_link(number), NOW)
    assert report_illness(by_link(number), "move", LATE) == Reported(number)
    assert report_illness(by_link(number), "move", LATE) == Reported(number)
    row = get_appointment(number)
    assert (row.state, row.change_is_free, row.confirmed_at) == ("booked", True, None)
    assert [(one.kind, one.reference) for one in list_open_tasks(None)] == [
        (TaskKind.NEW_TIME, row.reference)
    ]
    assert len(messages(number, "therapist_call_back")) == 1
    assert acts(number) == ["booked", "confirmed", "can't come"]


def test_they_may_then_move_it_past_the_deadline_and_the_task_is_settled(number: int) -> None:
    later = at("15:00") + timedelta(days=3)
    assert isinstance(move(by_link(number), later, LATE), TooLate)
    report_illness(by_link(number), "move", LATE)
    assert isinstance(move(by_link(number), later, LATE), Moved)
    assert list_open_tasks(None) == []
    row = get_appointment(number)
    assert row.sealed_reason is not None  # the therapist is told why
    assert not row.change_is_free  # for the new time the usual deadline holds
    assert isinstance(cancel(by_link(number), later - timedelta(hours=1)), TooLate)


def test_a_reason_does_not_outlive_the_change_that_it_was_given_for(number: int) -> None:
    report_illness(by_link(number), "move", LATE)
    move(by_link(number), at("15:00") + timedelta(days=3), LATE)
    cancel(by_link(number), LATE + timedelta(hours=1))
    assert get_appointment(number).sealed_reason is None


def test_or_cancel_it_after_all(number: int) -> None:
    report_illness(by_link(number), "move", LATE)
    assert isinstance(cancel(by_link(number), at("09:59")), Cancelled)
    assert list_open_tasks(None) == []
    assert get_appointment(number).sealed_reason is not None


def test_the_desk_settles_it_by_moving_it(number: int) -> None:
    report_illness(by_link(number), "move", LATE)
    move(Change(number, SAM, by_staff=True), at("15:00"), LATE)
    assert list_open_tasks(None) == []
    assert tasks()[0].done_by == "desk@example.com"


def test_who_feels_well_again_takes_it_back_by_confirming(number: int) -> None:
    report_illness(by_link(number), "move", NOW)
    confirm(by_link(number), NOW)
    row = get_appointment(number)
    assert (row.change_is_free, row.sealed_reason, list_open_tasks(None)) == (False, None, [])


def test_once_it_has_begun_nobody_can_stay_away_by_link(number: int) -> None:
    for wants in ("move", "cancel"):
        assert isinstance(report_illness(by_link(number), wants, at("10:00")), TooLate)
    assert acts(number) == ["booked"]


def test_where_illness_is_not_free_the_deadline_holds_for_all(number: int) -> None:
    set_policy(illness_is_free=False)
    assert isinstance(report_illness(by_link(number), "cancel", LATE), TooLate)
    assert report_illness(by_link(number), "move", NOW) == Reported(number)
    assert not get_appointment(number).change_is_free
    assert isinstance(cancel(by_link(number), LATE), TooLate)


@pytest.mark.parametrize("answer", list(CheckInAnswer))
def test_how_somebody_feels_is_kept_sealed(number: int, answer: CheckInAnswer) -> None:
    done_at = completed(number)
    assert isinstance(check_in(number, answer, CLIENT, done_at), CheckedIn)
    sealed = db.session.execute(select(CheckIn.sealed_answer)).scalar_one()
    assert answer.value.encode() not in sealed
    assert open_check_in(number, SAM, done_at) == [(answer, done_at)]
    assert acts(number)[-2:] == ["checked in", "check-in opened"]
    assert answer.value not in str([line.detail for line in list_audit_lines("appointment", number)])
    assert first_broken_line() is None


@pytest.mark.parametrize("answer", [CheckInAnswer.WORSE, CheckInAnswer.NEED_HELP])
def test_an_alarming_answer_asks_the_therapist_to_call_once(number: int, answer: CheckInAnswer) -> None:
    done_at = completed(number)
    for minutes in (0, 1, 30, 60):
        said = check_in(number, answer, CLIENT, done_at + timedelta(minutes=minutes))
        assert said == CheckedIn(is_alarming=True)
    assert [one.kind for one in list_open_tasks(None)] == [TaskKind.CALL_BACK]
    assert len(messages(number, "therapist_call_back")) == 1


def test_a_cry_for_help_that_comes_several_times_at_once_is_one_call(app: Flask, number: int) -> None:
    done_at = completed(number)

    def cry(_turn: int) -> None:
        with app.app_context():
            check_in(number, CheckInAnswer.NEED_HELP, CLIENT, done_at)

    db.session.rollback()  # whoever reads keeps others from writing
    with ThreadPoolExecutor(4) as several:
        list(several.map(cry, range(8)))
    db.session.rollback()
    assert len(list_open_tasks(None)) == 1
    assert len(messages(number, "therapist_call_back")) == 1
    assert len(open_check_in(number, SAM, done_at)) == 1


@pytest.mark.parametrize("answer", [CheckInAnswer.BETTER, CheckInAnswer.SAME])
def test_any_other_answer_asks_nobody(number: int, answer: CheckInAnswer) -> None:
    assert check_in(number, answer, CLIENT, completed(number)) == CheckedIn(is_alarming=False)
    assert (list_open_tasks(None), messages(number, "therapist_call_back")) == ([], [])


def test_the_same_tap_twice_is_one_answer(number: int) -> None:
    done_at = completed(number)
    for seconds in (0, 1, 60):
        check_in(number, CheckInAnswer.BETTER, CLIENT, done_at + timedelta(seconds=seconds))
    assert db.session.execute(select(func.count(CheckIn.id))).scalar_one() == 1


def test_answers_without_end_are_not_kept_but_a_cry_for_help_is_always_heard(number: int) -> None:
    now = completed(number)
    for turn in range(MOST_ANSWERS + 5):
        now += timedelta(minutes=1)
        check_in(number, (CheckInAnswer.BETTER, CheckInAnswer.SAME)[turn % 2], CLIENT, now)
    assert len(open_check_in(number, SAM, now)) == MOST_ANSWERS
    assert check_in(number, CheckInAnswer.NEED_HELP, CLIENT, now).is_alarming  # type: ignore[union-attr]
    assert len(list_open_tasks(None)) == 1


def test_a_call_that_was_made_does_not_silence_the_next_alarm(number: int) -> None:
    now = completed(number)
    check_in(number, CheckInAnswer.WORSE, CLIENT, now)
    task = list_open_tasks(None)[0]
    assert settle_task(task.id, SAM, now) is True
    assert settle_task(task.id, SAM, now) is False
    assert list_open_tasks(None) == []
    check_in(number, CheckInAnswer.NEED_HELP, CLIENT, now + timedelta(hours=5))
    assert len(list_open_tasks(None)) == 1
    assert len(messages(number, "therapist_call_back")) == 2
    assert acts(number).count("task settled") == 1


def test_there_is_nothing_to_answer_before_the_session_is_done(number: int) -> None:
    assert check_in(number, CheckInAnswer.WORSE, CLIENT, at("11:00")) == NotCompleted()
    cancel(by_link(number), NOW)
    assert check_in(number, CheckInAnswer.WORSE, CLIENT, at("11:00")) == NotCompleted()
    assert (tasks(), open_check_in(number, SAM, NOW)) == ([], [])


def test_a_task_that_does_not_exist_is_no_task(number: int) -> None:
    with pytest.raises(LookupError):
        settle_task(4711, SAM, NOW)


def test_tasks_are_shown_to_who_has_the_appointment(number: int) -> None:
    report_illness(by_link(number), "move", NOW)
    whose = get_appointment(number).therapist_id
    assert len(list_open_tasks(whose)) == 1
    assert list_open_tasks(whose + 1) == []


def test_after_care_begins_with_done_and_ends_when_that_is_taken_back(number: int) -> None:
    assert messages(number, "appointment_aftercare") == []
    done_at = completed(number)
    assert {one.state for one in messages(number, "appointment_aftercare")} == {"planned"}
    undo_mark(Click(number, get_appointment(number).row_version, SAM), done_at)
    assert {one.state for one in messages(number, "appointment_aftercare")} == {"skipped"}
    completed(number, done_at + timedelta(minutes=1))
    assert "planned" in {one.state for one in messages(number, "appointment_aftercare")}


def test_nobody_who_stayed_away_gets_after_care(number: int) -> None:
    mark_no_show(Click(number, get_appointment(number).row_version, SAM), at("10:30"))
    assert messages(number, "appointment_aftercare") == []
    planned = select(func.count(Notification.id)).where(
        Notification.state == "planned", Notification.kind.in_(["appointment_reminder"])
    )
    assert db.session.execute(planned).scalar_one() == 0


def test_who_has_arrived_can_no_longer_stay_away(number: int) -> None:
    mark_arrived(Click(number, get_appointment(number).row_version, SAM), at("09:50"))
    assert isinstance(report_illness(by_link(number), "cancel", at("09:55")), TooLate)
    assert isinstance(confirm(by_link(number), at("09:55")), TooLate)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_tables_hold_no_word_about_health(app: Flask, number: int) -> None:
    done_at = completed(number)
    check_in(number, CheckInAnswer.NEED_HELP, CLIENT, done_at)
    check_in(number, CheckInAnswer.WORSE, CLIENT, done_at)
    other = booked("14:00").appointment_id
    report_illness(by_link(other), "move", NOW)
    with db.engine.connect() as connection:
        dump = "\n".join(connection.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
    rows = "\n".join(line for line in dump.splitlines() if line.startswith("INSERT"))
    assert rows.count("INSERT") > 20
    for word in ("illness", "worse", "need_help", "need help", "'ill'"):
        assert word not in rows.replace("illness_is_free", ""), word
    assert db.session.execute(select(func.count(Contact.id))).scalar_one() == 1
    assert db.session.execute(select(func.count(Appointment.id))).scalar_one() == 2
