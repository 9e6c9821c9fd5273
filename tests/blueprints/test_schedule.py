"""The desk's day: what it shows, one click and its undo, appointments, booking for a caller."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import AuditLine, Claim, Location, Notification, Practice, Therapist, TimeOff
from app.store.transactions import transaction
from tests.support.desk import Desk, make_desk, token
from tests.support.rows import HALIFAX, MONDAY, NOW, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"
HOSTILE = "<script>alert(1)</script> {{7*7}}"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday morning, standing still, shortly before the first sessions."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(app: Flask, clock: time_machine.Traveller) -> Desk:
    """A practice of two therapists."""
    return make_desk(app)


def test_today_is_the_locations_today(desk: Desk, clock: time_machine.Traveller) -> None:
    assert "Friday 20 November" in desk.member("desk").get("/staff/").text
    clock.move_to(at("23:30"))
    assert "Monday 23 November" in desk.member("owner").get("/staff/").text


def test_the_day_shows_who_what_where_and_how_it_stands(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", visit="first", note="my hip")
    text = _said(desk.member("desk").get(DAY))
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
    assert "wrote a note" in text
    assert "my hip" not in text


def test_a_therapist_sees_the_own_column_only(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    desk.booked("11:00", name="Theo Ruiz", therapist="therapist-2")
    own = _said(desk.member("therapist").get(DAY))
    assert "Mina Cole" in own
    assert "Theo Ruiz" not in own
    assert "Therapist 2" not in own
    assert "Theo Ruiz" in _said(desk.member("desk").get(DAY))


def test_time_off_shows_and_what_lies_in_it_says_so(desk: Desk) -> None:
    desk.booked("10:00")
    with desk.app.app_context(), transaction() as rows:
        therapist = rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one()
        off = TimeOff(therapist_id=therapist.id, starts_at=at("09:00"), ends_at=at("12:00"), label="Training")
        rows.add(off)
    text = _said(desk.member("desk").get(DAY))
    assert "Training" in text
    assert "in time off" in text


def test_cancelled_sessions_leave_the_column_and_stay_in_sight(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    desk.post("desk", f"/staff/appointments/{reference}/cancel", row_version=1)
    page = desk.member("desk").get(DAY)
    assert "<article" not in page.text
    assert "1 cancelled" in page.text
    assert "Mina Cole" in page.text


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    "day", ["2026-02-30", "tomorrow", "0001-01-01", "9999-12-31", "2026-11-23T10:00", "%00", "2026-11-2٣"]
)
def test_a_day_that_is_none_is_a_friendly_404(desk: Desk, day: str) -> None:
    answer = desk.member("desk").get(f"/staff/schedule/{day}")
    assert answer.status_code in (400, 404)
    assert "<h1" in answer.text


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07", "1970-01-01", "2200-12-31"])
def test_days_of_clock_changes_and_the_ends_of_time_can_be_looked_at(desk: Desk, day: str) -> None:
    assert desk.member("desk").get(f"/staff/schedule/{day}").status_code == 200
    assert desk.member("desk").get(f"/staff/schedule/{day}/print").status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_date_field_leads_to_its_day(desk: Desk) -> None:
    assert desk.member("desk").get("/staff/schedule?date=2026-11-24").location == "/staff/schedule/2026-11-24"
    assert desk.member("desk").get("/staff/schedule?date=nonsense").location == "/staff/"


def test_the_print_sheet_has_a_part_per_therapist_and_nothing_about_health(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", note="my hip")
    desk.booked("11:00", name="Theo Ruiz", therapist="therapist-2")
    page = desk.member("desk").get(f"{DAY}/print")
    assert page.text.count('<section class="day-sheet"') == 3
    assert "hip" not in page.text
    assert "note" not in _said(page)


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
    assert few <= 12
    assert counted() - few <= few  # the listener of the first count still counts


def test_one_click_and_its_undo(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    clock.move_to(at("09:50"))
    desk.clients.clear()
    page = desk.member("desk").get(DAY)
    form = _form(page, f"/staff/appointments/{reference}/mark")
    assert form["state"] == "arrived"
    answer = desk.member("desk").post(f"/staff/appointments/{reference}/mark", data=form)
    assert answer.location == DAY
    page = desk.member("desk").get(DAY)
    assert "Mina Cole has arrived." in page.text
    undo = _form(page, f"/staff/appointments/{reference}/undo")
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


@pytest.mark.parametrize("backend", ["sqlite"])
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


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_click_without_its_token_changes_nothing(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00")
    clock.move_to(at("10:10"))
    desk.clients.clear()
    client = desk.member("desk")
    for act in ("mark", "undo", "note", "move", "cancel"):
        said = {"state": "arrived", "row_version": "1", "start": at("12:00").isoformat()}
        assert client.post(f"/staff/appointments/{reference}/{act}", data=said).status_code == 400
    assert client.post("/staff/book", data={"name": "x"}).status_code == 400
    assert desk.facts(reference)["row_version"] == 1


def test_what_is_over_and_unresolved_needs_somebody(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Kit Noor")
    clock.move_to(at("10:00") + timedelta(days=1))
    desk.clients.clear()
    page = desk.member("desk").get("/staff/")
    assert "How did it go with Kit Noor?" in page.text
    desk.member("desk").post(
        f"/staff/appointments/{reference}/mark", data=_form(page, f"/staff/appointments/{reference}/mark")
    )
    assert desk.facts(reference)["state"] == "completed"
    assert "How did it go" not in desk.member("desk").get("/staff/").text


def test_a_message_that_failed_needs_somebody_and_is_marked_on_the_card(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Theo Ruiz", phone="902-555-0142")
    with desk.app.app_context(), transaction() as rows:
        wanted = select(Notification).where(Notification.kind == "appointment_booked")
        row = rows.execute(wanted).scalar_one()
        row.state, row.why = "failed", "mailbox unknown"
    text = _said(desk.member("desk").get(DAY))
    assert "Confirmation did not reach Theo Ruiz" in text
    assert "Mailbox unknown. Call 902-555-0142." in text
    assert "message failed" in text
    assert "mailbox unknown" in _said(desk.member("desk").get(f"/staff/appointments/{reference}"))


def test_the_appointments_page_shows_ledger_and_history(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142")
    text = _said(desk.member("desk").get(f"/staff/appointments/{reference}"))
    for words in (
        "Mina Cole",
        "10:00 am",
        "902-555-0142",
        "Confirmation",
        "Reminder, the day before",
        "Booked",
        reference,
    ):
        assert words in text


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("reference", ["KT-9", "x" * 300, "EX-22222", "..%2f", "'; drop table", "ex-22222"])
def test_a_reference_that_is_none_is_a_friendly_404(desk: Desk, reference: str) -> None:
    answer = desk.member("desk").get(f"/staff/appointments/{reference}")
    assert answer.status_code == 404
    assert "<h1" in answer.text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_clients_type_stays_text(desk: Desk) -> None:
    reference = desk.booked("10:00", name=HOSTILE, note=HOSTILE)
    for path in (
        DAY,
        f"{DAY}/print",
        f"/staff/appointments/{reference}",
        f"/staff/appointments/{reference}/move",
    ):
        page = desk.member("desk").get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
    opened = desk.post("owner", f"/staff/appointments/{reference}/note").text
    assert "<script>alert" not in opened


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_therapist_is_kept_out_of_what_others_treat(desk: Desk) -> None:
    reference = desk.booked("10:00", therapist="therapist-2")
    own = desk.booked("12:00")
    page = f"/staff/appointments/{reference}"
    assert desk.member("therapist").get(page).status_code == 403
    assert desk.member("therapist").get(f"{page}/move").status_code == 403
    for act in ("mark", "undo", "note", "move", "cancel"):
        answer = desk.post(
            "therapist", f"{page}/{act}", state="arrived", row_version=1, start=at("14:00").isoformat()
        )
        assert answer.status_code == 403
    into_anothers = {"row_version": 1, "start": at("14:00").isoformat(), "therapist": "therapist-2"}
    assert desk.post("therapist", f"/staff/appointments/{own}/move", **into_anothers).status_code == 403
    assert desk.facts(reference)["row_version"] == 1
    assert desk.facts(own)["row_version"] == 1


def test_each_opening_of_a_note_is_one_audit_line(desk: Desk) -> None:
    reference = desk.booked("10:00", note="an old injury")
    path = f"/staff/appointments/{reference}/note"
    assert desk.member("therapist").get(path).status_code == 405
    for role in ("therapist", "owner"):
        answer = desk.post(role, path)
        assert "an old injury" in answer.text
        assert "no-store" in answer.headers["Cache-Control"]
    assert desk.post("desk", path).status_code == 403
    with desk.app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "note opened")).all()
        assert [line.actor for line in lines] == ["therapist@example.com", "owner@example.com"]
        assert "injury" not in str([line.detail for line in lines])


def test_moving_offers_free_times_and_takes_one(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    path = f"/staff/appointments/{reference}/move"
    page = desk.member("desk").get(path, query_string={"day": MONDAY.isoformat()})
    assert "2:30 pm" in page.text
    said = {
        "row_version": 1,
        "start": at("14:30").astimezone(HALIFAX).isoformat(),
        "therapist": "therapist-2",
    }
    answer = desk.post("desk", path, **said)
    assert answer.location == f"/staff/appointments/{reference}"
    facts = desk.facts(reference)
    assert facts["starts_at"] == at("14:30")
    assert "told by e-mail" in desk.member("desk").get(answer.location).text


def test_moving_to_a_taken_time_says_so_and_keeps_it_where_it_is(desk: Desk) -> None:
    reference = desk.booked("10:00")
    desk.booked("14:00", name="Theo Ruiz")
    said = {"row_version": 1, "start": at("14:30").isoformat(), "therapist": "therapist-1"}
    answer = desk.post("desk", f"/staff/appointments/{reference}/move", **said)
    assert answer.status_code == 409
    assert "just been taken" in answer.text
    assert desk.facts(reference)["starts_at"] == at("10:00")


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("start", ["", "soon", "2026-11-23T10:00", "2026-11-23T25:00:00-04:00", "9" * 3000])
def test_a_start_that_is_none_is_refused(desk: Desk, start: str) -> None:
    reference = desk.booked("10:00")
    answer = desk.post("desk", f"/staff/appointments/{reference}/move", row_version=1, start=start)
    assert answer.status_code == 422
    assert desk.facts(reference)["row_version"] == 1


def test_a_move_from_an_old_page_is_refused(desk: Desk) -> None:
    reference = desk.booked("10:00")
    first = {"row_version": 1, "start": at("12:00").isoformat(), "therapist": "therapist-1"}
    desk.post("desk", f"/staff/appointments/{reference}/move", **first)
    desk.post(
        "owner", f"/staff/appointments/{reference}/move", **(first | {"start": at("15:00").isoformat()})
    )
    assert "nothing of yours was saved" in desk.member("owner").get(f"/staff/appointments/{reference}").text
    assert desk.facts(reference)["starts_at"] == at("12:00")


def test_cancelling_asks_first_frees_the_time_and_tells_the_client(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    asked = desk.member("desk").get(f"/staff/appointments/{reference}/cancel")
    assert "Mina Cole is told by e-mail" in asked.text
    desk.post("desk", f"/staff/appointments/{reference}/cancel", row_version=1)
    with desk.app.app_context():
        assert db.session.scalars(select(Claim).where(Claim.active)).all() == []
        kinds = set(db.session.scalars(select(Notification.kind).where(Notification.state == "planned")))
        assert "appointment_cancelled" in kinds
    assert "cancelled by us" in desk.member("desk").get(f"/staff/appointments/{reference}").text


def test_a_caller_is_booked_on_one_page(desk: Desk) -> None:
    client = desk.member("desk")
    page = client.get(
        "/staff/book", query_string={"day": MONDAY.isoformat(), "therapist": "therapist-2", "near": "09:10"}
    )
    assert re.search(
        r'value="2026-11-23T09:15:00-04:00"[^>]*checked|checked[^>]*value="2026-11-23T09:15:00-04:00"',
        page.text,
    )
    said = _form(page, "") | {
        "start": "2026-11-23T09:15:00-04:00",
        "name": "Mina Cole",
        "phone": "902-555-0142",
        "book": "1",
    }
    answer = client.post("/staff/book", data=said)
    assert answer.status_code == 302, _said(answer)
    text = _said(client.get(str(answer.location)))
    assert "Booked for Mina Cole: Mon 23 Nov, 9:15 am." in text
    assert "no confirmation is sent" in text
    again = client.post("/staff/book", data=said)
    assert again.location == answer.location


def test_a_time_that_was_lost_keeps_what_was_typed_and_offers_the_nearest(desk: Desk) -> None:
    client = desk.member("desk")
    page = client.get("/staff/book", query_string={"day": MONDAY.isoformat(), "therapist": "therapist-1"})
    desk.booked("10:00")
    said = _form(page, "") | {
        "start": at("10:15").isoformat(),
        "name": "Mina Cole",
        "phone": "902-555-0142",
        "book": "1",
    }
    answer = client.post("/staff/book", data=said)
    assert answer.status_code == 409
    text = unescape(answer.text)
    assert "just been taken" in text
    assert "Nearest free times" in text
    assert 'value="Mina Cole"' in text
    assert 'value="902-555-0142"' in text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_looking_at_another_day_keeps_what_was_typed(desk: Desk) -> None:
    client = desk.member("desk")
    said = _form(client.get("/staff/book"), "") | {"name": "Mina Cole", "pick": "2026-11-24"}
    answer = client.post("/staff/book", data=said)
    assert answer.status_code == 200
    assert "Tuesday 24 November" in answer.text
    assert 'value="Mina Cole"' in answer.text
    assert "There is a problem" not in answer.text


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Enter the caller's name."),
        ({"name": "n" * 100_000}, "too long"),
        ({"phone": ""}, "Enter a telephone number or an e-mail address"),
        ({"phone": "abc"}, "Enter a telephone number with its area code"),
        ({"phone": "", "email": "nonsense"}, "Enter an e-mail address such as"),
        ({"start": ""}, "Choose a time."),
        ({"start": "2026-11-23T10:00"}, "Choose a time."),
        ({"day": "soon"}, "Choose a day"),
    ],
)
def test_what_is_wrong_is_said_beside_it(desk: Desk, wrong: dict[str, str], says: str) -> None:
    client = desk.member("desk")
    page = client.get("/staff/book", query_string={"day": MONDAY.isoformat()})
    good = {"start": at("10:00").isoformat(), "name": "Mina Cole", "phone": "902-555-0142", "book": "1"}
    answer = client.post("/staff/book", data=_form(page, "") | good | wrong)
    assert answer.status_code == 422
    assert says in unescape(answer.text)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("forged", "status"),
    [
        ({"start": (NOW - timedelta(days=1)).isoformat()}, 409),
        ({"start": at("10:07").isoformat()}, 409),
        ({"start": at("03:00").isoformat()}, 409),
        ({"therapist": "therapist-new"}, 409),
        ({"session": "psoas-release:61"}, 422),
        ({"session": "unknown:60"}, 422),
        ({"session": "psoas-release:" + "9" * 400}, 422),
        ({"therapist": "nobody"}, 422),
        ({"location": "nowhere"}, 422),
        ({"visit": "third"}, 422),
        ({"day": "2199-11-23", "start": "2199-11-23T10:00:00-04:00"}, 422),
    ],
)
def test_what_the_rule_forbids_is_refused_with_the_reason(
    desk: Desk, forged: dict[str, str], status: int
) -> None:
    client = desk.member("desk")
    page = client.get("/staff/book", query_string={"day": MONDAY.isoformat()})
    good = {"start": at("10:00").isoformat(), "name": "Mina Cole", "phone": "902-555-0142", "book": "1"}
    answer = client.post("/staff/book", data=_form(page, "") | good | forged)
    assert answer.status_code == status
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_practice_without_a_time_zone_has_no_schedule_yet(desk: Desk) -> None:
    with desk.app.app_context(), transaction() as rows:
        practice = rows.get_one(Practice, 1)
        practice.revision += 1
        for location in rows.execute(select(Location)).scalars():
            location.zone = None
    assert "no schedule yet" in desk.member("desk").get("/staff/").text
    assert desk.member("desk").get("/staff/book").status_code == 200


def _said(page: TestResponse) -> str:
    """The page's words without its tags."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", page.text, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def _form(page: TestResponse, action: str) -> dict[str, str]:
    """The fields of the page's form to that address as a browser would send them."""
    forms = re.findall(r"<form[^>]*?action=\"([^\"]*)\"[^>]*>(.*?)</form>", page.text, re.DOTALL)
    inside = next(body for target, body in forms if unescape(target) == action)
    values = {"csrf_token": token(page)}
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        is_choice = 'type="radio"' in tag or 'type="checkbox"' in tag
        if name and (not is_choice or "checked" in tag):
            values[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body) or re.search(
            r'<option[^>]*value="([^"]*)"', body
        )
        values[name] = unescape(chosen[1]) if chosen else ""
    return values
