"""The week, and the list of all that is unresolved."""

import re
from datetime import time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.models import Appointment, OpeningHours, Practice, Therapist, TimeOff
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import MONDAY, at

WEEK = f"/staff/week/{MONDAY.isoformat()}"


def test_the_week_has_seven_days_of_every_therapist(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    desk.booked(starts_at=at("11:00", MONDAY + timedelta(days=6)), name="Theo Ruiz", therapist="therapist-2")
    desk.booked(starts_at=at("11:00", MONDAY + timedelta(days=7)), name="Ana Diaz")
    page = desk.member("desk").get(WEEK)
    text = text_of(page)
    assert "23 to 29 November 2026" in text
    assert "2 sessions" in text
    assert "Mina Cole" in text
    assert "Theo Ruiz" in text
    assert "Ana Diaz" not in text
    assert len(re.findall(r'<th scope="row">', page.text)) == 3
    sunday = MONDAY + timedelta(days=6)
    assert "Theo Ruiz" in desk.member("desk").get(f"/staff/week/{sunday.isoformat()}").text


def test_only_what_is_still_to_come_is_called_free(desk: Desk, clock: time_machine.Traveller) -> None:
    def free() -> list[str]:
        row = desk.member("desk").get(WEEK).text.split('<th scope="row">')[1]
        return re.findall(r"\d+ h free", row)

    assert free() == ["12 h free"] * 7
    clock.move_to(at("14:30", MONDAY + timedelta(days=2)))
    desk.clients.clear()
    assert free() == ["5 h free", *["12 h free"] * 4]


def test_a_day_off_in_the_week_says_what_it_is(desk: Desk) -> None:
    with desk.app.app_context(), transaction() as rows:
        number = rows.execute(select(Therapist.id).where(Therapist.slug == "therapist-1")).scalar_one()
        for day, label in ((MONDAY, "Holiday"), (MONDAY + timedelta(days=1), None)):
            span = {"starts_at": at("07:00", day), "ends_at": at("21:00", day)}
            rows.add(TimeOff(therapist_id=number, label=label, **span))
    page = desk.member("desk").get(WEEK).text
    assert re.findall(r"<p>(Holiday|time off|off|not working)</p>", page) == ["Holiday", "time off"]


def test_one_therapists_week_is_a_grid_of_days(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    desk.booked("11:00", name="Theo Ruiz", therapist="therapist-2")
    page = desk.member("desk").get(f"{WEEK}?therapist=therapist-1").text
    assert page.count('<section class="day-column') == 7
    assert 'aria-label="Mon 23 Nov"' in page
    assert "Mina Cole" in page
    assert "Theo Ruiz" not in page
    assert "therapist=therapist-1" in page[page.index('rel="next"') - 200 : page.index('rel="next"')]


def test_a_therapist_sees_the_own_week_only(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    desk.booked("11:00", name="Theo Ruiz", therapist="therapist-2")
    for query in ("", "?therapist=therapist-2"):
        page = desk.member("therapist").get(WEEK + query).text
        assert "Mina Cole" in page
        assert "Theo Ruiz" not in page


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "0001-01-01", "9999-12-31"])
def test_a_week_that_is_none_is_a_friendly_404(desk: Desk, day: str) -> None:
    answer = desk.member("desk").get(f"/staff/week/{day}")
    assert answer.status_code == 404
    assert "<h1" in answer.text


@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07", "1970-01-01", "2100-12-31"])
def test_weeks_of_clock_changes_and_the_ends_of_time_can_be_looked_at(desk: Desk, day: str) -> None:
    for query in ("", "?therapist=therapist-1"):
        assert desk.member("desk").get(f"/staff/week/{day}{query}").status_code in (200, 404)


def test_any_date_leads_to_its_week(desk: Desk) -> None:
    answer = desk.member("desk").get("/staff/schedule?date=2026-11-24&as=week&therapist=therapist-1")
    assert answer.location == "/staff/week/2026-11-24?therapist=therapist-1"


def test_a_mark_in_a_week_leads_back_to_that_week_and_so_does_its_undo(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    saturday = MONDAY + timedelta(days=5)
    reference = desk.booked(starts_at=at("10:00", saturday), name="Theo Ruiz")
    clock.move_to(at("11:30", saturday))
    desk.clients.clear()
    looked_at = f"/staff/week/{saturday.isoformat()}?therapist=therapist-1&show=booked"
    client = desk.member("desk")
    acts = form_of(client.get(looked_at), "/staff/schedule/mark")
    answer = client.post("/staff/schedule/mark", data=acts | {"mark": f"{reference} 1 completed"})
    assert answer.location == looked_at
    assert desk.facts(reference)["state"] == "completed"
    again = client.get(answer.location)
    assert "Theo Ruiz is done." in text_of(again)
    undo = f"/staff/appointments/{reference}/undo"
    assert client.post(undo, data=form_of(again, undo)).location == looked_at
    assert desk.facts(reference)["state"] == "booked"
    assert "Theo Ruiz" in text_of(client.get(looked_at))


def test_unresolved_lists_what_is_past_and_still_open_by_day(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    desk.booked("10:00", name="Mina Cole")
    reference = desk.booked(starts_at=at("10:00", MONDAY + timedelta(days=1)), name="Theo Ruiz")
    desk.booked(starts_at=at("10:00", MONDAY + timedelta(days=9)), name="Ana Diaz")
    clock.move_to(at("09:00") + timedelta(days=3))
    desk.clients.clear()
    page = desk.member("desk").get("/staff/unresolved")
    text = text_of(page)
    assert text.index("Tuesday 24 November") < text.index("Theo Ruiz") < text.index("Monday 23 November")
    assert "Mina Cole" in text
    assert "Ana Diaz" not in text
    mark = f"/staff/appointments/{reference}/mark"
    answer = desk.member("desk").post(mark, data=form_of(page, mark))
    assert answer.location == "/staff/unresolved"
    assert desk.facts(reference)["state"] == "completed"
    again = text_of(desk.member("desk").get("/staff/unresolved"))
    assert "Theo Ruiz is done." in again
    assert "How did it go with Theo Ruiz?" not in again


def test_nothing_is_marked_by_itself_and_a_year_later_it_still_waits(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    clock.move_to(at("11:00") + timedelta(days=365))
    assert "Mina Cole" in desk.member("desk").get("/staff/unresolved").text
    assert desk.facts(reference)["state"] == "booked"


def test_what_waits_for_approval_and_what_no_longer_fits_stand_there_too(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    desk.booked("14:00", name="Theo Ruiz", therapist="therapist-2")
    with desk.app.app_context(), transaction() as rows:
        row = rows.execute(select(Appointment).where(Appointment.reference == reference)).scalar_one()
        row.state = "requested"
        for hours in rows.scalars(select(OpeningHours)):
            hours.closes = time(12)
        rows.get_one(Practice, 1).revision += 1
    text = text_of(desk.member("desk").get("/staff/unresolved"))
    assert "To approve 1" in text
    assert "Mina Cole asks for a session" in text
    assert "The session of Theo Ruiz no longer fits the settings" in text
    own = text_of(desk.member("therapist").get("/staff/unresolved"))
    assert "Mina Cole" in own
    assert "Theo Ruiz" not in own


def test_with_nothing_left_open_it_says_so(desk: Desk) -> None:
    assert "Nothing is left open" in desk.member("desk").get("/staff/unresolved").text
