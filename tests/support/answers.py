"""What the tests of clients' answers share: an appointment that everybody has been told of, its links, its buttons."""

import hashlib
from datetime import datetime

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.day import Click, Marked, mark_completed
from app.actions.managing import Change
from app.actions.outcomes import Booked
from app.domain.appointments import Actor
from app.domain.care import CheckInAnswer
from app.extensions import db
from app.links import check_in_code, manage_token, stop_token
from app.models import Appointment, GuidancePlan, GuidancePlanVersion, Notification, Practice
from app.store.appointments import find_by_reference, get_appointment
from app.store.audit import list_audit_lines
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of
from tests.support.kept import write_once
from tests.support.rows import NOW, at, make_practice, order, wish

CLIENT, SAM = Actor("client", "jo.park@example.com"), Actor("staff", "desk@example.com")
LATE = at("08:30")  # an hour and a half before the session at ten: long past the deadline


def told_appointment() -> int:
    """An appointment on Monday at ten, of which everybody has been told; its plan has something to say afterwards, too."""
    return write_once(current_app, "told-appointment", _write_told_appointment)


def _write_told_appointment() -> int:
    make_practice()
    _add_after_care()
    number = booked().appointment_id
    with transaction() as rows:
        rows.execute(update(Notification).where(Notification.due_at <= NOW).values(state="sent", sent_at=NOW))
    return number


def booked(clock: str = "10:00", **more: object) -> Booked:
    """Book and insist."""
    answer = book(order(wish(at(clock)), key=f"key-{clock}", **more), NOW)  # type: ignore[arg-type]
    assert isinstance(answer, Booked), answer
    return answer


def by_link(number: int) -> Change:
    """What the client's click asks for."""
    return Change(number, CLIENT)


def acts(number: int) -> list[str]:
    """What the audit log says was done."""
    return [line.act for line in list_audit_lines("appointment", number)]


def messages(number: int, kind: str) -> list[Notification]:
    """The appointment's messages of a kind."""
    wanted = select(Notification).where(Notification.appointment_id == number, Notification.kind == kind)
    return list(db.session.execute(wanted.order_by(Notification.due_at)).scalars())


def completed(number: int, now: datetime | None = None) -> datetime:
    """The session has been given."""
    done_at = now or at("11:00")
    mark_completed(Click(number, get_appointment(number).row_version, SAM), done_at)
    assert get_appointment(number).state == "completed"
    return done_at


def follow(desk: Desk, **values: object) -> None:
    """The practice sets its policy."""
    with desk.app.app_context():
        set_policy(**values)


def set_policy(**values: object) -> None:
    """The same inside an application context."""
    with transaction() as rows:
        rows.execute(update(Practice).values(revision=Practice.revision + 1, **values))


def link(desk: Desk, reference: str, page: str = "") -> str:
    """An address behind the manage link."""
    with desk.app.app_context():
        row = _row(reference)
        return f"/appointment/{manage_token(row.public_id, row.token_version)}{page}"


def code_of(desk: Desk, reference: str, answer: CheckInAnswer) -> str:
    """What stands for an answer in an address."""
    with desk.app.app_context():
        return check_in_code(_row(reference).public_id, answer)


def stop_link(desk: Desk, reference: str) -> str:
    """What the header List-Unsubscribe names."""
    with desk.app.app_context():
        return f"/messages/stop/{stop_token(_row(reference).public_id)}"


def complete(desk: Desk, reference: str) -> None:
    """The session has been given."""
    facts = desk.facts(reference)
    with desk.app.app_context():
        assert isinstance(mark_completed(Click(facts["id"], facts["row_version"], SAM), at("19:00")), Marked)


def checksum(desk: Desk) -> str:
    """All that the database holds."""
    with desk.app.app_context():
        rows = [
            str(sorted(map(repr, db.session.execute(select(table)))))
            for table in db.metadata.sorted_tables
            if table.name != "worker_heartbeat"
        ]
        return hashlib.sha256("".join(rows).encode()).hexdigest()


def press(client: FlaskClient, path: str, page: str | None = None, **chosen: str) -> TestResponse:
    """Open a page and press the button of its form to that path."""
    return client.post(path, data=form_of(client.get(page or path), path) | chosen)


def _row(reference: str) -> Appointment:
    row = find_by_reference(reference)
    assert row is not None
    return row


def _add_after_care() -> None:
    with transaction() as rows:
        plan = rows.execute(select(GuidancePlan)).scalar_one()
        steps = [
            {
                "key": key,
                "moment": "after",
                "offset_minutes": minutes,
                "label": {"en": "Afterwards"},
                "text": {"en": text},
            }
            for key, minutes, text in (
                ("help", 0, "Call."),
                ("evening", 120, "Rest."),
                ("week", 10080, "So?"),
            )
        ]
        before = plan.versions[-1].steps
        plan.versions.append(GuidancePlanVersion(version=2, steps=before + steps, created_at=NOW))
