"""Sessions that the settings have left behind: of who has retired, at places out of use, at times that are closed by now."""

from datetime import time, timedelta
from typing import Any

import time_machine
from sqlalchemy import event, select

from app.extensions import db
from app.models import Location, OpeningHours, Practice, Service, Therapist, TimeOff
from app.store.planned import list_troubled
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.rows import MONDAY, NOW, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"


def retire(desk: Desk, model: Any, slug: str) -> None:
    """Take something out of use, whatever is booked."""
    with desk.app.app_context(), transaction() as rows:
        rows.execute(select(model).where(model.slug == slug)).scalar_one().retired_at = NOW
        rows.get_one(Practice, 1).revision += 1


def add_second_place(desk: Desk) -> None:
    """Another location, in use, with nothing booked."""
    with desk.app.app_context(), transaction() as rows:
        rows.add(Location(slug="harbour", name="Harbour", zone="America/Halifax", country="CA", position=1))
        rows.get_one(Practice, 1).revision += 1


def close_from_nine(desk: Desk) -> None:
    """The place closes at nine in the morning from now on."""
    with desk.app.app_context(), transaction() as rows:
        for hours in rows.scalars(select(OpeningHours)):
            hours.closes = time(9)
        rows.get_one(Practice, 1).revision += 1


def test_who_has_retired_keeps_a_column_while_sessions_are_left(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", therapist="therapist-2")
    retire(desk, Therapist, "therapist-2")
    page = desk.member("desk").get(DAY)
    assert "1 session" in text_of(page)
    assert page.text.count("<article") == 1
    assert 'aria-label="Therapist 2"' in page.text
    sheet = text_of(desk.member("desk").get(f"{DAY}/print"))
    assert "Therapist 2" in sheet
    assert "Mina Cole" in sheet
    next_day = (MONDAY + timedelta(days=1)).isoformat()
    assert 'aria-label="Therapist 2"' not in desk.member("desk").get(f"/staff/schedule/{next_day}").text
    assert "Mina Cole" not in desk.member("therapist").get(DAY).text


def test_a_place_out_of_use_can_be_looked_at_while_sessions_are_left(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    add_second_place(desk)
    retire(desk, Location, "main")
    first = desk.member("desk").get(DAY)
    assert "Mina Cole" not in first.text[: first.text.index("needs-you")]
    assert "Main Street (out of use)" in first.text
    page = desk.member("desk").get(f"{DAY}?location=main")
    assert page.text.count("<article") == 1
    assert "Mina Cole" in desk.member("desk").get(f"{DAY}/print?location=main").text
    own = desk.member("desk").get(f"/staff/appointments/{reference}")
    assert f"{DAY}?location=main" in own.text
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        desk.clients.clear()
        assert "out of use" not in desk.member("desk").get(DAY).text
        assert "Mina Cole" in desk.member("desk").get(f"{DAY}?location=main").text


def test_the_only_place_out_of_use_still_shows_its_days(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    retire(desk, Location, "main")
    assert "Mina Cole" in desk.member("desk").get(DAY).text
    assert desk.member("desk").get(f"{DAY}?location={'x' * 5000}").status_code == 200


def test_a_click_leads_back_to_the_place_where_it_was(desk: Desk) -> None:
    reference = desk.booked("10:00")
    add_second_place(desk)
    with time_machine.travel(at("10:10"), tick=False):
        desk.clients.clear()
        said = {"state": "arrived", "row_version": 1, "day": MONDAY.isoformat(), "location": "main"}
        answer = desk.post("desk", f"/staff/appointments/{reference}/mark", **said)
        assert answer.location == f"{DAY}?location=main"
        page = desk.member("desk").get(answer.location)
        undo = page.text[page.text.index(f"/staff/appointments/{reference}/undo") :]
        assert 'name="location" value="main"' in undo[: undo.index("</form>")]


def test_what_no_longer_fits_the_settings_says_so(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    desk.booked("11:30", name="Theo Ruiz", therapist="therapist-2")
    assert "no longer fit" not in desk.member("desk").get(DAY).text
    close_from_nine(desk)
    text = text_of(desk.member("desk").get(DAY))
    assert "no longer fits: closed then" in text
    assert "The session of Mina Cole no longer fits the settings" in text
    assert "Mon 23 Nov, 10:00 am: the location is closed then." in text
    assert "The session of Theo Ruiz" in text
    assert "The session of Theo Ruiz" not in text_of(desk.member("therapist").get(DAY))
    own = text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))
    assert "It no longer fits the settings The location is closed then." in own


def test_time_off_over_a_session_needs_somebody(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    with desk.app.app_context(), transaction() as rows:
        therapist = rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one()
        rows.add(TimeOff(therapist_id=therapist.id, starts_at=at("09:00"), ends_at=at("12:00")))
    text = text_of(desk.member("desk").get(DAY))
    assert "Mon 23 Nov, 10:00 am: Therapist 1 is off then." in text
    assert text.count("in time off") == 1


def test_what_is_known_of_a_session_is_forgotten_with_the_settings(desk: Desk) -> None:
    desk.booked("10:00")
    with desk.app.app_context():
        assert list_troubled(NOW) == []
    retire(desk, Service, "psoas-release")
    for _ in range(2):
        with desk.app.app_context():
            assert [trouble.value for _, trouble in list_troubled(NOW)] == ["service_retired"]


def test_troubles_cost_no_query_each(desk: Desk) -> None:
    def counted() -> int:
        seen: list[str] = []
        with desk.app.app_context():
            engine = db.engine

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        event.listen(engine, "before_cursor_execute", note)
        assert desk.member("desk").get(DAY).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return len([one for one in seen if one.upper().startswith("SELECT")])

    desk.booked("10:00")
    close_from_nine(desk)
    desk.member("desk").get(DAY)
    few = counted()
    with desk.app.app_context(), transaction() as rows:
        for hours in rows.scalars(select(OpeningHours)):
            hours.closes = time(20)
        rows.get_one(Practice, 1).revision += 1
    for hour in range(12, 19, 2):
        desk.booked(f"{hour}:00", name=f"Client {hour}")
    close_from_nine(desk)
    desk.member("desk").get(DAY)
    assert counted() == few
