"""Somebody else as the second person, same time: found by whoever may move the session, from its page or the time-off dialog."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.managing import Change, move
from app.actions.outcomes import Booked, Moved, Refused
from app.actions.settings import Edit
from app.actions.settings_people import take_time_off
from app.domain.appointments import Actor
from app.domain.impact import Trouble
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.spans import Span
from app.domain.staff import StaffRole
from app.store.appointments import get_appointment
from app.store.planned import find_trouble
from tests.support.desk import Desk, form_of, text_of
from tests.support.filled_form import fields_of
from tests.support.rows import MONDAY, NOW, at, order, wish
from tests.support.second_person import desk_of_three

DESK = Actor("staff", "desk@example.com")
OFF = "/staff/settings/therapists/therapist-1/time-off"
ANOTHER = "Find somebody else as the second person"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The therapist's account is that of whose sessions need a second person."""
    with time_machine.travel(NOW, tick=False):
        yield desk_of_three(app, "therapist-2")


@pytest.fixture
def session(desk: Desk) -> int:
    """Mina Cole comes to the second therapist at ten, and the first is the second person."""
    with desk.app.app_context():
        wanted = wish(at("10:00"), therapist="therapist-2", with_chaperone=True)
        made = book(order(wanted, name="Mina Cole", email="mina@example.com"), NOW)
        assert isinstance(made, Booked), made
        return made.appointment_id


def second_of(desk: Desk, number: int) -> str | None:
    with desk.app.app_context():
        row = get_appointment(number)
        return row.chaperone.slug if row.chaperone else None


def away(desk: Desk, slug: str = "therapist-1") -> None:
    with desk.app.app_context():
        edit = Edit(DESK, NOW, None, frozenset(range(20)))
        assert type(take_time_off(slug, Span(at("09:00"), at("13:00")), None, edit)).__name__ == "Saved"


def page_of(desk: Desk, number: int) -> str:
    with desk.app.app_context():
        return f"/staff/appointments/{get_appointment(number).reference}"


def asked(desk: Desk, role: str, number: int) -> TestResponse:
    """The page behind the button on the appointment's page."""
    shown = desk.member(role).get(page_of(desk, number))
    found = re.search(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*{ANOTHER}', shown.text, re.DOTALL)
    assert found, text_of(shown)
    href = urlsplit(found[1].replace("&amp;", "&"))
    return desk.member(role).get(href.path, query_string=parse_qs(href.query))


@pytest.mark.parametrize("role", ["owner", "desk", "therapist"])
def test_the_appointments_page_leads_to_another_second_person_at_the_same_time(
    desk: Desk, session: int, role: str
) -> None:
    away(desk)
    page = asked(desk, role, session)
    said = text_of(page)
    assert "Somebody else as the second person with Mina Cole?" in said
    assert "from Therapist 1 to Therapist 3" in said
    assert "Mina Cole is not told" in said
    assert "nothing changes" not in said
    form = form_of(page, f"{page_of(desk, session)}/move")
    done = desk.member(role).post(f"{page_of(desk, session)}/move", data=form, follow_redirects=True)
    assert "Mina Cole: Therapist 3 is the second person now. Mina Cole is not told" in text_of(done)
    assert ANOTHER not in done.text
    assert second_of(desk, session) == "therapist-3"


def test_where_nobody_else_is_free_that_is_said(desk: Desk, session: int) -> None:
    away(desk)
    away(desk, "therapist-3")
    page = asked(desk, "desk", session)
    assert page.status_code == 409
    assert "Nobody else is free then to be the second person" in text_of(page)


def test_the_time_that_it_has_is_listed_only_while_a_second_person_is_missing(
    desk: Desk, session: int
) -> None:
    listed = f"{page_of(desk, session)}/move"
    assert 'value="2026-11-23T10:00' not in desk.member("desk").get(listed).text
    away(desk)
    found = re.findall(r'value="([^"]*T10:00[^"]*)"', desk.member("desk").get(listed).text)
    assert [at("10:00").isoformat()[:10] in one for one in found] == [True]


def test_nobody_is_replaced_who_can_be_there(desk: Desk, session: int) -> None:
    check = f"{page_of(desk, session)}/move/check"
    query = {"start": at("10:00").isoformat(), "therapist": "therapist-2"}
    assert "nothing changes" in text_of(desk.member("desk").get(check, query_string=query))
    assert ANOTHER not in desk.member("desk").get(page_of(desk, session)).text


def test_a_second_trouble_does_not_hide_that_the_second_person_is_missing(desk: Desk, session: int) -> None:
    away(desk)
    away(desk, "therapist-2")
    change = Change(session, DESK, by_staff=True)
    with desk.app.app_context():
        assert find_trouble(session, NOW) is Trouble.TIME_OFF
        assert isinstance(move(change, at("10:00"), NOW), Refused)
        aside = Override(frozenset({Refusal.TIME_OFF}), "She comes all the same", frozenset({StaffRole.DESK}))
        assert isinstance(move(change, at("10:00"), NOW, override=aside), Moved)
    assert second_of(desk, session) == "therapist-3"


def test_the_time_off_dialog_says_what_happened_and_tells_no_client(desk: Desk, session: int) -> None:
    member, query = desk.member("desk"), {"day": MONDAY.isoformat()}
    fields = fields_of(member.get(OFF, query_string=query))
    answer = member.post(OFF, query_string=query, data=fields)
    same = re.search(r'<option value="(move [^"]+)">Somebody else', answer.text)
    assert same
    fields = fields_of(answer)
    fields.setlist(f"reference-{session}", [page_of(desk, session).rpartition("/")[2]])
    fields.setlist(f"hit-{session}", [same[1]])
    fields.setlist("confirmed", [str(session)])
    done = text_of(member.post(OFF, query_string=query, data=fields, follow_redirects=True))
    assert "Mina Cole: Therapist 3 is the second person now. Mina Cole is not told" in done
    assert "told by e-mail" not in done
    assert second_of(desk, session) == "therapist-3"
