"""What the practices' own facts must lead to: hours, qualifications, clock changes, a move of house."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from app.actions.booking import Order, book
from app.actions.demonstration_safety import brought
from app.actions.holding import Wish
from app.actions.outbox import sweep
from app.actions.outcomes import Booked, Refused
from app.domain.appointments import Actor
from app.domain.choices import Choice, choose
from app.domain.slots import Refusal
from app.domain.wallclock import instant_of, local_time
from app.extensions import db
from app.links import manage_token
from app.models import AddressPeriod, Appointment, AvailabilityRule, Location, Notification, Therapist
from app.store.openings import look
from app.store.practice import load_practice, raise_revision
from app.store.transactions import transaction
from tests.support.screening_table import well
from tests.support.smtp import Sink

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HALIFAX = ZoneInfo("America/Halifax")
MONDAY, FRIDAY, SATURDAY = date(2027, 1, 11), date(2027, 1, 15), date(2027, 1, 16)
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
NOW = datetime(2027, 1, 4, 15, tzinfo=HALIFAX)


def hour_of(slug: str) -> Choice:
    """An hour of a service, with whoever is qualified."""
    choice = choose(load_practice(), service_slug=slug, minutes=60, visit="returning")
    assert isinstance(choice, Choice), choice
    return choice


def starts(choice: Choice, day: date) -> list[str]:
    """The free starts of a day on the wall clock."""
    found = look(choice, day, day, NOW).slots()
    return [f"{local_time(slot.starts_at, HALIFAX):%H:%M}" for slot in found]


def all_day(choice: Choice) -> Choice:
    """The same with therapists who work whenever the doors are open: the test is about the doors."""
    hours = choice.location.opening_hours
    rules = tuple(replace(choice.therapists[0].availability_rules[0], window=window) for window in hours)
    return replace(choice, therapists=(replace(choice.therapists[0], availability_rules=rules),))


@pytest.mark.clinic("punchiit")
@pytest.mark.usefixtures("context")
def test_punchiit_opens_at_six_and_clean_up_may_overrun_closing_unless_a_setting_says_no() -> None:
    choice = all_day(hour_of("psoas-release"))
    assert starts(choice, MONDAY)[0] == "06:00"
    assert starts(choice, FRIDAY)[-1] == "19:00"
    assert starts(choice, SATURDAY)[-1] == "11:00"
    strict = replace(choice.practice, policy=replace(choice.practice.policy, may_overrun_closing=False))
    assert starts(replace(choice, practice=strict), FRIDAY)[-1] == "18:45"
    assert starts(replace(choice, practice=strict), SATURDAY)[-1] == "10:45"


@pytest.mark.clinic("a-better-body-massage")
def test_only_qualified_therapists_can_be_booked_for_deep_work_by_any_request(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        practice = load_practice()
        deep = practice.service("psoas-release")
        assert deep is not None
        able = {therapist.slug for therapist in practice.therapists_for(deep)}
        others = [therapist.slug for therapist in practice.therapists if therapist.slug not in able]
        variant = deep.variants_for("returning")[0]
    assert able
    assert others
    offered = client.get("/book/psoas-release?visit=returning").text
    answers = {f"q-{key}": answer for key, answer in well().items()} | {"second-person": "declined"}
    usual = {"visit": "returning", "minutes": str(variant.minutes)}
    assert client.post("/book/psoas-release/questions", data=usual | answers).status_code == 303
    for slug in others:
        assert f'value="{slug}"' not in offered
        chosen = usual | {"therapist": slug}
        page = client.get("/book/psoas-release/time", query_string=chosen)
        assert 'name="start"' not in page.text
        answer = client.post("/book/psoas-release/hold", data=chosen | {"start": "2027-01-11T13:00:00-05:00"})
        assert answer.status_code == 422


@pytest.mark.clinic("punchiit")
@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_nine_o_clock_is_nine_o_clock_on_page_mail_and_calendar_file(
    day: date, app: Flask, client: FlaskClient, smtp_sink: Sink
) -> None:
    booked_on = instant_of(day, time(9), HALIFAX) - timedelta(days=20)
    appointment = _book(day, "09:00", booked_on)
    sweep(lambda: booked_on)
    mail = smtp_sink.to("ada@example.com")[0]
    assert f"{day.day} {day:%B} {day.year}, 9:00 am" in mail.text()
    event = _event(mail.calendar())
    assert event["DTSTART"].dt.isoformat()[:16] == f"{day.isoformat()}T09:00"
    page = client.get(f"/appointment/{manage_token(appointment.public_id, appointment.token_version)}")
    assert "9:00 am" in page.text
    reminders = db.session.execute(
        select(Notification.due_at)
        .where(Notification.kind == "appointment_reminder")
        .order_by(Notification.due_at)
    )
    walls = [local_time(due_at, HALIFAX).replace(tzinfo=None) for due_at in reminders.scalars()]
    nine = datetime.combine(day, time(9))
    assert walls == [nine - timedelta(days=3), nine - timedelta(days=1)]


@pytest.mark.clinic("punchiit")
@pytest.mark.usefixtures("context")
def test_the_address_is_the_one_of_the_appointments_date_also_in_mails_queued_before_the_move_was_known(
    app: Flask, client: FlaskClient, smtp_sink: Sink
) -> None:
    before, after = _book(date(2027, 1, 30), "09:00", NOW), _book(date(2027, 2, 6), "09:00", NOW)
    with transaction():
        location = db.session.execute(select(Location)).scalar_one()
        location.address_periods = [one for one in location.address_periods if not one.announced]
        location.address_periods.append(
            AddressPeriod(valid_from=date(2027, 2, 1), lines="1 Example Quay\nHalifax, NS")
        )
        raise_revision()
    sweep(lambda: NOW)  # the confirmations were decided before anybody knew
    confirmations = [mail for mail in smtp_sink.to("ada@example.com") if mail.calendar()]
    texts = {_event(mail.calendar())["UID"].split("@")[0]: mail for mail in confirmations}
    old, new = texts[before.public_id], texts[after.public_id]
    assert "247 Herring Cove" in old.text()
    assert "1 Example Quay" in new.text()
    assert "Herring Cove" not in new.text() + new.html()
    assert "1 Example Quay" in str(_event(new.calendar())["LOCATION"])
    page = client.get(f"/appointment/{manage_token(after.public_id, 1)}").text
    assert "1 Example Quay" in page
    assert "Herring Cove" not in page


@pytest.mark.clinic("jacqueline-kane")
def test_a_solo_practice_does_not_ask_with_whom(client: FlaskClient) -> None:
    answer = client.get("/book/psoas-session?visit=returning")
    assert answer.status_code == 200
    assert 'name="therapist"' not in answer.text


@pytest.mark.clinic("kneaded-tranquility")
@pytest.mark.usefixtures("context")
def test_a_time_in_the_hour_that_does_not_exist_is_refused() -> None:
    wish = Wish("psoas-release", 60, "returning", datetime(2027, 3, 14, 7, 30, tzinfo=ZoneInfo("UTC")))
    answer = book(_order(wish, "night", NOW), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.CLOSED


def _book(day: date, clock: str, now: datetime) -> Appointment:
    wish = Wish("psoas-release", 60, "returning", instant_of(day, time.fromisoformat(clock), HALIFAX))
    _work_on(day)
    answer = book(_order(wish, f"{day}", now), now)
    assert isinstance(answer, Booked), answer
    return db.session.execute(select(Appointment).where(Appointment.id == answer.appointment_id)).scalar_one()


def _work_on(day: date) -> None:
    """Everybody works in the morning of that day, in case the example says otherwise: the tests are about dates."""
    with transaction() as rows:
        location_id = rows.execute(select(Location.id)).scalar_one()
        for therapist_id in rows.execute(select(Therapist.id)).scalars():
            rule = AvailabilityRule(
                location_id=location_id, weekday=day.weekday(), starts=time(9), ends=time(12)
            )
            rule.therapist_id = therapist_id
            rows.add(rule)
        raise_revision()


def _event(calendar: bytes | None) -> Any:
    assert calendar is not None
    return Calendar.from_ical(calendar).walk("VEVENT")[0]


def _order(wish: Wish, key: str, now: datetime) -> Order:
    """All questions answered well, and consent to everything."""
    service = load_practice().service(wish.service_slug)
    assert service is not None
    said = brought(service, now, Random(1), doubtful=False)  # noqa: S311 - the same every time
    order = Order(wish, "Ada Moss", "ada@example.com", None, Actor("client", "ada@example.com"), "web", key)
    return replace(order, screening_token=said.screening_token, consent=said.consent)
