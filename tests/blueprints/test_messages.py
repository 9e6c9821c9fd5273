"""The messages' pages: the list and its picture, one message, the copy, the calls; and who sees whose."""

import json
import re
import zlib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select, update

from app.actions.sending import copy_context
from app.domain.notifications import NO_CLIENT_ADDRESS
from app.extensions import db
from app.models import Appointment, AuditLine, MessageCopy, Notification, Practice, WorkerHeartbeat
from app.store.transactions import transaction
from app.vault import seal_bytes
from tests.support.desk import Desk, make_desk, text_of
from tests.support.rows import MONDAY, NOW, at

LIST, CALLS = "/staff/messages", "/staff/messages/calls"
HOSTILE = "<script>alert(1)</script> {{7*7}}"
HTML = "<!doctype html><title>Hello</title><p style='color:green'>Hello Jo</p><script>1</script>"


@pytest.fixture
def desk(app: Flask, clock: time_machine.Traveller) -> Desk:
    """A practice of two therapists, whose worker is alive."""
    made = make_desk(app)
    with app.app_context(), transaction() as rows:
        rows.add(WorkerHeartbeat(name="worker", seen_at=NOW))
    return made


def message(desk: Desk, reference: str | None, state: str = "sent", **more: Any) -> int:
    """Another message about the appointment."""
    with desk.app.app_context(), transaction() as rows:
        about = rows.scalar(select(Appointment.id).where(Appointment.reference == reference))
        number = (rows.scalar(select(Notification.id).order_by(Notification.id.desc()).limit(1)) or 0) + 1
        said = {
            "kind": "appointment_reminder",
            "step": f"before_3d:{number}",
            "audience": "client",
            "due_at": NOW,
            "expires_at": NOW + timedelta(days=2),
            "message_id": f"<{number}@example.com>",
            "created_at": NOW,
            "sent_at": NOW if state == "sent" else None,
        }
        row = Notification(appointment_id=about, state=state, **(said | more))
        rows.add(row)
        rows.flush()
        return row.id


def keep_copy(desk: Desk, number: int) -> None:
    """What it said, sealed as the outbox does it."""
    words = {"subject": "Your appointment", "text": "Hello Jo", "html": HTML, "to": "jo@example.com"}
    with desk.app.app_context(), transaction() as rows:
        row = rows.get_one(Notification, number)
        key = rows.get_one(Appointment, row.appointment_id).client.wrapped_key
        sealed = seal_bytes(zlib.compress(json.dumps(words).encode()), key, copy_context(row.message_id))
        rows.add(MessageCopy(notification_id=number, sealed=sealed))


def test_the_list_shows_when_what_to_whom_and_how_it_stands(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    message(desk, reference, "failed", why="mailbox unknown", due_at=NOW - timedelta(hours=2))
    text = text_of(desk.member("desk").get(LIST))
    for words in ("Reminder, 3 days before", "mina.cole@example.com", reference, "failed", "mailbox unknown"):
        assert words in text
    assert "Reminder, the day before" in text  # planned for Sunday
    assert "Now, 10:00 am" in text
    assert text.index("planned") < text.index("Now, 10:00 am") < text.index("mailbox unknown")


def test_the_numbers_count_today_what_waits_and_what_failed(desk: Desk) -> None:
    reference = desk.booked("10:00")
    message(desk, reference, "failed", why="mailbox unknown")
    message(desk, reference)
    page = desk.member("desk").get(LIST)
    tiles = re.findall(r"<strong>([\d,]+)</strong> ([^<]+)</a>", page.text)
    assert [tiles[0], tiles[3]] == [("1", "sent today"), ("1", "failed in 30 days")]
    assert int(tiles[1][0]) > 0
    assert 'role="img"' in page.text
    assert page.text.count('class="bar-failed"') == 1
    assert "The same as a table" in page.text


def test_a_month_without_messages_is_a_page_too(desk: Desk) -> None:
    for query in ("", "?state=planned", "?state=failed", "?q=nobody", "?from=2026-11-01&until=2026-11-02"):
        assert desk.member("desk").get(LIST + query).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "kind=x&to=y",
        "from=2026-02-30&until=0001-01-01",
        "before=1.1",
        "after=99999999999999999.9999999999",
        "before=-1.5&after=x",
        "q=%25%5F%27%3B",
        "q=" + "x" * 3000,
        "from=2200-12-31&until=1970-01-01",
    ],
)
def test_addresses_that_make_no_sense_still_show_a_page(desk: Desk, query: str) -> None:
    assert desk.member("desk").get(f"{LIST}?{query}").status_code == 200


