"""Calendar feeds: a diary under a secret address, which says when and where, and never who or what for."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from icalendar import Calendar, Event
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.actions.approving import accept_changed
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Accepted
from app.domain.appointments import Actor
from app.domain.reviews import Altered
from app.extensions import db
from app.models import CalendarFeed, Room, StaffMember, Therapist, TimeOff
from app.store.audit import list_audit_lines
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of
from tests.support.reviews import request_session
from tests.support.rows import MONDAY, NOW, at
from tests.support.safety import ask_before

DANA = Actor("staff", "desk@example.com")


def made(desk: Desk, role: str = "therapist", name: str = "My telephone", **more: str) -> str:
    """The path of a new address."""
    answer = desk.post(role, "/staff/feeds", name=name, **{"therapist": "therapist-1"} | more)
    assert answer.status_code == 200, answer.text
    found = re.search(r'value="[^"]*(/calendar/[A-Za-z0-9_-]+\.ics)"', answer.text)
    assert found, answer.text
    return found[1]


def read(desk: Desk, path: str) -> TestResponse:
    """As a calendar program does: without a cookie."""
    return desk.app.test_client().get(path)


def events(answer: TestResponse) -> list[Event]:
    """Parsed back."""
    return list(Calendar.from_ical(answer.data).events)


def test_a_diary_is_read_under_its_address(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", note="An old injury")
    path = made(desk)
    answer = read(desk, path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    (event,) = events(answer)
    assert event["SUMMARY"] == "Session, 60 min"
    assert event["LOCATION"] == "Room 1"
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("DTSTART") == at("10:00")
    assert event.decoded("DTSTART").tzinfo is not None
    assert event["CLASS"] == "PRIVATE"
    for secret in ("Mina", "Cole", "psoas", "Psoas", "injury", "example.com"):
        assert secret not in answer.text


def test_it_is_what_calendar_programs_take(desk: Desk) -> None:
    desk.booked("10:00")
    with desk.app.app_context(), transaction() as rows:
        therapist = rows.query(Therapist).filter_by(slug="therapist-1").one()
        therapist.name = (
            "Zoë Ngũgĩ " + "Łukaszewicz-" * 8
        )  # long enough to be folded, within letters of two bytes
    content = read(desk, made(desk)).data
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(content)
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert "Łukaszewicz" in str(calendar["X-WR-CALNAME"])
    assert calendar["X-PUBLISHED-TTL"] == "PT15M"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines
    for event in calendar.events:
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "LAST-MODIFIED", "STATUS"):
            assert name in event, name
        assert event.decoded("DTSTAMP").utcoffset() == timedelta(0)


def test_a_move_and_a_cancellation_change_the_same_entry(desk: Desk) -> None:
    reference = desk.booked("10:00")
    path = made(desk)
    (first,) = events(read(desk, path))
    appointment_id = desk.facts(reference)["id"]
    with desk.app.app_context():
        move(Change(appointment_id, DANA, None, by_staff=True), at("15:00"), NOW + timedelta(minutes=5))
    (moved,) = events(read(desk, path))
    assert (moved["UID"], moved.decoded("DTSTART")) == (first["UID"], at("15:00"))
    assert int(str(moved["SEQUENCE"])) == int(str(first["SEQUENCE"])) + 1
    assert moved.decoded("LAST-MODIFIED") == NOW + timedelta(minutes=5)
    with desk.app.app_context():
        cancel(Change(appointment_id, DANA, None, by_staff=True), NOW + timedelta(minutes=9))
    (gone,) = events(read(desk, path))
    assert (gone["UID"], gone["STATUS"]) == (first["UID"], "CANCELLED")
    assert int(str(gone["SEQUENCE"])) > int(str(moved["SEQUENCE"]))
    with time_machine.travel(NOW + timedelta(days=29), tick=False):
        assert len(events(read(desk, path))) == 1
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert events(read(desk, path)) == []


def test_a_request_accepted_with_a_change_has_changed(desk: Desk) -> None:
    with desk.app.app_context():
        ask_before()
    number = request_session(desk.app, at("14:00", MONDAY + timedelta(days=7)))
    path, later = made(desk), NOW + timedelta(minutes=7)
    with desk.app.app_context():
        shorter = Altered("back-massage", 30)
        assert accept_changed(Change(number, DANA, by_staff=True), shorter, later) == Accepted(number)
    (event,) = events(read(desk, path))
    assert event["SUMMARY"] == "Session, 30 min"
    assert event.decoded("LAST-MODIFIED") == event.decoded("DTSTAMP") == later


def test_time_off_is_busy(desk: Desk) -> None:
    with desk.app.app_context(), transaction() as rows:
        therapist = rows.query(Therapist).filter_by(slug="therapist-1").one()
        rows.add(
            TimeOff(therapist_id=therapist.id, starts_at=at("12:00"), ends_at=at("14:00"), label="Dentist")
        )
    answer = read(desk, made(desk))
    (event,) = events(answer)
    assert (event["SUMMARY"], event["TRANSP"], event["CLASS"]) == ("Time off", "OPAQUE", "PRIVATE")
    assert "Dentist" not in answer.text


def test_only_the_own_diary(desk: Desk) -> None:
    desk.booked("10:00", therapist="therapist-2")
    assert events(read(desk, made(desk))) == []
    assert desk.post("therapist", "/staff/feeds", name="x", therapist="therapist-2").status_code == 404
    assert len(events(read(desk, made(desk, "desk", therapist="therapist-2")))) == 1


def test_an_ended_address_opens_nothing_and_says_no_more_than_a_wrong_one(desk: Desk) -> None:
    path = made(desk)
    assert desk.post("therapist", "/staff/feeds/1/end").status_code == 302
    ended, wrong = read(desk, path), read(desk, "/calendar/" + "A" * 43 + ".ics")
    assert (ended.status_code, wrong.status_code) == (404, 404)
    assert ended.text == wrong.text
    for odd in ("x", "A" * 44, "%00", "A" * 2000):
        assert read(desk, f"/calendar/{odd}.ics").status_code in (400, 404)
    assert desk.post("therapist", "/staff/feeds/1/end").status_code == 302  # again changes nothing


def test_others_addresses_can_not_be_ended(desk: Desk) -> None:
    made(desk, "desk", therapist="therapist-2")
    assert desk.post("therapist", "/staff/feeds/1/end").status_code == 404
    assert "therapist-2" not in desk.member("therapist").get("/staff/feeds").text
    assert desk.post("owner", "/staff/feeds/1/end").status_code == 302


def test_programs_are_told_that_nothing_has_changed(desk: Desk) -> None:
    desk.booked("10:00")
    path, client = made(desk), desk.app.test_client()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert client.get(path).data == first.data
    desk.booked("12:00")
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    head = client.head(path)
    assert (head.status_code, head.data) == (200, b"")


def test_the_token_is_kept_nowhere(desk: Desk) -> None:
    path = made(desk)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    with desk.app.app_context(), transaction() as rows:
        assert token not in rows.query(CalendarFeed).one().digest
    assert token not in desk.member("therapist").get("/staff/feeds").text
    assert token not in desk.member("owner").get("/staff/audit").text


def test_an_address_needs_a_name(desk: Desk) -> None:
    answer = desk.post("therapist", "/staff/feeds", name="  ", therapist="therapist-1")
    assert answer.status_code == 422
    assert "Give it a name" in answer.text


@pytest.mark.parametrize(
    ("name", "english"),
    [("  ", "Give it a name"), ("n" * 200, "That is too long"), ("One more", "There are 10")],
)
def test_what_is_wrong_with_an_address_is_said_in_the_readers_language(
    desk: Desk, name: str, english: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.blueprints.feeds.views.in_words", lambda problem: f"<{problem.message}>")
    for number in range(10 if name == "One more" else 0):
        made(desk, name=f"Telephone {number}")
    answer = desk.post("therapist", "/staff/feeds", name=name, therapist="therapist-1")
    assert answer.status_code == 422
    assert f"&lt;{english.replace('10', '%(most)s')}" in answer.text


def test_a_name_that_is_too_long_is_refused_in_french(desk: Desk) -> None:
    desk.post("therapist", "/staff/account/language", language="fr")
    answer = desk.post("therapist", "/staff/feeds", name="n" * 200, therapist="therapist-1")
    assert "C’est trop long" in unescape(answer.text)


def test_there_is_an_end_to_how_many(desk: Desk) -> None:
    for number in range(10):
        made(desk, name=f"Telephone {number}")
    assert desk.post("therapist", "/staff/feeds", name="One more", therapist="therapist-1").status_code == 422


def test_making_and_ending_is_written_down(desk: Desk) -> None:
    made(desk)
    desk.post("therapist", "/staff/feeds/1/end")
    page = desk.member("owner").get("/staff/audit?kind=calendar_feed").text
    assert "Calendar address made" in page
    assert "Calendar address ended" in page


def number_of(desk: Desk, name: str) -> int:
    """The member's number."""
    with desk.app.app_context():
        return db.session.scalars(
            select(StaffMember.id).where(StaffMember.email == f"{name}@example.com")
        ).one()


