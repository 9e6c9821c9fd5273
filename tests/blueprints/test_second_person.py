"""The second person in the room: told, shown in their own day, agenda and calendar, and missed when they are away."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from app.actions.agenda import agenda_letter, plan_agendas
from app.actions.booking import book
from app.actions.letters import NotNow, letter_for
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Booked, Moved
from app.actions.settings import Edit
from app.actions.settings_people import take_time_off
from app.domain.appointments import Actor
from app.domain.impact import Trouble
from app.domain.spans import Span
from app.emails.compose import compose
from app.emails.facts import AgendaLetter, Letter
from app.extensions import db
from app.models import Notification, Therapist
from app.store.appointments import get_appointment
from app.store.planned import find_trouble
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.filled_form import fields_of
from tests.support.rows import MONDAY, NOW, at, order, wish
from tests.support.second_person import desk_of_three

DAY = f"/staff/schedule/{MONDAY.isoformat()}"
DESK = Actor("staff", "desk@example.com")
OFF = "/staff/settings/therapists/therapist-1/time-off"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The therapist's account is that of who is the second person."""
    with time_machine.travel(NOW, tick=False):
        yield desk_of_three(app, "therapist-1")


@pytest.fixture
def session(desk: Desk) -> int:
    """Mina Cole comes to the second therapist at ten, and the first is the second person."""
    with desk.app.app_context():
        wanted = wish(at("10:00"), therapist="therapist-2", with_chaperone=True)
        made = book(order(wanted, name="Mina Cole", email="mina@example.com", note="An old injury"), NOW)
        assert isinstance(made, Booked), made
        assert second_of(made.appointment_id) == "therapist-1"
        return made.appointment_id


def second_of(number: int) -> str | None:
    row = get_appointment(number)
    return row.chaperone.slug if row.chaperone else None


def told(slug: str) -> list[str]:
    """What somebody is told as the second person, of what is not taken back."""
    wanted = (
        select(Notification.kind)
        .join(Therapist, Therapist.id == Notification.therapist_id)
        .where(
            Therapist.slug == slug,
            Notification.kind.like("second_%"),
            Notification.state.in_(["planned", "sent"]),
        )
    )
    return list(db.session.execute(wanted.order_by(Notification.id)).scalars())


def sent() -> None:
    """As if the worker had been there."""
    with transaction() as rows:
        rows.execute(
            update(Notification).where(Notification.state == "planned").values(state="sent", attempts=1)
        )


def away(slug: str = "therapist-1") -> None:
    """Their time off over the session, entered all the same."""
    numbers = frozenset(range(20))
    saved = take_time_off(slug, Span(at("09:00"), at("13:00")), None, Edit(DESK, NOW, None, numbers))
    assert type(saved).__name__ == "Saved", saved


def letters(number: int, now: Any = NOW) -> list[Letter | NotNow]:
    rows = db.session.execute(
        select(Notification).where(
            Notification.appointment_id == number,
            Notification.kind.like("second_%"),
            Notification.state == "planned",
        )
    ).scalars()
    found = [letter_for(row, now) for row in rows]
    assert all(isinstance(one, (Letter, NotNow)) for one in found)
    return found  # type: ignore[return-value]


def test_whoever_is_claimed_gets_one_notice_without_client_or_treatment(desk: Desk, session: int) -> None:
    with desk.app.app_context():
        assert told("therapist-1") == ["second_booked"]
        (letter,) = letters(session)
        assert isinstance(letter, Letter)
        mail = compose(letter)
        assert mail.subject.endswith("second person with Therapist 2")
        for secret in ("Mina", "Cole", "injury", "Psoas", "psoas"):
            assert secret not in mail.subject + mail.text + mail.html


def test_a_move_and_a_cancellation_are_told_once_each(desk: Desk, session: int) -> None:
    with desk.app.app_context():
        sent()
        change = Change(session, DESK, by_staff=True)
        assert isinstance(move(change, at("14:00"), NOW), Moved)
        assert told("therapist-1") == ["second_booked", "second_moved"]
        sent()
        cancel(change, NOW)
        assert told("therapist-1") == ["second_booked", "second_moved", "second_released"]
        (letter,) = letters(session)
        assert isinstance(letter, Letter)
        assert "2:00 pm" in compose(letter).subject


def test_what_is_taken_back_before_it_was_told_is_not_told(desk: Desk, session: int) -> None:
    with desk.app.app_context():
        cancel(Change(session, DESK, by_staff=True), NOW)
        assert told("therapist-1") == []


def test_time_off_of_the_second_person_is_trouble_that_names_them(desk: Desk, session: int) -> None:
    with desk.app.app_context():
        assert find_trouble(session, NOW) is None
        away()
        assert find_trouble(session, NOW) is Trouble.NO_CHAPERONE
        reference = get_appointment(session).reference
    page = text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))
    assert "he second person, Therapist 1, can't be there then" in page
    assert "second person away" in text_of(desk.member("desk").get(DAY))