def test_pages_lead_on_until_everything_was_seen(desk: Desk) -> None:
    reference = desk.booked("10:00")
    wanted = {message(desk, reference, due_at=NOW - timedelta(minutes=minute)) for minute in range(120)}
    seen: set[int] = set()
    address: str | None = f"{LIST}?state=sent"
    pages = 0
    while address and pages < 9:
        page = desk.member("desk").get(address)
        found = {int(number) for number in re.findall(rf'href="{LIST}/(\d+)"', page.text)}
        assert len(found) <= 50
        assert not found & seen
        seen |= found
        pages += 1
        following = re.search(r'rel="next"\s+href="([^"]+)"', page.text)
        address = following[1].replace("&amp;", "&") if following else None
    assert wanted <= seen
    assert pages == 3


def test_the_first_page_leads_forward_and_back(desk: Desk) -> None:
    reference = desk.booked("10:00")
    for minute in range(1, 70):
        message(desk, reference, due_at=NOW - timedelta(minutes=minute))
        message(desk, reference, "planned", due_at=NOW + timedelta(minutes=minute))
    page = desk.member("desk").get(LIST)
    later = re.search(r'rel="prev"\s+href="([^"]+)"', page.text)
    assert later
    ahead = desk.member("desk").get(later[1].replace("&amp;", "&"))
    first, second = (set(re.findall(rf'href="{LIST}/(\d+)"', one.text)) for one in (page, ahead))
    assert len(first) == len(second) == 50
    assert not first & second
    assert 'class="message-when"' in ahead.text
    assert ">sent</" not in ahead.text


@pytest.mark.parametrize("path", [LIST, f"{LIST}?state=planned", CALLS])
def test_the_pages_ask_the_database_little_however_much_there_is(desk: Desk, path: str) -> None:
    for number, name in enumerate(("Mina Cole", "Theo Ruiz", "Iris Vale")):
        reference = desk.booked(f"{10 + 2 * number}:00", name=name, email=None)
        for minute in range(20):
            message(desk, reference, "skipped", why=NO_CLIENT_ADDRESS, due_at=NOW - timedelta(minutes=minute))
    client = desk.member("desk")
    client.get(path)
    with desk.app.app_context():
        engine = db.engine
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in statements if one.lstrip().lower().startswith("select")]) <= 8, statements


def test_a_therapist_sees_the_own_appointments_messages_only(desk: Desk) -> None:
    own = desk.booked("10:00", name="Mina Cole")
    other = desk.booked("10:00", name="Theo Ruiz", therapist="therapist-2")
    number, account = (
        message(desk, other, "failed"),
        message(desk, None, kind="account_message", audience="staff"),
    )
    mine = message(desk, own)
    client = desk.member("therapist")
    text = text_of(client.get(LIST)) + text_of(client.get(f"{LIST}?q=theo")) + text_of(client.get(CALLS))
    assert own in text
    assert other not in text
    assert "Theo Ruiz" not in text
    assert client.get(f"{LIST}/{mine}").status_code == 200
    for foreign in (number, account):
        assert client.get(f"{LIST}/{foreign}").status_code == 404
        for act in ("copy", "as-sent", "called"):
            assert desk.post("therapist", f"{LIST}/{foreign}/{act}").status_code == 404
    assert desk.post("therapist", f"{LIST}/{mine}/again").status_code == 403
    assert client.get(f"{LIST}/{10**30}").status_code == 404


