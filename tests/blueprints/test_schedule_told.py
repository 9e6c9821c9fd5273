"""What the desk sees of messages and answers: the line on the appointment's page, tasks, what is opened by a click."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app.actions.answering import check_in, confirm, report_illness
from app.actions.managing import Change
from app.domain.appointments import Actor
from app.domain.care import CheckInAnswer
from app.extensions import db
from app.models import Appointment, AuditLine, Notification, Task
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.rows import MONDAY, NOW, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"


def by_client(desk: Desk, reference: str) -> Change:
    """What the client does behind the link."""
    return Change(desk.facts(reference)["id"], Actor("client", "mina.cole@example.com"), None)


def complete(desk: Desk, reference: str) -> None:
    """The session is over."""
    with desk.app.app_context(), transaction() as rows:
        wanted = update(Appointment).where(Appointment.reference == reference)
        rows.execute(wanted.values(state="completed", completed_at=at("11:00")))


def line_of(desk: Desk, reference: str, role: str = "desk") -> list[str]:
    """The stations of the line, in their order."""
    page = desk.member(role).get(f"/staff/appointments/{reference}").text
    line = page[page.index('<ol class="line">') : page.index("</ol>", page.index('<ol class="line">'))]
    found = re.findall(r'class="station-what">(?:<a[^>]*>)?([^<]+)<', line)
    return [words.strip() for words in found]


def test_the_line_tells_what_went_out_what_comes_and_where_the_session_stands(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    stations = line_of(desk, reference)
    assert stations.index("Now") < stations.index("Reminder, the day before") < stations.index("The session")
    assert "Confirmation" in stations
    page = desk.member("desk").get(f"/staff/appointments/{reference}")
    assert page.text.count('aria-current="time"') == 1
    assert "To the staff: 1" in page.text
    with desk.app.app_context():
        number = db.session.scalars(select(Notification.id).where(Notification.step == "before_1d")).one()
    assert f'href="/staff/messages/{number}"' in page.text


def test_after_care_stands_behind_the_session_until_it_is_marked_as_done(desk: Desk) -> None:
    reference = desk.booked("10:00")
    after = [f"After-care, {moment} after" for moment in ("2 hours", "the day", "a week")]
    assert line_of(desk, reference)[-4:] == ["The session", *after]
    assert "Once the session is marked as done" in text_of(
        desk.member("desk").get(f"/staff/appointments/{reference}")
    )


def test_what_was_left_out_says_why_and_what_a_move_dropped_is_folded_away(desk: Desk) -> None:
    reference = desk.booked("10:00")
    said = {"row_version": 1, "start": at("15:00").isoformat(), "therapist": "therapist-1"}
    desk.post("desk", f"/staff/appointments/{reference}/move", **said)
    page = desk.member("desk").get(f"/staff/appointments/{reference}")
    assert "Dropped when the appointment changed" in page.text
    with desk.app.app_context(), transaction() as rows:
        rows.execute(
            update(Notification)
            .where(Notification.step == "before_3h", Notification.state == "planned")
            .values(state="skipped", why="the client wants nothing of that kind")
        )
    assert (
        "the client wants nothing of that kind"
        in desk.member("desk").get(f"/staff/appointments/{reference}").text
    )


def test_a_failed_message_can_be_sent_again_from_the_line(desk: Desk) -> None:
    reference = desk.booked("10:00")
    with desk.app.app_context(), transaction() as rows:
        wanted = update(Notification).where(Notification.kind == "appointment_booked")
        rows.execute(wanted.values(state="failed", why="mailbox unknown"))
    path = f"/staff/appointments/{reference}"
    assert "Send again" in desk.member("desk").get(path).text
    assert "Send again" not in desk.member("therapist").get(path).text


def test_a_client_who_confirmed_is_seen_on_the_card_and_on_the_page(desk: Desk) -> None:
    reference = desk.booked("10:00")
    assert "confirmed" not in text_of(desk.member("desk").get(DAY))
    with desk.app.app_context():
        confirm(by_client(desk, reference), NOW)
    assert "confirmed" in text_of(desk.member("desk").get(DAY))
    assert "Confirmed by the client" in text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))


def test_who_cannot_come_stands_in_the_inbox_until_somebody_has_seen_to_it(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142")
    with desk.app.app_context():
        report_illness(by_client(desk, reference), "move", NOW)
    inbox = text_of(desk.member("desk").get("/staff/"))
    assert "Mina Cole can't come and has no new time yet" in inbox
    assert "Call 902-555-0142." in inbox
    with desk.app.app_context():
        number = db.session.scalars(select(Task.id)).one()
    answer = desk.post("desk", f"/staff/tasks/{number}/done", day=MONDAY.isoformat())
    assert answer.location == DAY
    assert "can't come and has no new time" not in text_of(desk.member("desk").get("/staff/"))
    desk.post("owner", f"/staff/tasks/{number}/done")
    assert "noted that already" in text_of(desk.member("owner").get(f"/staff/appointments/{reference}"))


def test_nobody_settles_another_therapists_task(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", therapist="therapist-2")
    with desk.app.app_context():
        report_illness(by_client(desk, reference), "move", NOW)
        number = db.session.scalars(select(Task.id)).one()
    assert "Mina Cole" not in text_of(desk.member("therapist").get("/staff/"))
    assert desk.post("therapist", f"/staff/tasks/{number}/done").status_code == 404
    assert desk.post("desk", f"/staff/tasks/{10**20}/done").status_code == 404
    assert "Mina Cole" in text_of(desk.member("desk").get("/staff/"))


@pytest.mark.parametrize("wants", ["move", "cancel"])
def test_why_somebody_cannot_come_opens_like_a_note(desk: Desk, wants: str) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    with desk.app.app_context():
        report_illness(by_client(desk, reference), "cancel" if wants == "cancel" else "move", NOW)
    path = f"/staff/appointments/{reference}"
    for role in ("desk", "therapist"):
        assert "Fell ill" not in desk.member(role).get(path).text
    assert desk.post("desk", f"{path}/reason").status_code == 403
    assert "Fell ill" in desk.post("therapist", f"{path}/reason").text
    assert "Fell ill" not in desk.member("therapist").get(path).text
    with desk.app.app_context():
        assert len(db.session.scalars(select(AuditLine).where(AuditLine.act == "reason opened")).all()) == 1


def test_what_a_client_answered_opens_like_a_note(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142")
    complete(desk, reference)
    path = f"/staff/appointments/{reference}"
    assert "has said how they feel" not in text_of(desk.member("therapist").get(path))
    clock.move_to(at("12:00") + timedelta(days=1))
    desk.clients.clear()
    with desk.app.app_context():
        actor = Actor("client", "mina.cole@example.com")
        check_in(desk.facts(reference)["id"], CheckInAnswer.WORSE, actor, at("11:30") + timedelta(days=1))
    inbox = text_of(desk.member("desk").get("/staff/"))
    assert "Mina Cole would like to hear from you" in inbox
    assert "worse" not in inbox.lower()
    assert "Mina Cole has said how they feel" in text_of(desk.member("desk").get(path))
    assert desk.post("desk", f"{path}/check-in").status_code == 403
    assert "Worse" in text_of(desk.post("therapist", f"{path}/check-in"))
    assert "Worse" not in text_of(desk.member("therapist").get(path))
    with desk.app.app_context():
        assert len(db.session.scalars(select(AuditLine).where(AuditLine.act == "check-in opened")).all()) == 1
