"""What somebody has told us once counts wherever they book next: another session, a series, the same again, an older page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.actions.approving import accept, keep_as_booked
from app.actions.booking import Order, book
from app.actions.changed_health import report_change, report_no_change
from app.actions.managing import Change
from app.actions.outcomes import Accepted, Booked, Refused
from app.actions.repeating import Repeat, list_dates, repeat
from app.actions.retention import sweep
from app.actions.screening import answer_questions, nothing_changed, still_holds
from app.domain.appointments import Actor
from app.domain.overriding import Override
from app.domain.repeating import Rhythm
from app.domain.screening import Outcome
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.models import Appointment, Notification, Screening, Task
from app.store.appointments import get_appointment
from app.store.screenings import find_screening, latest_of_appointment, open_answers
from app.store.transactions import Stale, transaction
from tests.support.answers import set_policy
from tests.support.other_questions import OTHER, RESTED, ask_something_else_before, ask_the_same_before
from tests.support.rows import MONDAY, NOW, at, make_practice, order, wish
from tests.support.safety import WELL, answered, ask_before, deep_service

pytestmark = [pytest.mark.usefixtures("_asked"), pytest.mark.parametrize("backend", ["sqlite"])]
DESK = Actor("staff", "desk@example.com")
HER = Actor("client")
LATER = at("10:00", MONDAY + timedelta(days=7))
HOUR = timedelta(hours=1)


@pytest.fixture(name="_asked")
def _practice_that_asks(context: None) -> None:
    make_practice(therapists=2, rooms=2)
    ask_before(consent=False)


def deep(starts_at: object = LATER, key: str = "a", **more: object) -> Order:
    """Deep work, on the web."""
    return order(wish(starts_at), key=key, **more)  # type: ignore[arg-type]


def other(starts_at: object = LATER, key: str = "b", **more: object) -> Order:
    """The other service."""
    return order(wish(starts_at, service=OTHER, minutes=30), key=key, **more)  # type: ignore[arg-type]


def by_desk(*refusals: Refusal) -> dict[str, Any]:
    """The desk books it and sets these aside, with a reason."""
    why = Override(frozenset(refusals), "Talked it over", frozenset({StaffRole.DESK}))
    return {"by_staff": True, "actor": DESK, "override": why if refusals else None}


def booked(answer: object) -> Appointment:
    """The appointment that was made."""
    assert isinstance(answer, Booked), answer
    return get_appointment(answer.appointment_id)


def refused(answer: object) -> Refusal:
    """Why it was not."""
    assert isinstance(answer, Refused), answer
    return answer.refusal


def well_booked(key: str = "well", starts_at: object = LATER) -> Appointment:
    """A session of Jo Park's, who is well."""
    return booked(book(deep(starts_at, key, screening_token=answered(NOW, key).token), NOW))


def told(made: Appointment, now: object = NOW, **said: str) -> None:
    """Jo Park tells us behind the link of that session."""
    report_change(Change(made.id, HER), WELL | said, now)  # type: ignore[arg-type]


def changes(number: int) -> int:
    """How often the therapist was told to phone."""
    with transaction() as rows:
        kinds = rows.execute(
            select(Notification.kind).where(
                Notification.appointment_id == number, Notification.kind == "therapist_call_back"
            )
        )
        return len(kinds.all())


# Another session on the same telephone call.


def test_a_new_callers_cry_for_help_is_not_left_behind_by_choosing_another_session() -> None:
    ask_something_else_before()
    cry = answered(NOW, None, pulse="yes")
    aside = by_desk(Refusal.NOT_ANSWERED, Refusal.PLEASE_CALL)
    assert refused(book(other(screening_token=cry.token, **aside), NOW)) is Refusal.PLEASE_CALL


def test_who_took_a_cry_for_help_back_is_not_booked_unasked_for_another_session() -> None:
    ask_something_else_before()
    cry = answered(NOW, None, pulse="yes")
    back = answer_questions(deep_service(), WELL, None, NOW, follows=cry.token)
    assert refused(book(other(screening_token=back.token, **by_desk()), NOW)) is Refusal.NOT_ANSWERED
    assert booked(book(deep(screening_token=back.token, **by_desk()), NOW)).state == "requested"


def test_what_takes_a_cry_for_help_back_leaves_other_questions_to_the_desk_again() -> None:
    ask_something_else_before()
    cry = answered(NOW, None, pulse="yes")
    back = answer_questions(deep_service(), WELL, None, NOW, follows=cry.token)
    booked(book(other(screening_token=back.token, **by_desk(Refusal.NOT_ANSWERED)), NOW))


def test_a_light_session_is_the_desks_to_book_with_a_reason_though_somebody_cried_for_help() -> None:
    cry = answered(NOW, None, pulse="yes")
    assert refused(book(other(screening_token=cry.token, **by_desk()), NOW)) is Refusal.PLEASE_CALL
    booked(book(other(screening_token=cry.token, **by_desk(Refusal.PLEASE_CALL)), NOW))


