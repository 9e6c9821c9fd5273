"""Cancelling with its reason, answering requests, lateness, repeating."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app.extensions import db
from app.models import Appointment, AuditLine, Notification
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import MONDAY, NOW, at

LATE_ON_SUNDAY = at("18:00", MONDAY - timedelta(days=1))


def rows_of(desk: Desk) -> list[Appointment]:
    with desk.app.app_context():
        return list(db.session.scalars(select(Appointment).order_by(Appointment.starts_at)))


def requested(desk: Desk, reference: str) -> None:
    """As somebody's who has missed too many sessions."""
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Appointment).where(Appointment.reference == reference).values(state="requested"))


def test_a_late_cancellation_is_said_and_counted_apart(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    path = f"/staff/appointments/{reference}/cancel"
    assert "late: within 24 hours" not in desk.member("desk").get(path).text
    with time_machine.travel(LATE_ON_SUNDAY, tick=False):
        desk.clients.clear()
        page = desk.member("desk").get(path)
        assert "late: within 24 hours" in page.text
        answer = desk.member("desk").post(path, data=form_of(page, "") | {"by": "client"})
        assert "cancelled late" in text_of(desk.member("desk").get(str(answer.location))).lower()
    assert rows_of(desk)[0].cancelled_by == "late"


def test_why_it_was_cancelled_is_sealed(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = f"/staff/appointments/{reference}"
    said = {"row_version": 1, "by": "client", "reason": "in hospital"}
    shown = desk.member("desk").get(str(desk.post("desk", f"{page}/cancel", **said).location))
    assert "Why it was cancelled" in shown.text
    assert "hospital" not in shown.text
    assert desk.post("desk", f"{page}/reason").status_code == 403
    assert "in hospital" in desk.post("owner", f"{page}/reason").text
    with desk.app.app_context():
        assert "hospital" not in str([line.detail for line in db.session.scalars(select(AuditLine))])


def test_who_cancels_second_sees_the_change_and_keeps_the_reason(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = f"/staff/appointments/{reference}"
    desk.post("owner", f"{page}/move", row_version=1, start=at("12:00").isoformat())
    said = {"row_version": 1, "by": "client", "reason": "has a cold"}
    second = desk.post("desk", f"{page}/cancel", **said)
    assert second.status_code == 409
    assert "Somebody else has just changed" in second.text
    assert "has a cold" in second.text
    again = desk.member("desk").post(f"{page}/cancel", data=form_of(second, "") | {"reason": "has a cold"})
    assert again.status_code == 302
    assert rows_of(desk)[0].state == "cancelled"


def test_nobody_is_mailed_where_the_desk_tells_them(desk: Desk) -> None:
    reference = desk.booked("10:00")
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Notification).values(state="sent", sent_at=NOW))
    desk.post("desk", f"/staff/appointments/{reference}/cancel", row_version=1, by="clinic", tell="no")
    with desk.app.app_context():
        wanted = select(Notification.state).where(
            Notification.kind == "appointment_cancelled", Notification.audience == "client"
        )
        assert set(db.session.scalars(wanted)) <= {"skipped"}


@pytest.mark.parametrize(("act", "state"), [("accept", "booked"), ("decline", "declined")])
def test_a_request_is_answered_on_its_page(desk: Desk, act: str, state: str) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    requested(desk, reference)
    page = desk.member("desk").get(f"/staff/appointments/{reference}")
    assert "In the last 365 days: 0 no-shows, 0 late cancellations" in text_of(page)
    path = f"/staff/appointments/{reference}/{act}"
    answer = desk.member("desk").post(path, data=form_of(page, path))
    assert answer.location == f"/staff/appointments/{reference}"
    assert rows_of(desk)[0].state == state
    again = desk.member("desk").post(path, data=form_of(page, path))
    assert "Somebody else has just changed" in desk.member("desk").get(str(again.location)).text


def test_what_is_no_request_is_not_answered(desk: Desk) -> None:
    reference = desk.booked("10:00")
    answer = desk.post("desk", f"/staff/appointments/{reference}/accept", row_version=1)
    assert "can't be answered any more" in text_of(desk.member("desk").get(str(answer.location)))
    assert desk.post("desk", f"/staff/appointments/{reference}/accept").status_code == 400


def test_lateness_says_what_is_left(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    desk.booked("11:30", name="Theo Ruiz")
    with time_machine.travel(at("10:05"), tick=False):
        desk.clients.clear()
        path = f"/staff/appointments/{reference}/lateness"
        answer = desk.post("desk", path, row_version=1, minutes="20")
        text = text_of(desk.member("desk").get(str(answer.location)))
        assert "Mina Cole is 20 minutes late. 40 of 60 minutes are left until 11:00 am." in text
        assert "Therapist 1 has Theo Ruiz at 11:30 am: up to 15 minutes can be added." in text
        undone = desk.post("desk", path, row_version=2, minutes="0")
        assert "Mina Cole is in time" in desk.member("desk").get(str(undone.location)).text
    assert rows_of(desk)[0].minutes_late is None


@pytest.mark.parametrize("minutes", ["30", "0"])
def test_lateness_of_a_session_that_is_a_week_ahead_is_refused_in_words(desk: Desk, minutes: str) -> None:
    reference = desk.booked(starts_at=at("10:00", MONDAY + timedelta(weeks=1)))
    answer = desk.post("desk", f"/staff/appointments/{reference}/lateness", row_version=1, minutes=minutes)
    shown = text_of(desk.member("desk").get(str(answer.location)))
    assert "Lateness is noted from 6 hours before a session until it ends." in shown
    assert (rows_of(desk)[0].minutes_late, rows_of(desk)[0].row_version) == (None, 1)


@pytest.mark.parametrize("typed", ["ten", "-5", "241", "9" * 400, "1.5"])
def test_minutes_that_are_none_are_said_and_stay(desk: Desk, typed: str) -> None:
    reference = desk.booked("10:00")
    with time_machine.travel(at("10:05"), tick=False):
        desk.clients.clear()
        answer = desk.post("desk", f"/staff/appointments/{reference}/lateness", row_version=1, minutes=typed)
    assert answer.status_code == 422
    assert "from 0 to 240" in answer.text
    assert f'value="{typed}"' in answer.text
    assert rows_of(desk)[0].row_version == 1


def repeating(desk: Desk, reference: str, **asked: Any) -> tuple[str, dict[str, str]]:
    """The list of dates and its form."""
    path = f"/staff/appointments/{reference}/repeat"
    page = desk.member("desk").get(path, query_string=asked)
    assert page.status_code == 200, page.text
    return text_of(page), form_of(page, path)


def test_a_booking_is_repeated_at_the_same_time_on_the_clock(desk: Desk) -> None:
    first = date(2027, 2, 26)
    reference = desk.booked(starts_at=at("10:00", first), name="Mina Cole", phone="902-555-0142")
    _, said = repeating(desk, reference, weeks=1, times=4)
    path = f"/staff/appointments/{reference}/repeat"
    answer = desk.member("desk").post(path, data=said)
    assert answer.status_code == 302
    assert "Booked 4 sessions for Mina Cole" in desk.member("desk").get(str(answer.location)).text
    rows = rows_of(desk)
    days = [first + timedelta(weeks=week) for week in range(5)]
    assert [row.starts_at for row in rows] == [at("10:00", day) for day in days]
    assert len({row.client_id for row in rows}) == 1
    assert {row.visit for row in rows} == {"returning"}
    desk.member("desk").post(path, data=said)
    assert len(rows_of(desk)) == 5


def test_a_date_that_is_taken_offers_what_is_near(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    second = MONDAY + timedelta(weeks=2)
    desk.booked(starts_at=at("10:30", second), name="Theo Ruiz")
    text, said = repeating(desk, reference, weeks=2, times=2)
    assert "Therapist 1 has another session then" in text
    assert said["pick-1"] == ""
    assert said["pick-2"]
    near = re.search(r'name="pick-1" [^>]*value="([^"]+)"', page_of(desk, reference))
    assert near
    answer = desk.member("desk").post(
        f"/staff/appointments/{reference}/repeat", data=said | {"pick-1": near[1]}
    )
    assert answer.status_code == 302
    assert len(rows_of(desk)) == 4


def page_of(desk: Desk, reference: str) -> str:
    path = f"/staff/appointments/{reference}/repeat"
    return desk.member("desk").get(path, query_string={"weeks": 2, "times": 2}).text


def test_what_was_lost_meanwhile_is_reported_and_the_rest_is_booked(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    _, said = repeating(desk, reference, weeks=1, times=3)
    desk.booked(starts_at=at("10:00", MONDAY + timedelta(weeks=2)), name="Theo Ruiz")
    path = f"/staff/appointments/{reference}/repeat"
    answer = desk.member("desk").post(path, data=said)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "2 dates are booked. 1 date was lost meanwhile" in text
    assert text.count("is booked:") == 2
    assert len(rows_of(desk)) == 4
    rest = form_of(answer, path)
    near = re.search(r'name="pick-2" [^>]*value="([^"]+)"', answer.text)
    assert near
    assert desk.member("desk").post(path, data=rest | {"pick-2": near[1]}).status_code == 302
    assert len(rows_of(desk)) == 5


@pytest.mark.parametrize(
    "asked",
    [
        {"weeks": "5", "times": "2"},
        {"weeks": "1", "times": "13"},
        {"weeks": "1", "times": "x"},
        {"weeks": ""},
    ],
)
def test_a_rhythm_that_is_none_is_said(desk: Desk, asked: dict[str, str]) -> None:
    reference = desk.booked("10:00")
    path = f"/staff/appointments/{reference}/repeat"
    assert desk.member("desk").get(path, query_string=asked).status_code == 422
    assert desk.post("desk", path, key="k", **asked).status_code == 422
    assert desk.post("desk", path, key="k", weeks=1, times=2).status_code == 422
    assert len(rows_of(desk)) == 1