def test_somebody_else_can_be_the_second_person_at_the_same_time(desk: Desk, session: int) -> None:
    with desk.app.app_context():
        sent()
        away()
        again = move(Change(session, DESK, by_staff=True), at("10:00"), NOW)
        assert isinstance(again, Moved)
        assert second_of(session) == "therapist-3"
        assert find_trouble(session, NOW) is None
        assert told("therapist-1") == ["second_booked", "second_released"]
        assert told("therapist-3") == ["second_booked"]
        kinds = [one.kind for one in letters(session) if isinstance(one, Letter)]
        assert sorted(kinds) == ["second_booked", "second_released"]


def test_entering_time_off_offers_somebody_else(desk: Desk, session: int) -> None:
    member = desk.member("desk")
    fields = fields_of(member.get(OFF, query_string={"day": MONDAY.isoformat()}))
    answer = member.post(OFF, query_string={"day": MONDAY.isoformat()}, data=fields)
    assert "Somebody else as the second person, same time" in answer.text
    same = re.search(r'<option value="(move [^"]+)">Somebody else', answer.text)
    assert same
    fields = fields_of(answer)
    with desk.app.app_context():
        fields.setlist(f"reference-{session}", [get_appointment(session).reference])
    fields.setlist(f"hit-{session}", [same[1]])
    fields.setlist("confirmed", [str(session)])
    done = member.post(OFF, query_string={"day": MONDAY.isoformat()}, data=fields, follow_redirects=True)
    assert "Mina Cole: Therapist 3 is the second person now" in text_of(done)
    with desk.app.app_context():
        assert second_of(session) == "therapist-3"


def test_who_enters_their_own_time_off_reads_no_client_of_a_colleague(desk: Desk, session: int) -> None:
    member = desk.member("therapist")
    fields = fields_of(member.get(OFF, query_string={"day": MONDAY.isoformat()}))
    answer = member.post(OFF, query_string={"day": MONDAY.isoformat()}, data=fields)
    assert "second person with Therapist 2" in answer.text
    assert "Mina" not in answer.text
    fields = fields_of(answer)
    with desk.app.app_context():
        reference, version = get_appointment(session).reference, get_appointment(session).row_version
    fields.setlist(f"hit-{session}", [f"cancel {version}"])
    fields.setlist(f"reference-{session}", [reference])
    fields.setlist("confirmed", [str(session)])
    assert member.post(OFF, query_string={"day": MONDAY.isoformat()}, data=fields).status_code == 303
    assert desk.facts(reference)["state"] == "booked"


@pytest.mark.parametrize("role", ["desk", "therapist"])
def test_their_own_column_says_so(desk: Desk, session: int, role: str) -> None:
    page = desk.member(role).get(DAY)
    assert "second person with Therapist 2, 10:00 am to 11:00 am" in text_of(page)
    assert "being booked" not in text_of(page)
    if role == "therapist":
        assert "Mina" not in page.text
    week = desk.member(role).get(f"/staff/week/{MONDAY.isoformat()}")
    assert "second person with Therapist 2" in text_of(week)


def test_their_agenda_says_so_also_where_it_is_all_there_is(desk: Desk, session: int) -> None:
    morning = at("07:00") + timedelta(minutes=1)
    with desk.app.app_context(), time_machine.travel(morning, tick=False):
        plan_agendas(morning)
        rows = db.session.execute(
            select(Notification).where(Notification.kind == "therapist_agenda")
        ).scalars()
        own = next(row for row in rows if row.therapist_id == get_appointment(session).chaperone_id)
        letter = agenda_letter(own, morning)
        assert isinstance(letter, AgendaLetter)
        assert letter.sessions == ()
        assert [one.therapist for one in letter.beside] == ["Therapist 2"]
        assert all(not (gap.starts_at < at("11:00") and at("10:00") < gap.ends_at) for gap in letter.gaps)
        mail = compose(letter)
        assert "Second person with Therapist 2" in mail.text
        for secret in ("Mina", "Psoas"):
            assert secret not in mail.text + mail.html + mail.subject


def test_their_calendar_says_so_neutrally(desk: Desk, session: int) -> None:
    answer = desk.post("therapist", "/staff/feeds", name="My telephone", therapist="therapist-1")
    found = re.search(r'value="[^"]*(/calendar/[A-Za-z0-9_-]+\.ics)"', answer.text)
    assert found
    feed = desk.app.test_client().get(found[1])
    (event,) = Calendar.from_ical(feed.data).events
    assert event["SUMMARY"] == "Session, as second person, 60 min"
    assert event.decoded("DTSTART") == at("10:00")
    for secret in ("Mina", "Cole", "soas", "injury"):
        assert secret not in feed.text
