"""What has been kept for long enough goes, each class by its own setting, and nothing else does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from app.actions.booking import book
from app.actions.erasing import close
from app.actions.intake import Kept, save_part
from app.actions.kept_forms import TypedForm, keep_form
from app.actions.merging import merge
from app.actions.outbox import add_account_message
from app.actions.outcomes import Booked
from app.actions.reading_health import OpenedAnswers
from app.actions.retention import Swept, due, sweep
from app.domain.appointments import Actor
from app.domain.retention import kept_until, years_later
from app.domain.screening import Outcome, ScreeningSet
from app.domain.wallclock import day_span
from app.extensions import db
from app.models import (
    Appointment,
    Client,
    ClientNote,
    KeptForm,
    MessageCopy,
    Notification,
    Screening,
    StaffMember,
)
from app.store.audit import list_audit_lines
from app.store.clients import add_client, get_client
from app.store.outbox import keep_copy
from app.store.transactions import transaction
from tests.support.answers import set_policy
from tests.support.records import Known, abandoned_answers, make_known_in_practice, screening_row
from tests.support.rows import MONDAY, NOW, at, make_practice, order, wish

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def known(context: None) -> Known:
    """Somebody of whom all is known, last here on Monday."""
    return make_known_in_practice()


def answers() -> list[tuple[bool, str]]:
    """Of the answers that led nowhere: whether they can still be read, and the outcome."""
    db.session.rollback()
    rows = db.session.scalars(select(Screening).where(Screening.client_id.is_(None)))
    return [(row.sealed_answers is not None or row.wrapped_key is not None, row.outcome) for row in rows]


def abandon(known: Known, at: datetime, name: str = "abandoned") -> None:
    """Somebody answers and goes away."""
    row = db.session.scalars(select(Screening).where(Screening.client_id == known.client_id)).one()
    abandoned_answers(row.service_id, row.version_id, at, name)


def test_answers_that_led_nowhere_go_after_a_day_and_their_outcome_with_them(known: Known) -> None:
    abandon(known, NOW)
    sweep(NOW + 23 * HOUR)
    assert answers() == [(True, "review")]
    assert sweep(NOW + 25 * HOUR).outcomes == 1
    assert answers() == []


def test_the_outcome_stays_for_a_day_where_answers_go_sooner(known: Known) -> None:
    set_policy(keep_answers_hours=1)
    abandon(known, NOW)
    assert sweep(NOW + 2 * HOUR).answers == 1
    assert answers() == [(False, "review")]
    assert sweep(NOW + 23 * HOUR) == Swept()
    assert sweep(NOW + 25 * HOUR).outcomes == 1


def test_answers_that_led_to_a_session_stay_with_it(known: Known) -> None:
    sweep(NOW + 400 * DAY)
    row = db.session.scalars(select(Screening)).one()
    assert row.sealed_answers is not None


def test_copies_of_mails_go_after_their_time_and_that_they_were_sent_stays(known: Known) -> None:
    with transaction() as rows:
        number = rows.scalars(select(Notification.id)).all()[0]
        rows.execute(update(Notification).where(Notification.id == number).values(state="sent", sent_at=NOW))
        keep_copy(number, b"sealed")
    set_policy(keep_messages_days=30)
    assert sweep(NOW + 29 * DAY).copies == 0
    assert sweep(NOW + 31 * DAY).copies == 1
    assert db.session.scalars(select(MessageCopy)).all() == []
    assert db.session.get_one(Notification, number).sent_at == NOW


def test_words_of_messages_to_staff_go_when_they_came_to_their_end(known: Known) -> None:
    first = add_account_message("a@example.com", "One", "Words", NOW)
    waiting = add_account_message("b@example.com", "Two", "Words", NOW)
    with transaction() as rows:
        rows.execute(update(Notification).where(Notification.id == first).values(state="sent", sent_at=NOW))
    assert sweep(NOW + 366 * DAY).account_messages == 1
    assert db.session.get_one(Notification, first).sealed_content is None
    assert db.session.get_one(Notification, waiting).sealed_content is not None


def test_interrupted_forms_go_when_nobody_came_back(known: Known) -> None:
    with transaction() as rows:
        rows.add(StaffMember(id=1, email="one@example.com", fs_uniquifier="one", created_at=NOW))
    keep_form(1, TypedForm("/staff/x", [("a", "b")]), NOW)
    assert sweep(NOW + DAY).forms == 1
    assert db.session.scalar(select(func.count(KeptForm.id))) == 0


def later(years: int, days: int = 0) -> datetime:
    """So long after the last session ended."""
    last = at("11:00")
    return last.replace(year=last.year + years) + days * DAY


def test_a_record_goes_ten_years_after_the_last_session(known: Known) -> None:
    assert sweep(later(10, -1)).old_records == 0
    assert due(later(10, 1)).old_records == 1
    assert get_client(known.client_id).erased_at is None
    assert sweep(later(10, 1)).old_records == 1
    assert (get_client(known.client_id).name, get_client(known.client_id).wrapped_key) == ("Erased", b"")
    line = list_audit_lines("client", known.client_id)[-1]
    assert (line.actor_type, line.act) == ("worker", "erased")
    assert sweep(later(10, 2)) == Swept()


def test_for_so_many_years_as_the_practice_says_and_for_ever_where_it_says_none(known: Known) -> None:
    set_policy(keep_health_years=2)
    assert sweep(later(1, 300)).old_records == 0
    set_policy(keep_health_years=0)
    assert sweep(later(90)).old_records == 0
    set_policy(keep_health_years=2)
    assert sweep(later(2, 1)).old_records == 1


def test_a_minors_record_is_kept_since_majority(known: Known) -> None:
    said = {"born": "2014-06-01", "occupation": "", "emergency_contact": "", "doctor": ""}
    client = Actor("client", "wilma@example.com")
    with transaction() as rows:
        rows.execute(update(ClientNote).values(written_at=NOW))
    assert isinstance(save_part(known.client_id, "you", said, client, NOW, MONDAY), Kept)
    assert sweep(datetime(2041, 5, 30, tzinfo=UTC)).old_records == 0  # eighteen in 2032, and ten years
    assert sweep(datetime(2042, 6, 1, 2, tzinfo=UTC)).old_records == 0  # still May where the practice is
    assert sweep(datetime(2042, 6, 1, 4, tzinfo=UTC)).old_records == 1


def test_whoever_came_back_keeps_everything(known: Known) -> None:
    set_policy(horizon_days=730)
    answer = book(order(wish(at("10:00") + 600 * DAY), client_id=known.client_id, key="again"), NOW)
    assert isinstance(answer, Booked)
    assert sweep(later(10, 1)).old_records == 0


def test_rows_that_were_merged_are_one_person(known: Known) -> None:
    with transaction():
        twin = add_client("Willa Quist", None, None, "en", NOW + 800 * DAY).id
    merge(twin, known.client_id, None, Actor("staff", "owner@example.com"), NOW + 800 * DAY)
    assert sweep(later(10, 1)).old_records == 0
    assert sweep(later(13)).old_records == 2


def test_a_closed_record_goes_by_its_own_date(known: Known) -> None:
    close(known.client_id, later(20).date(), Actor("staff", "owner@example.com"), at("20:00") + DAY)
    assert sweep(later(19)) == Swept()
    assert sweep(later(20)).closed_records == 1


def test_a_closed_record_goes_when_its_day_has_come_where_the_practice_is(known: Known) -> None:
    until = later(20).date()
    close(known.client_id, until, Actor("staff", "owner@example.com"), at("20:00") + DAY)
    midnight = day_span(until, ZoneInfo("America/Halifax")).starts_at
    assert midnight.astimezone(UTC).date() == until
    assert due(midnight - HOUR) == sweep(midnight - HOUR) == Swept()
    assert sweep(midnight).closed_records == 1


def test_answers_are_shown_as_they_were_weighed_on_the_practices_day(context: None) -> None:
    make_practice()
    asked = ScreeningSet(1, "set", 1, (), approved=True)
    evening = at("22:30")
    opened = OpenedAnswers(asked, {}, Outcome.OK, evening, None)
    assert evening.astimezone(UTC).date() == MONDAY + DAY
    assert opened.weighed_on == MONDAY
    assert replace(opened, repeated_at=evening + DAY).weighed_on == MONDAY + DAY


def test_many_go_a_little_at_a_time(known: Known) -> None:
    with transaction():
        for number in range(110):
            add_client(f"Client {number}", None, None, "en", NOW)
    for number in range(105):
        abandon(known, NOW, f"abandoned-{number}")
    swept = sweep(later(10, 1))
    assert (swept.outcomes, swept.old_records) == (105, 111)
    assert db.session.scalar(select(func.count(Client.id)).where(Client.erased_at.is_(None))) == 0
    assert db.session.scalar(select(func.count(Appointment.id))) == 2


def test_years_are_counted_on_the_calendar() -> None:
    assert years_later(datetime(2028, 2, 29, tzinfo=UTC).date(), 1).isoformat() == "2029-03-01"
    last, born = MONDAY, MONDAY.replace(year=2010)
    assert kept_until(last, 10, None, 18).year == 2036
    assert kept_until(last, 10, born, 18).year == 2038
    assert kept_until(last, 10, born.replace(year=1980), 18).year == 2036


def test_answers_of_a_client_who_gave_up_go_as_well_and_their_outcome_stays(known: Known) -> None:
    with transaction() as rows:
        row = screening_row(*rows.execute(select(Screening.service_id, Screening.version_id)).one(), "x", NOW)
        row.client_id, row.sealed_answers, row.sealed_wishes = known.client_id, b"sealed", b"sealed"
        rows.add(row)
    assert sweep(NOW + 23 * HOUR) == Swept()
    assert sweep(NOW + 25 * HOUR) == Swept(answers=1)
    assert sweep(NOW + 400 * DAY).outcomes == 0
    left = db.session.scalars(select(Screening).where(Screening.token == "x")).one()
    assert (left.sealed_answers, left.sealed_wishes, left.outcome) == (None, None, "review")