@pytest.mark.parametrize("said", ["pulse", "pregnant"])
def test_what_a_caller_told_is_theirs_once_anything_is_booked_for_them(said: str) -> None:
    told_desk = answered(NOW, None, **{said: "yes"})
    light = booked(book(other(screening_token=told_desk.token, **by_desk(Refusal.PLEASE_CALL)), NOW))
    kept = find_screening(told_desk.token)
    assert kept is not None
    assert (kept.client_id, kept.appointment_id, kept.wrapped_key) == (light.client_id, None, None)
    assert open_answers(kept) == WELL | {said: "yes"}
    fresh = {"client_id": light.client_id} | by_desk(Refusal.NOT_ANSWERED, Refusal.NEEDS_CONSENT)
    anew = answer_questions(deep_service(), WELL, None, NOW + HOUR, client_ids=[light.client_id])
    assert anew.outcome is Outcome.REVIEW
    with transaction() as rows:
        rows.execute(delete(Screening).where(Screening.token == anew.token))
    answer = book(deep(LATER + 2 * HOUR, "c", **fresh), NOW + HOUR)
    assert isinstance(answer, Refused) is (said == "pulse")


def test_what_a_caller_told_is_theirs_also_where_other_questions_are_left_for_later() -> None:
    ask_something_else_before()
    call = answered(NOW, None, pregnant="yes")
    made = booked(book(other(screening_token=call.token, **by_desk(Refusal.NOT_ANSWERED)), NOW))
    kept = find_screening(call.token)
    assert kept is not None
    assert kept.client_id == made.client_id


# Nothing online for a day.


def test_for_a_day_nothing_is_booked_online_by_a_browser_or_client_that_cried_for_help() -> None:
    answered(NOW, "browser", pulse="yes")
    light = other(visitor="browser")
    assert refused(book(light, NOW + 23 * HOUR)) is Refusal.PLEASE_CALL
    booked(book(other(LATER + HOUR, "c", visitor="somebody", name="Mina Cole"), NOW))
    made = booked(book(light, NOW + 25 * HOUR))
    told(made=well_booked("w", LATER + 3 * HOUR), now=NOW, pulse="yes")
    again = other(LATER + 2 * HOUR, "d", visitor="elsewhere", name=made.typed_name)
    assert refused(book(again, NOW)) is Refusal.PLEASE_CALL


def test_who_takes_it_back_is_looked_at_first_and_may_book_what_asks_nothing() -> None:
    answered(NOW, "browser", pulse="yes")
    back = answered(NOW, "browser")
    assert back.outcome is Outcome.REVIEW
    assert booked(book(deep(visitor="browser", screening_token=back.token), NOW)).state == "requested"
    booked(book(other(LATER + 2 * HOUR, visitor="browser"), NOW))


def test_other_questions_take_nothing_back() -> None:
    ask_something_else_before()
    answered(NOW, "browser", pulse="yes")
    said = answer_questions(deep_service(OTHER), RESTED, "browser", NOW)
    answer = book(other(visitor="browser", screening_token=said.token), NOW)
    assert refused(answer) is Refusal.PLEASE_CALL


# A series.


def dates_of(made: Appointment) -> object:
    """What the series' page says: a refusal, or nothing against its first date; booking it says the same."""
    found = list_dates(made.id, Rhythm(1, 1), NOW)
    next_week = made.starts_at + timedelta(days=7)
    done = repeat(Repeat(made.id, {1: next_week}, DESK, "staff:1", f"form-{made.id}"), NOW)
    said = found if isinstance(found, Refusal) else found[0].refusal
    assert bool(done.booked) is (said is None)
    return said


@pytest.mark.parametrize("said", [{"pregnant": "yes"}, {"pulse": "yes"}, {"thinners": "aspirin"}])
def test_a_series_is_not_made_of_a_visit_while_its_client_has_told_of_something_since(
    said: dict[str, str],
) -> None:
    visit, other_visit = well_booked("one"), well_booked("two", LATER + 3 * HOUR)
    told(other_visit, **said)
    assert dates_of(visit) is Refusal.NOT_ANSWERED


def test_a_series_is_made_once_a_therapist_has_accepted_what_was_told() -> None:
    visit, other_visit = well_booked("one"), well_booked("two", LATER + 3 * HOUR)
    told(other_visit, thinners="aspirin")
    assert keep_as_booked(Change(other_visit.id, DESK, by_staff=True), NOW) is True
    assert dates_of(visit) is None


def test_a_series_is_not_made_of_a_visit_before_which_nobody_was_asked() -> None:
    visit = booked(book(deep(**by_desk(Refusal.NOT_ANSWERED)), NOW))
    assert dates_of(visit) is Refusal.NOT_ANSWERED


