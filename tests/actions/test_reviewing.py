"""What waits for a therapist's look is kept, answered or lapses, and the client hears of it each time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
from flask import Flask

from app.actions.answering import report_illness, settle_task
from app.actions.approving import accept, accept_changed, decline, keep_as_booked
from app.actions.booking import book
from app.actions.changed_health import report_change
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Accepted, Booked, Cancelled, Declined, Moved, Refused, TooLate
from app.actions.reviewing import lapse_reviews, open_words
from app.domain.appointments import Actor, State
from app.domain.care import TaskKind
from app.domain.reviews import Altered, Decision
from app.domain.slots import Refusal
from app.extensions import db
from app.models import AuditLine, Notification, Review, Task
from app.store.appointments import get_appointment
from app.store.care import list_open_tasks
from app.store.reviews import latest_review, open_deadlines
from app.store.transactions import Stale
from tests.support.desk import Desk, make_desk
from tests.support.reviews import request_session
from tests.support.rows import MONDAY, NOW, active_claims, at, order, wish
from tests.support.safety import TERMS, WELL, answered, ask_before

DANA = Actor("staff", "therapist@example.com")
WEEK = timedelta(days=7)
START = at("14:00", MONDAY + WEEK)


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = make_desk(app)
    with app.app_context():
        ask_before()
    return desk


@pytest.fixture
def request_id(app: Flask, desk: Desk) -> int:
    """Ten days ahead, so that all reminders are still to come."""
    return request_session(app, START)


def by_therapist(number: int, **more: object) -> Change:
    return Change(number, DANA, by_staff=True, **more)  # type: ignore[arg-type]


def planned(number: int) -> dict[str, str]:
    rows = db.session.query(Notification).filter_by(appointment_id=number, audience="client")
    return {row.step: row.kind for row in rows if row.state == "planned"}


def kinds(number: int) -> set[str]:
    return set(planned(number).values())


def test_a_request_keeps_its_time_and_says_by_when_it_is_answered(
    app: Flask, desk: Desk, request_id: int
) -> None:
    with app.app_context():
        review = latest_review(request_id)
        assert review is not None
        assert review.is_open
        assert review.deadline_at == NOW + timedelta(hours=24)
        assert review.screening_id is not None
        assert get_appointment(request_id).state == State.REQUESTED
        other = answered(NOW, "somebody else")
        again = book(
            order(wish(START), name="Ana Diaz", key="2", screening_token=other.token, consent=TERMS), NOW
        )
        assert isinstance(again, Refused)
        assert again.refusal is Refusal.TAKEN


def test_reminders_wait_until_the_request_is_accepted(app: Flask, desk: Desk, request_id: int) -> None:
    with app.app_context():
        assert planned(request_id) == {"requested": "appointment_requested"}
        assert accept(by_therapist(request_id), NOW) == Accepted(request_id)
        assert kinds(request_id) == {
            "appointment_booked",
            "appointment_reminder",
            "appointment_preparation",
        }


def test_whoever_accepts_closes_the_review_under_their_name(app: Flask, desk: Desk, request_id: int) -> None:
    with app.app_context():
        accept(by_therapist(request_id), NOW)
        review = latest_review(request_id)
        assert review is not None
        assert (review.decision, review.decided_by, review.decided_at) == (
            Decision.ACCEPTED,
            "therapist@example.com",
            NOW,
        )
        assert open_deadlines([request_id]) == {}


def test_who_declines_may_say_why_and_only_the_sealed_words_are_kept(
    app: Flask, desk: Desk, request_id: int
) -> None:
    with app.app_context():
        claims = len(active_claims())
        assert decline(by_therapist(request_id), NOW, "Aspirin daily: see her doctor.") == Declined(
            request_id
        )
        assert len(active_claims()) == claims - 2
        row = db.session.query(Review).one()
        assert row.decision == "declined"
        assert b"Aspirin" not in (row.sealed_words or b"")
        assert kinds(request_id) == {"appointment_declined"}
        assert open_words(request_id, DANA, NOW) == "Aspirin daily: see her doctor."
        assert db.session.query(AuditLine).filter_by(act="review reason opened").count() == 1


def test_a_shorter_session_is_promised_and_gives_the_rest_of_the_time_back(
    app: Flask, desk: Desk, request_id: int
) -> None:
    with app.app_context():
        answer = accept_changed(by_therapist(request_id), Altered("back-massage", 30), NOW)
        assert answer == Accepted(request_id)
        row = get_appointment(request_id)
        assert (row.state, row.minutes, row.price_minor, row.buffer_after) == ("booked", 30, 5000, 10)
        assert row.service.slug == "back-massage"
        assert row.ends_at == START + timedelta(minutes=30)
        assert {end - first for _, first, end in active_claims()} == {8}
        assert row.change_is_free
        review = latest_review(request_id)
        assert review is not None
        assert review.decision is Decision.CHANGED
        assert kinds(request_id) == {"appointment_booked", "appointment_reminder"}


def test_another_therapist_may_take_it_where_the_rule_says_so(
    app: Flask, desk: Desk, request_id: int
) -> None:
    with app.app_context():
        unqualified = accept_changed(by_therapist(request_id), Altered(therapist_slug="therapist-new"), NOW)
        assert unqualified == Refused(Refusal.NOT_QUALIFIED)
        assert get_appointment(request_id).state == State.REQUESTED
        assert accept_changed(
            by_therapist(request_id), Altered(therapist_slug="therapist-2"), NOW
        ) == Accepted(request_id)
        row = get_appointment(request_id)
        assert row.therapist.slug == "therapist-2"
        assert row.minutes == 60


def test_longer_or_deeper_is_no_answer_to_a_request(app: Flask, desk: Desk, request_id: int) -> None:
    with app.app_context():
        for altered in (Altered("psoas-release", 60), Altered("psoas-release", 75), Altered("nothing", 30)):
            answer = accept_changed(by_therapist(request_id), altered, NOW)
            assert answer == Refused(Refusal.NOT_OFFERED)
        assert len(active_claims()) == 2


def test_nobody_answers_what_is_answered(app: Flask, desk: Desk, request_id: int) -> None:
    with app.app_context():
        accept(by_therapist(request_id), NOW)
        assert isinstance(decline(by_therapist(request_id), NOW), TooLate)
        changed = accept_changed(by_therapist(request_id), Altered("back-massage", 30), NOW)
        assert isinstance(changed, TooLate)
        with pytest.raises(Stale):
            accept_changed(by_therapist(request_id, row_version=1), Altered("back-massage", 30), NOW)


def test_a_deadline_that_passes_gives_the_time_back_tells_the_client_and_leaves_a_task(
    app: Flask, desk: Desk, request_id: int
) -> None:
    late = NOW + timedelta(hours=24)
    with app.app_context():
        assert lapse_reviews(late - timedelta(seconds=1)) == 0
        assert lapse_reviews(late) == 1
        assert lapse_reviews(late) == 0
        row = get_appointment(request_id)
        assert row.state == State.LAPSED
        assert active_claims() == []
        assert kinds(request_id) == {"appointment_lapsed"}
        assert [task.kind for task in list_open_tasks(None)] == [TaskKind.REVIEW_LAPSED]
        review = latest_review(request_id)
        assert review is not None
        assert (review.decision, review.decided_by) == (Decision.LAPSED, "worker")
        free = answered(late, "somebody else")
        taken = order(wish(START), name="Ana Diaz", key="2", screening_token=free.token, consent=TERMS)
        assert isinstance(book(taken, late), Booked)


def test_what_was_accepted_or_called_off_in_time_never_lapses(
    app: Flask, desk: Desk, request_id: int
) -> None:
    other = request_session(app, START + timedelta(hours=3), name="Ana Diaz", therapist="therapist-2")
    with app.app_context():
        accept(by_therapist(request_id), NOW)
        client = Change(other, Actor("client", "ana.diaz@example.com"))
        assert isinstance(cancel(client, NOW + timedelta(hours=1)), Cancelled)
        review = latest_review(other)
        assert review is not None
        assert (review.is_open, review.decision) == (False, None)
        assert lapse_reviews(NOW + timedelta(days=3)) == 0
        assert get_appointment(request_id).state == State.BOOKED
        assert get_appointment(other).state == State.CANCELLED
        assert "appointment_lapsed" not in kinds(other)


def test_a_request_so_near_that_no_answer_is_left_is_made_by_telephone(app: Flask, desk: Desk) -> None:
    soon = at("14:00")  # the Monday after: 72 hours would be enough, 47 are not
    now = soon - timedelta(hours=47)
    with app.app_context():
        said = answered(now.astimezone(UTC), "Jo", thinners="aspirin")
        answer = book(order(wish(soon), screening_token=said.token, consent=TERMS), now)
        assert isinstance(answer, Refused)
        assert answer.refusal is Refusal.PLEASE_CALL


def test_a_request_that_its_client_moves_is_answered_earlier_where_the_new_start_is(
    app: Flask, desk: Desk, request_id: int
) -> None:
    client = Change(request_id, Actor("client", "jo.park@example.com"))
    with app.app_context():
        assert move(client, at("10:00"), NOW) == Moved(request_id)  # 72 hours ahead: the same deadline
        review = latest_review(request_id)
        assert review is not None
        assert review.deadline_at == NOW + timedelta(hours=24)
        assert move(client, at("08:00"), NOW + timedelta(hours=10)) == Moved(request_id)
        review = latest_review(request_id)
        assert review is not None
        assert review.deadline_at == at("08:00") - timedelta(hours=48)


def test_a_request_can_not_be_moved_by_its_client_to_where_nobody_could_answer_in_time(
    app: Flask, desk: Desk, request_id: int
) -> None:
    client = Change(request_id, Actor("client", "jo.park@example.com"))
    now = at("12:00") - timedelta(hours=49)
    with app.app_context():
        refused = move(client, at("09:00"), now)
        assert isinstance(refused, Refused)
        assert refused.refusal is Refusal.PLEASE_CALL
        by_desk = Change(request_id, Actor("staff", "desk@example.com"), by_staff=True)
        assert move(by_desk, at("09:00"), now) == Moved(request_id)
        review = latest_review(request_id)
        assert review is not None
        assert review.is_open
        assert review.deadline_at <= at("09:00")


def test_new_answers_about_a_promised_session_are_looked_at_and_it_stands(
    app: Flask, desk: Desk, request_id: int
) -> None:
    with app.app_context():
        accept(by_therapist(request_id), NOW)
        said = WELL | {"thinners": "aspirin"}
        client = Change(request_id, Actor("client", "jo.park@example.com"))
        report_change(client, said, NOW + timedelta(days=2))
        assert set(open_deadlines([request_id])) == {request_id}
        assert keep_as_booked(by_therapist(request_id), NOW + timedelta(days=2))
        assert not keep_as_booked(by_therapist(request_id), NOW + timedelta(days=2))
        assert open_deadlines([request_id]) == {}
        assert list_open_tasks(None) == []
        assert get_appointment(request_id).state == State.BOOKED


def test_nobody_looking_at_new_answers_leaves_the_session_and_a_task(
    app: Flask, desk: Desk, request_id: int
) -> None:
    with app.app_context():
        accept(by_therapist(request_id), NOW)
        client = Change(request_id, Actor("client", "jo.park@example.com"))
        report_change(client, WELL | {"thinners": "aspirin"}, NOW + timedelta(days=2))
        assert lapse_reviews(NOW + timedelta(days=3)) == 1
        assert get_appointment(request_id).state == State.BOOKED
        assert TaskKind.REVIEW_LAPSED in [task.kind for task in list_open_tasks(None)]
        assert "appointment_lapsed" not in kinds(request_id)


def test_accepting_declining_and_the_deadline_at_once_have_one_outcome(
    app: Flask, desk: Desk, request_id: int
) -> None:
    deadline = NOW + timedelta(hours=24)

    def answer(way: int) -> bool:
        with app.app_context():
            if way % 3 == 0:
                return isinstance(accept(by_therapist(request_id), deadline), Accepted)
            if way % 3 == 1:
                return isinstance(decline(by_therapist(request_id), deadline), Declined)
            return lapse_reviews(deadline) == 1

    with ThreadPoolExecutor(6) as several:
        done = [way % 3 for way, was in enumerate(several.map(answer, range(9))) if was]
    with app.app_context():
        (winner,) = done
        state = get_appointment(request_id).state
        assert state == ("booked", "declined", "lapsed")[winner]
        assert len(active_claims()) == (2 if winner == 0 else 0)
        news = {"appointment_booked", "appointment_declined", "appointment_lapsed"} & kinds(request_id)
        assert news == {("appointment_booked", "appointment_declined", "appointment_lapsed")[winner]}


def test_a_cry_for_help_stops_the_promise_for_a_day_but_not_the_refusal(
    app: Flask, desk: Desk, request_id: int
) -> None:
    other = request_session(app, START + timedelta(hours=3), name="Ana Diaz", therapist="therapist-2")
    light = Altered("back-massage", 30)
    with app.app_context():
        for number in (request_id, other):
            report_change(Change(number, Actor("client")), WELL | {"pulse": "yes"}, NOW)
        an_hour_on, a_day_on = NOW + timedelta(hours=1), NOW + timedelta(hours=24)
        assert accept(by_therapist(request_id), an_hour_on) == Refused(Refusal.PLEASE_CALL)
        assert accept_changed(by_therapist(request_id), light, an_hour_on) == Refused(Refusal.PLEASE_CALL)
        assert get_appointment(request_id).state == State.REQUESTED
        assert decline(by_therapist(other), an_hour_on) == Declined(other)
        assert accept(by_therapist(request_id), a_day_on) == Accepted(request_id)


def test_who_told_that_something_has_changed_calls_before_they_move(
    app: Flask, desk: Desk, request_id: int
) -> None:
    client = Change(request_id, Actor("client", "jo.park@example.com"))
    with app.app_context():
        accept(by_therapist(request_id), NOW)
        report_change(client, WELL | {"pregnant": "yes"}, NOW)
        refused = move(client, START + timedelta(hours=2), NOW)
        assert isinstance(refused, Refused)
        assert refused.refusal is Refusal.PLEASE_CALL
        assert move(by_therapist(request_id), START + timedelta(hours=2), NOW) == Moved(request_id)
        assert settle_task(list_open_tasks(None)[0].id, DANA, NOW)
        assert move(client, START, NOW) == Moved(request_id)


def test_what_is_worse_than_was_told_is_told_while_the_task_is_still_open(
    app: Flask, desk: Desk, request_id: int
) -> None:
    client = Change(request_id, Actor("client", "jo.park@example.com"))

    def calls(after_minutes: int, **said: str) -> int:
        report_change(client, WELL | said, NOW + timedelta(minutes=after_minutes))
        return db.session.query(Notification).filter_by(kind="therapist_call_back").count()

    with app.app_context():
        accept(by_therapist(request_id), NOW)
        first = calls(1, thinners="aspirin")
        worse = calls(2, pregnant="yes")
        assert first < worse
        assert calls(3, pregnant="yes") == worse
        assert calls(4) == worse
        worst = calls(5, pulse="yes")
        assert worse < worst
        assert calls(6, pulse="yes") == worst
        assert [task.kind for task in list_open_tasks(None)] == [TaskKind.HEALTH_CHANGED]


def test_a_client_who_moves_or_calls_off_is_named_by_that_word_alone(
    app: Flask, desk: Desk, request_id: int
) -> None:
    client = Change(request_id, Actor("client", "jo.park@example.com"))
    with app.app_context():
        report_illness(client, "move", NOW)
        assert isinstance(move(client, START + timedelta(hours=2), NOW), Moved)
        report_illness(client, "move", NOW)
        assert isinstance(cancel(client, NOW), Cancelled)
        assert [row.done_by for row in db.session.query(Task)] == ["client", "client"]
        assert [row.decided_by for row in db.session.query(Review)] == ["client"]
