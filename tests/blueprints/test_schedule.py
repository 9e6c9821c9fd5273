"""The desk's day: what it shows, one click and its undo."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from app.extensions import db
from app.models import Location, Notification, Practice, Therapist, TimeOff
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import MONDAY, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"
HOSTILE = "<script>alert(1)</script> {{7*7}}"


def test_today_is_the_locations_today(desk: Desk, clock: time_machine.Traveller) -> None:
    assert "Friday 20 November" in desk.member("desk").get("/staff/").text
    clock.move_to(at("23:30"))
    assert "Monday 23 November" in desk.member("owner").get("/staff/").text


def test_the_day_shows_who_what_where_and_how_it_stands(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", visit="first", note="my hip")
    text = text_of(desk.member("desk").get(DAY))
    for words in (
        "1 session",
        "1 first visit",
        "Therapist 1",
        "10:00",
        "Mina Cole",
        "Psoas release 75",
        "Room 1",
        "booked",
    ):
        assert words in text
    assert " note " in text
    assert "my hip" not in text


def test_a_therapist_sees_the_own_column_only(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    desk.booked("11:00", name="Theo Ruiz", therapist="therapist-2")
    own = text_of(desk.member("therapist").get(DAY))
    assert "Mina Cole" in own
    assert "Theo Ruiz" not in own
    assert "Therapist 2" not in own
    assert "Theo Ruiz" in text_of(desk.member("desk").get(DAY))


def test_time_off_shows_and_what_lies_in_it_says_so(desk: Desk) -> None:
    desk.booked("10:00")
    with desk.app.app_context(), transaction() as rows:
        therapist = rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one()
        off = TimeOff(therapist_id=therapist.id, starts_at=at("09:00"), ends_at=at("12:00"), label="Training")
        rows.add(off)
    text = text_of(desk.member("desk").get(DAY))
    assert "Training" in text
    assert "in time off" in text


def test_cancelled_sessions_leave_the_column_and_stay_in_sight(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    desk.post("desk", f"/staff/appointments/{reference}/cancel", row_version=1, by="clinic")
    page = desk.member("desk").get(DAY)
    assert "<article" not in page.text
    assert "1 cancelled" in page.text
    assert "Mina Cole" in page.text


@pytest.mark.parametrize(
    "day", ["2026-02-30", "tomorrow", "0001-01-01", "9999-12-31", "2026-11-23T10:00", "%00", "2026-11-2٣"]
)
def test_a_day_that_is_none_is_a_friendly_404(desk: Desk, day: str) -> None:
    answer = desk.member("desk").get(f"/staff/schedule/{day}")
    assert answer.status_code in (400, 404)
    assert "<h1" in answer.text


@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07", "1970-01-01", "2200-12-31"])
def test_days_of_clock_changes_and_the_ends_of_time_can_be_looked_at(desk: Desk, day: str) -> None:
    assert desk.member("desk").get(f"/staff/schedule/{day}").status_code == 200
    assert desk.member("desk").get(f"/staff/schedule/{day}/print").status_code == 200


def test_the_date_field_leads_to_its_day(desk: Desk) -> None:
    assert desk.member("desk").get("/staff/schedule?date=2026-11-24").location == "/staff/schedule/2026-11-24"
    assert desk.member("desk").get("/staff/schedule?date=nonsense").location == "/staff/"


def test_the_print_sheet_has_a_part_per_therapist_and_nothing_about_health(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", note="my hip")
    desk.booked("11:00", name="Theo Ruiz", therapist="therapist-2")
    page = desk.member("desk").get(f"{DAY}/print")
    assert page.text.count('<section class="day-sheet"') == 3
    assert "hip" not in page.text
    assert "note" not in text_of(page)


def test_few_queries_whatever_the_history(desk: Desk) -> None:
    def counted() -> int:
        seen: list[str] = []
        with desk.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        assert desk.member("desk").get(DAY).status_code == 200
        return len([one for one in seen if one.upper().startswith("SELECT")])

    desk.member("desk").get(DAY)
    desk.booked("08:00")
    few = counted()
    for hour in range(10, 19, 2):
        desk.booked(f"{hour:02}:00", name=f"Client {hour}")
        desk.booked(f"{hour:02}:00", name=f"Other {hour}", therapist="therapist-2")
    assert few <= 15
    assert counted() - few <= few  # the listener of the first count still counts


def test_one_click_and_its_undo(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    clock.move_to(at("09:50"))
    desk.clients.clear()
    page = desk.member("desk").get(DAY)
    form = form_of(page, "/staff/schedule/mark") | {"mark": f"{reference} 1 arrived"}
    assert f'form="acts" name="mark" value="{form["mark"]}"' in page.text
    answer = desk.member("desk").post("/staff/schedule/mark", data=form)
    assert answer.location == DAY
    page = desk.member("desk").get(DAY)
    assert "Mina Cole has arrived." in page.text
    undo = form_of(page, f"/staff/appointments/{reference}/undo")
    assert desk.member("desk").post(f"/staff/appointments/{reference}/undo", data=undo).location == DAY
    assert desk.facts(reference)["state"] == "booked"
    assert "Taken back" in desk.member("desk").get(DAY).text


def test_the_second_of_two_people_is_told(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    clock.move_to(at("10:10"))
    desk.clients.clear()
    for role, state in (("desk", "arrived"), ("owner", "no_show")):
        desk.post(
            role, f"/staff/appointments/{reference}/mark", state=state, row_version=1, day=MONDAY.isoformat()
        )
    assert "Somebody else has just changed the appointment of Mina Cole" in desk.member("owner").get(DAY).text
    assert desk.facts(reference)["state"] == "arrived"


@pytest.mark.parametrize(
    "said",
    [
        {"state": "cancelled", "row_version": "1"},
        {"state": "booked", "row_version": "1"},
        {"state": "arrived"},
        {"state": "arrived", "row_version": "9" * 5000},
        {"state": "arrived", "row_version": "-1"},
        {"row_version": "1"},
    ],
)
def test_a_forged_mark_is_refused(desk: Desk, said: dict[str, str]) -> None:
    reference = desk.booked("10:00")
    assert desk.post("desk", f"/staff/appointments/{reference}/mark", **said).status_code == 400
    assert desk.facts(reference)["state"] == "booked"


def test_a_click_without_its_token_changes_nothing(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00")
    clock.move_to(at("10:10"))
    desk.clients.clear()
    client = desk.member("desk")
    for act in ("mark", "undo", "note", "move", "cancel"):
        said = {"state": "arrived", "row_version": "1", "start": at("12:00").isoformat()}
        assert client.post(f"/staff/appointments/{reference}/{act}", data=said).status_code == 400
    assert client.post("/staff/book", data={"name": "x"}).status_code == 400
    assert client.post("/staff/schedule/mark", data={"mark": f"{reference} 1 arrived"}).status_code == 400
    assert desk.facts(reference)["row_version"] == 1


def test_what_is_over_and_unresolved_needs_somebody(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Kit Noor")
    clock.move_to(at("10:00") + timedelta(days=1))
    desk.clients.clear()
    page = desk.member("desk").get("/staff/")
    assert "How did it go with Kit Noor?" in page.text
    desk.member("desk").post(
        f"/staff/appointments/{reference}/mark", data=form_of(page, f"/staff/appointments/{reference}/mark")
    )
    assert desk.facts(reference)["state"] == "completed"
    assert "How did it go" not in desk.member("desk").get("/staff/").text


def test_a_message_that_failed_needs_somebody_and_is_marked_on_the_card(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Theo Ruiz", phone="902-555-0142")
    with desk.app.app_context(), transaction() as rows:
        wanted = select(Notification).where(Notification.kind == "appointment_booked")
        row = rows.execute(wanted).scalar_one()
        row.state, row.why = "failed", "mailbox unknown"
        number = row.id
    text = text_of(desk.member("desk").get(DAY))
    assert "Confirmation did not reach Theo Ruiz" in text
    assert "Mailbox unknown. Call 902-555-0142." in text
    assert "message failed" in text
    assert "mailbox unknown" in text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))
    assert "Send again" not in desk.member("therapist").get(DAY).text
    page, again = desk.member("desk").get(DAY), f"/staff/appointments/{reference}/messages/{number}/again"
    assert desk.member("desk").post(again, data=form_of(page, again)).location == DAY
    text = text_of(desk.member("desk").get(DAY))
    assert "The message is on its way again." in text
    assert "did not reach" not in text
    own = text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))
    assert "Message sent again" in own
    desk.post("desk", again)
    assert "does not need to be sent again" in desk.member("desk").get(DAY).text


def test_only_a_message_of_that_appointment_is_sent_again(desk: Desk) -> None:
    mine, others = desk.booked("10:00"), desk.booked("12:00", name="Theo Ruiz")
    with desk.app.app_context(), transaction() as rows:
        wanted = select(Notification).where(Notification.appointment_id == desk.facts(others)["id"])
        row = rows.execute(wanted.where(Notification.kind == "appointment_booked")).scalar_one()
        row.state, number = "failed", row.id
    for wrong in (number, 10**9, 0):
        assert desk.post("desk", f"/staff/appointments/{mine}/messages/{wrong}/again").status_code == 302
    with desk.app.app_context():
        assert db.session.get_one(Notification, number).state == "failed"


def test_once_it_has_begun_the_card_also_offers_no_show(desk: Desk, clock: time_machine.Traveller) -> None:
    desk.booked("10:00", name="Mina Cole")
    seen = []
    for moment in ("09:50", "10:05", "11:30"):
        clock.move_to(at(moment))
        desk.clients.clear()
        page = desk.member("desk").get(DAY).text
        card = page[page.index("<article") : page.index("</article>")]
        seen.append(re.findall(r'name="mark" value="\S+ 1 (\w+)"', card))
    assert seen == [["arrived"], ["arrived", "no_show"], ["completed", "no_show"]]


def test_a_practice_without_a_time_zone_has_no_schedule_yet(desk: Desk) -> None:
    with desk.app.app_context(), transaction() as rows:
        practice = rows.get_one(Practice, 1)
        practice.revision += 1
        for location in rows.execute(select(Location)).scalars():
            location.zone = None
    assert "no schedule yet" in desk.member("desk").get("/staff/").text
    assert desk.member("desk").get("/staff/book").status_code == 200