def test_a_visit_of_a_series_is_asked_about_and_takes_over_what_holds() -> None:
    first = well_booked("one")
    next_week = first.starts_at + timedelta(days=7)
    repeat(Repeat(first.id, {1: next_week}, DESK, "staff:1", "form"), NOW)
    with transaction() as rows:
        second = rows.execute(select(Appointment.id).where(Appointment.starts_at == next_week)).scalar_one()
    assert not has_answers(second)
    report_no_change(Change(second, HER), NOW)
    assert has_answers(second)


def has_answers(number: int) -> bool:
    """Whether the questions before that session are answered."""
    return latest_of_appointment(number) is not None


# Nothing has changed.


def test_what_was_told_for_another_session_is_a_change() -> None:
    ask_the_same_before()
    first = well_booked("one")
    said = answer_questions(deep_service(OTHER), WELL, "two", NOW)
    second = booked(book(other(LATER + 3 * HOUR, screening_token=said.token), NOW))
    rows, later = [first.client_id], NOW + 30 * HOUR
    assert still_holds(deep_service(), rows, later)
    told(second, pregnant="yes")
    assert not still_holds(deep_service(), rows, later)
    assert nothing_changed(deep_service(), rows, "visitor", later) is None


@pytest.mark.parametrize("said", ["pulse", "pregnant"])
def test_nothing_has_changed_counts_for_nobody_who_has_told_of_something_without_a_name(said: str) -> None:
    rows = [well_booked("one").client_id]
    in_browser = answered(NOW, "browser", **{said: "yes"})
    calling = answered(NOW, None, **{said: "yes"})
    assert nothing_changed(deep_service(), rows, "browser", NOW + HOUR) is None
    assert nothing_changed(deep_service(), rows, None, NOW + HOUR, follows=calling.token) is None
    back = answer_questions(deep_service(), WELL, None, NOW, follows=calling.token)
    assert nothing_changed(deep_service(), rows, None, NOW + HOUR, follows=back.token) is None
    for who in ({"visitor": "browser"}, {"follows": in_browser.token}):
        assert not still_holds(deep_service(), rows, NOW + HOUR, **who)
    assert nothing_changed(deep_service(), rows, "another browser", NOW + HOUR) is not None


def test_answers_hold_as_many_calendar_months_as_the_setting_says() -> None:
    client = well_booked("one").client_id
    set_policy(screening_months=3)
    assert still_holds(deep_service(), [client], NOW.replace(year=2027, month=2, day=20) - HOUR)
    assert not still_holds(deep_service(), [client], NOW.replace(year=2027, month=2, day=20))


# Answers that were swept.


def test_answers_that_were_swept_are_asked_again() -> None:
    set_policy(keep_answers_hours=1)
    said = answered(NOW, thinners="aspirin")
    sweep(NOW + 2 * HOUR)
    answer = book(deep(screening_token=said.token), NOW + 2 * HOUR)
    assert refused(answer) is Refusal.NOT_ANSWERED


# An older page.


def test_who_decides_from_a_page_that_is_older_than_the_answers_is_told_so() -> None:
    said = answered(NOW, thinners="aspirin")
    made = booked(book(deep(screening_token=said.token), NOW))
    page = Change(made.id, DESK, made.row_version, by_staff=True)
    told(made, pregnant="yes")
    with pytest.raises(Stale):
        accept(page, NOW)
    assert get_appointment(made.id).state == "requested"


def test_a_session_is_not_kept_as_booked_after_a_cry_for_help() -> None:
    made = well_booked()
    told(made, thinners="aspirin")
    page = Change(made.id, DESK, get_appointment(made.id).row_version, by_staff=True)
    told(made, pulse="yes")
    with pytest.raises(Stale):
        keep_as_booked(page, NOW)
    fresh = Change(made.id, DESK, get_appointment(made.id).row_version, by_staff=True)
    assert refused(keep_as_booked(fresh, NOW)) is Refusal.PLEASE_CALL
    with transaction() as rows:
        assert [task.done_at for task in rows.execute(select(Task)).scalars()] == [None]


def test_the_therapist_hears_of_each_further_change_while_they_look_and_once_of_the_same() -> None:
    made = well_booked()
    told(made, thinners="aspirin")
    assert changes(made.id) == 1
    told(made, thinners="aspirin")
    assert changes(made.id) == 1
    told(made, surgery="yes", **{"surgery.on": "2026-08-01"})
    assert changes(made.id) == 2


def test_a_further_change_of_a_request_is_told_and_settled_by_accepting_it() -> None:
    said = answered(NOW, thinners="aspirin")
    made = booked(book(deep(screening_token=said.token), NOW))
    told(made, thinners="aspirin", surgery="yes", **{"surgery.on": "2026-08-01"})
    assert changes(made.id) == 1
    assert isinstance(accept(Change(made.id, DESK, by_staff=True), NOW), Accepted)
    with transaction() as rows:
        assert [task.done_by for task in rows.execute(select(Task)).scalars()] == ["desk@example.com"]
        newest = rows.execute(select(Screening).order_by(Screening.id.desc())).scalars().first()
        assert newest is not None
        assert newest.appointment_id == made.id
