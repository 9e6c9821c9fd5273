"""How an appointment stands: day, week, its own page, its client's and the list of what is unresolved say the same."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.models import Appointment
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.rows import MONDAY, at

DAY, WEEK = f"/staff/schedule/{MONDAY.isoformat()}", f"/staff/week/{MONDAY.isoformat()}"


def change(desk: Desk, reference: str, **values: Any) -> int:
    """Write into an appointment's row; answers whose it is."""
    with desk.app.app_context(), transaction() as rows:
        row = rows.execute(select(Appointment).where(Appointment.reference == reference)).scalar_one()
        for name, value in values.items():
            setattr(row, name, value)
        return row.client_id


def badges(page: str) -> list[str]:
    """What the badges of a page say, without their signs."""
    return [
        text.strip()
        for text in re.findall(r'<span class="badge[^"]*">(?:\s*<svg.*?</svg>)?([^<]+)<', page, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("values", "now", "said"),
    [
        ({"state": "arrived"}, at("09:55"), "arrived"),
        ({"state": "arrived"}, at("10:00"), "in session"),
        ({"state": "arrived"}, at("10:59"), "in session"),
        ({"state": "arrived"}, at("11:00"), "arrived"),
        ({"state": "arrived"}, at("11:00") + timedelta(hours=12), "arrived"),
        ({"state": "arrived"}, at("11:00") + timedelta(hours=12, seconds=1), "unresolved"),
        ({"state": "arrived"}, at("11:00") + timedelta(days=3), "unresolved"),
        ({"state": "booked"}, at("10:59"), "booked"),
        ({"state": "booked", "confirmed_at": at("09:00")}, at("10:59"), "confirmed"),
        ({"state": "booked", "confirmed_at": at("09:00")}, at("11:00"), "unresolved"),
        ({"state": "cancelled", "cancelled_by": "client"}, at("09:00"), "cancelled"),
        ({"state": "cancelled", "cancelled_by": "late"}, at("09:00"), "cancelled late"),
        ({"state": "cancelled", "cancelled_by": "clinic"}, at("09:00"), "cancelled by us"),
    ],
)
def test_every_page_says_the_same_of_one_state(
    desk: Desk, reference: str, clock: time_machine.Traveller, values: dict[str, Any], now: Any, said: str
) -> None:
    client_id = change(desk, reference, **values)
    clock.move_to(now)
    desk.clients.clear()
    owner = desk.member("owner")
    for path in (DAY, f"/staff/appointments/{reference}", f"/staff/clients/{client_id}"):
        page = owner.get(path)
        assert page.status_code == 200
        assert badges(page.text[page.text.index("<main") :])[:1] == [said], path
    week = owner.get(WEEK).text
    if "cancelled" not in said:
        assert re.search(rf'aria-label="{said}"|>{said}<|{said}', week[week.index("<table") :]), "week"
    listed = "How did it go with Jo Park?" in text_of(owner.get("/staff/unresolved"))
    assert listed == (said == "unresolved")


def test_the_table_of_the_week_shows_the_states_that_are_asked_for(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    change(desk, desk.booked("12:00", name="Theo Ruiz"), state="requested")
    change(desk, desk.booked("14:00", name="Ana Diaz", therapist="therapist-2"), state="arrived")
    for query, shown in (
        ("", {"Mina Cole", "Theo Ruiz", "Ana Diaz"}),
        ("?show=requested", {"Theo Ruiz"}),
        ("?show=arrived", {"Ana Diaz"}),
        ("?show=open", {"Mina Cole", "Theo Ruiz", "Ana Diaz"}),
        ("?show=no_show", set()),
    ):
        page = text_of(desk.member("desk").get(WEEK + query))
        assert {name for name in ("Mina Cole", "Theo Ruiz", "Ana Diaz") if name in page} == shown, query
        assert f"{len(shown)} session" in page