def test_one_message_says_all_that_is_known_of_it(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142")
    number = message(desk, reference, "failed", why="mailbox unknown")
    text = text_of(desk.member("desk").get(f"{LIST}/{number}"))
    for words in (
        "Reminder, 3 days before to Mina Cole",
        "Mailbox unknown.",
        "902-555-0142",
        reference,
        "None so far",
    ):
        assert words in text
    assert "Send again" in text
    desk.post("desk", f"{LIST}/{number}/again")
    assert "on its way again" in text_of(desk.member("desk").get(f"{LIST}/{number}"))
    with desk.app.app_context():
        assert db.session.get_one(Notification, number).state == "planned"


def test_what_is_planned_shows_what_it_would_say(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    with desk.app.app_context():
        planned = select(Notification.id).where(Notification.step == "before_1d")
        number = db.session.execute(planned).scalar_one()
    text = text_of(desk.member("desk").get(f"{LIST}/{number}"))
    assert "What it would say now" in text
    assert "Hello Mina" in text
    assert "Send again" not in text
    assert reference in text


def test_the_copy_opens_by_post_and_each_opening_is_written_down(desk: Desk) -> None:
    number = message(desk, desk.booked("10:00"))
    keep_copy(desk, number)
    path = f"{LIST}/{number}"
    assert "Hello Jo" not in desk.member("desk").get(path).text
    assert desk.member("desk").get(f"{path}/copy").status_code == 405
    for role in ("desk", "therapist", "owner"):
        opened = desk.post(role, f"{path}/copy")
        assert "Hello Jo" in text_of(opened)
        assert "no-store" in opened.headers["Cache-Control"]
        assert "<script>1" not in opened.text
    with desk.app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "message opened")).all()
        assert [line.actor for line in lines] == [
            f"{role}@example.com" for role in ("desk", "therapist", "owner")
        ]


def test_the_mail_in_its_own_looks_can_do_nothing(desk: Desk) -> None:
    number = message(desk, desk.booked("10:00"))
    keep_copy(desk, number)
    answer = desk.post("desk", f"{LIST}/{number}/as-sent")
    assert answer.text == HTML
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_was_sent_without_a_copy_says_so(desk: Desk) -> None:
    number = message(desk, desk.booked("10:00"))
    for act in ("copy", "as-sent"):
        answer = desk.post("desk", f"{LIST}/{number}/{act}")
        assert answer.status_code == 404
        assert "There is no copy of this message any more" in answer.text


def test_nobody_reads_or_repeats_what_was_written_about_an_account(desk: Desk) -> None:
    number = message(
        desk, None, "failed", kind="account_message", audience="staff", address="owner@example.com"
    )
    page = desk.member("desk").get(f"{LIST}/{number}")
    assert page.status_code == 200
    assert "owner@example.com" in page.text
    assert "Send again" not in page.text
    assert desk.post("desk", f"{LIST}/{number}/copy").status_code == 404
    desk.post("desk", f"{LIST}/{number}/again")
    with desk.app.app_context():
        assert db.session.get_one(Notification, number).state == "failed"


def test_clients_without_an_address_are_called_and_one_call_tells_all(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="(902) 555-0142", email=None)
    earlier = message(desk, reference, "skipped", why=NO_CLIENT_ADDRESS, due_at=NOW - timedelta(days=1))
    later = message(desk, reference, "skipped", why=NO_CLIENT_ADDRESS)
    page = desk.member("desk").get(CALLS)
    text = text_of(page)
    assert 'href="tel:9025550142"' in page.text
    for words in (
        "Mina Cole",
        "Reminder, 3 days before",
        "Mon 23 Nov, 10:00 am",
        "No e-mail address",
        reference,
    ):
        assert words in text
    assert page.text.count('class="panel call"') == 1
    assert f"{LIST}/{later}" in page.text
    day = text_of(desk.member("desk").get("/staff/"))
    assert "Call list: 1" in day
    answer = desk.post("desk", f"{LIST}/{later}/called", **{"from": "list"})
    assert answer.location == CALLS
    assert "Nobody to call" in desk.member("desk").get(CALLS).text
    assert "Call list" not in desk.member("desk").get("/staff/").text
    with desk.app.app_context():
        rows = db.session.scalars(select(Notification).where(Notification.id.in_((earlier, later)))).all()
        assert {(row.settled_by, row.settled_at) for row in rows} == {("desk@example.com", NOW)}
        assert len(db.session.scalars(select(AuditLine).where(AuditLine.act == "called instead")).all()) == 1
    desk.post("owner", f"{LIST}/{later}/called")
    assert "noted that call already" in text_of(desk.member("owner").get(f"{LIST}/{later}"))