def statuses(desk: Desk, *paths: str) -> list[int]:
    """What each address answers."""
    return [read(desk, path).status_code for path in paths]


def last_line(desk: Desk, number: int) -> tuple[str, dict[str, object]]:
    """What the log says of a member last."""
    with desk.app.app_context():
        line = list_audit_lines("staff_member", number)[-1]
        return line.act, dict(line.detail or {})


def test_feeds_end_with_the_account_of_who_made_them(desk: Desk) -> None:
    mine, others = made(desk), made(desk, "desk")
    mine_too = made(desk, name="My tablet")
    number = number_of(desk, "therapist")
    assert desk.post("owner", f"/staff/people/{number}/close").status_code == 302
    assert statuses(desk, mine, mine_too, others) == [404, 404, 200]
    act, detail = last_line(desk, number)
    assert (act, detail["feeds_ended"]) == ("account closed", 2)
    with desk.app.app_context():
        assert [line.act for line in list_audit_lines("calendar_feed", 1)] == ["feed added", "feed ended"]
    desk.post("owner", f"/staff/people/{number}/reopen")
    assert statuses(desk, mine, mine_too, others) == [404, 404, 200]


@pytest.mark.parametrize(
    ("rights", "made_for", "ends"),
    [
        ({"roles": ["desk"], "therapist": ""}, "therapist-1", True),
        ({"roles": ["owner"], "therapist": ""}, "therapist-1", True),
        ({"roles": ["therapist"], "therapist": "2"}, "therapist-1", True),
        ({"roles": ["desk", "therapist"], "therapist": "1"}, "therapist-1", False),
    ],
)
def test_feeds_of_a_diary_end_when_it_is_taken_away(
    desk: Desk, rights: dict[str, object], made_for: str, ends: bool
) -> None:
    mine, others = made(desk, therapist=made_for), made(desk, "desk", therapist=made_for)
    number = number_of(desk, "therapist")
    path = f"/staff/people/{number}"
    version = form_of(desk.member("owner").get(path), path)["version"]
    answer = desk.post("owner", path, name="Thea", version=version, **rights)
    assert answer.status_code == 302
    assert statuses(desk, mine, others) == [404 if ends else 200, 200]
    assert last_line(desk, number)[1].get("feeds_ended") == (1 if ends else None)


def test_feeds_of_colleagues_end_when_they_are_no_longer_ones_business(desk: Desk) -> None:
    theirs, own = made(desk, "desk"), made(desk, "desk", therapist="therapist-2")
    path = f"/staff/people/{number_of(desk, 'desk')}"
    version = form_of(desk.member("owner").get(path), path)["version"]
    answer = desk.post("owner", path, name="Dee", roles=["therapist"], therapist="2", version=version)
    assert answer.status_code == 302
    assert statuses(desk, theirs, own) == [404, 200]


@pytest.mark.parametrize("name", ["a\r\nBEGIN:VEVENT\r\nSUMMARY:x", "a\nb", "a\x0bb\x85c\u2028d", "\n\n"])
def test_a_name_with_a_line_break_stays_one_line(desk: Desk, name: str) -> None:
    desk.booked("10:00")
    path = made(desk)
    with desk.app.app_context(), transaction() as rows:
        rows.query(Room).update({"name": name})
        rows.query(Therapist).filter_by(slug="therapist-1").update({"name": name})
    answer = read(desk, path)
    assert answer.status_code == 200
    assert len(events(answer)) == 1
    assert desk.member("owner").get(f"/staff/schedule/{at('10:00').date()}/sheet.pdf").status_code == 200