def test_whose_mail_failed_is_called_too_and_then_needs_nobody(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142")
    number = message(desk, reference, "failed", why="mailbox unknown")
    day = f"/staff/schedule/{MONDAY.isoformat()}"
    assert "the mail failed: mailbox unknown" in text_of(desk.member("desk").get(CALLS)).replace("The", "the")
    assert "message failed" in desk.member("desk").get(day).text
    assert "did not reach Mina Cole" in desk.member("desk").get("/staff/").text
    desk.post("desk", f"{LIST}/{number}/called")
    assert "message failed" not in desk.member("desk").get(day).text
    assert "did not reach" not in desk.member("desk").get("/staff/").text
    assert "called" in text_of(desk.member("desk").get(f"{LIST}/{number}"))


def test_what_to_say_stands_on_the_messages_page(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142", email=None)
    with desk.app.app_context(), transaction() as rows:
        step = Notification.step == "before_1d"
        assert rows.execute(update(Notification).where(step).values(due_at=NOW)).rowcount == 1  # type: ignore[attr-defined]
        number = rows.scalars(select(Notification.id).where(step)).one()
    text = text_of(desk.member("desk").get(f"{LIST}/{number}"))
    for words in ("What to say", "Hello Mina", "902-555-0142", "There is no e-mail address.", reference):
        assert words in text


def test_trouble_with_sending_is_said_above_everything(desk: Desk, clock: time_machine.Traveller) -> None:
    assert "notice-error" not in desk.member("desk").get(LIST).text
    message(desk, desk.booked("10:00"), "planned", attempts=2, why="the mail server did not answer in time")
    text = text_of(desk.member("desk").get(LIST))
    assert "could not be handed over" in text
    assert "the mail server did not answer in time" in text
    with desk.app.app_context(), transaction() as rows:
        rows.get_one(Practice, 1).outbox_held_at = NOW
    assert "Sending is held" in text_of(desk.member("desk").get(LIST))
    clock.shift(timedelta(minutes=10))
    assert "Nothing is being sent" in text_of(desk.member("desk").get(LIST))


def test_names_and_reasons_stay_text(desk: Desk) -> None:
    reference = desk.booked("10:00", name=HOSTILE, email="x@example.com")
    number = message(desk, reference, "failed", why=HOSTILE, address="a<b>@example.com")
    for path in (LIST, CALLS, f"{LIST}/{number}", f"/staff/appointments/{reference}", f"{LIST}?q={HOSTILE}"):
        page = desk.member("desk").get(path).text
        assert "<script>alert" not in page
        assert "{{7*7}}" in page


def test_messages_stand_in_everybodys_navigation(desk: Desk) -> None:
    for role in ("owner", "desk", "therapist"):
        assert 'href="/staff/messages" aria-current="page"' in desk.member(role).get(LIST).text


def test_the_call_list_says_until_when_a_call_helps(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Mina Cole", email=None)
    message(desk, reference, "skipped", why=NO_CLIENT_ADDRESS, expires_at=at("08:00"))
    assert "today; at the latest Mon 23 Nov, 8:00 am" in text_of(desk.member("desk").get(CALLS))
    clock.move_to(at("07:00"))
    desk.clients.clear()
    assert "today before 8:00 am" in text_of(desk.member("desk").get(CALLS))
    clock.move_to(at("09:00"))
    assert "Call at once" in text_of(desk.member("desk").get(CALLS)).replace(" .", "")
