"""The numbers' page and its files: who sees what, what counts as what, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from werkzeug.test import TestResponse

from app.actions.day import Click, mark_no_show
from app.actions.managing import Change, cancel
from app.domain.appointments import Actor
from app.models import Appointment, Room, Therapist
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.rows import MONDAY, NOW

STAFF = Actor("staff", "desk@example.com")
WEEK = f"from={MONDAY}&until={MONDAY + timedelta(days=6)}"


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def table(desk: Desk, key: str, query: str = WEEK, role: str = "owner") -> list[dict[str, str]]:
    """One table's rows."""
    return rows_of(desk.member(role).get(f"/staff/numbers/{key}.csv?{query}"))


def test_utilisation_is_given_by_bookable(desk: Desk) -> None:
    desk.booked("10:00")
    desk.booked("10:00", therapist="therapist-2", name="Mina Cole")
    desk.booked("12:00", therapist="therapist-2", name="Mina Cole", visit="first")
    (week,) = table(desk, "utilisation")
    open_hours = 3 * 12 * 7  # three therapists, one of whom gives nothing
    assert (week["Sessions"], float(week["Given, hours"])) == ("3", 3.25)
    assert float(week["Bookable, hours"]) == open_hours
    assert float(week["Utilisation, %"]) == round(100 * 3.25 / open_hours, 1)
    people = {row["Therapist"]: row for row in table(desk, "therapists")}
    assert people["Therapist 2"]["Given, hours"] == "2.25"
    assert people["Nell New"]["Sessions"] == "0"
    rooms = {row["Room"]: row for row in table(desk, "rooms")}
    assert float(rooms["Room 1"]["Given, hours"]) + float(rooms["Room 2"]["Given, hours"]) == 3.25
    assert float(rooms["Room 1"]["Open, hours"]) == 12 * 7


def test_what_did_not_take_place_is_told_apart(desk: Desk) -> None:
    late, early, by_clinic, missed = (
        desk.booked(clock, name=f"Jo {clock[:2]}") for clock in ("09:00", "11:00", "13:00", "15:00")
    )
    ids = [desk.facts(one)["id"] for one in (late, early, by_clinic, missed)]
    with desk.app.app_context():
        monday_morning = NOW + timedelta(days=3)
        cancel(Change(ids[0], STAFF, None, by_staff=True, for_client=True), monday_morning)
        cancel(Change(ids[1], STAFF, None, by_staff=True, for_client=True), NOW)
        cancel(Change(ids[2], STAFF, None, by_staff=True), NOW)
        mark_no_show(Click(ids[3], 1, STAFF), NOW + timedelta(days=3, hours=6))
    (week,) = table(desk, "missed")
    assert (week["Promised"], week["No-shows"]) == ("4", "1")
    assert (week["Late cancellations"], week["Other, by client"], week["Other, by clinic"]) == ("1", "1", "1")
    assert week["No-shows, share, %"] == "25.0"
    (week,) = table(desk, "utilisation")
    assert week["Sessions"] == "0"


def test_lead_time_is_the_middle_one(desk: Desk) -> None:
    desk.booked("10:00")  # three days ahead
    desk.booked("12:00", name="Mina Cole", now=NOW - timedelta(days=7))
    (week,) = table(desk, "lead-time")
    assert (week["Sessions"], week["Lead time, days"]) == ("2", "6.5")


def test_people_count_once(desk: Desk) -> None:
    desk.booked("09:00", visit="first")
    desk.booked("11:00")
    desk.booked("13:00", name="Mina Cole")
    week, everybody = table(desk, "clients")
    assert (week["Clients"], week["New"], week["Returning"]) == ("2", "1", "1")
    assert everybody["First day"] == "All, each once"
    page = text_of(desk.member("owner").get(f"/staff/numbers?{WEEK}"))
    assert "Returning: most in 23 to 29 Nov: 1. New: most in 23 to 29 Nov: 1." in page


def test_services_and_messages(desk: Desk) -> None:
    desk.booked("09:00")
    (only,) = table(desk, "services")
    assert (only["Service"], only["Sessions"], only["Share of sessions, %"]) == (
        "Psoas release",
        "1",
        "100.0",
    )
    assert [row["Sent"] for row in table(desk, "messages")] == ["0"]


def test_by_day_and_by_month(desk: Desk) -> None:
    desk.booked("10:00")
    days = table(desk, "utilisation", f"{WEEK}&every=day")
    assert [row["Sessions"] for row in days] == ["1", "0", "0", "0", "0", "0", "0"]
    months = table(desk, "utilisation", "from=2026-11-01&until=2026-12-31&every=month")
    assert [(row["First day"], row["Sessions"]) for row in months] == [
        ("2026-11-01", "1"),
        ("2026-12-01", "0"),
    ]


def test_a_session_counts_on_its_own_wall_clock(desk: Desk) -> None:
    desk.booked("19:00")  # 23:00 in UTC; with the night's hours it would be the next day
    desk.booked("08:00", name="Mina Cole")
    days = table(desk, "utilisation", f"from={MONDAY}&until={MONDAY}&every=day")
    assert [row["Sessions"] for row in days] == ["2"]


def test_filters(desk: Desk) -> None:
    desk.booked("10:00", therapist="therapist-2")
    assert table(desk, "utilisation", f"{WEEK}&therapist=therapist-1")[0]["Sessions"] == "0"
    assert table(desk, "utilisation", f"{WEEK}&therapist=therapist-2&location=main")[0]["Sessions"] == "1"
    assert table(desk, "messages", f"{WEEK}&therapist=therapist-2&location=main")[0]["Failed"] == "0"
    assert table(desk, "utilisation", f"{WEEK}&therapist=nobody&location=nowhere&every=year")


def test_a_therapist_sees_the_own_numbers_only(desk: Desk) -> None:
    desk.booked("10:00", therapist="therapist-2", name="Mina Cole")
    desk.booked("11:00")
    page = text_of(desk.member("therapist").get(f"/staff/numbers?{WEEK}"))
    assert "Therapist 1" in page
    assert "Therapist 2" not in page
    assert table(desk, "utilisation", f"{WEEK}&therapist=therapist-2", "therapist")[0]["Sessions"] == "1"
    own = rows_of(desk.member("therapist").get(f"/staff/numbers/appointments.csv?{WEEK}"))
    assert [row["Therapist"] for row in own] == ["Therapist 1"]
    desk.add("newcomer", "therapist")
    assert table(desk, "utilisation", WEEK, "newcomer")[0]["Sessions"] == "0"


def test_appointments_for_a_spreadsheet_say_nothing_of_health_and_name_nobody(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole", note="An old injury")
    answer = desk.member("owner").get(f"/staff/numbers/appointments.csv?{WEEK}")
    (row,) = rows_of(answer)
    assert (row["Day"], row["Begins"], row["Ends"]) == (MONDAY.isoformat(), "10:00", "11:00")
    assert (row["Visit"], row["State"], row["Therapist"]) == ("returning", "booked", "Therapist 1")
    assert (row["Source"], row["Cancelled by"]) == ("The desk", "")
    for secret in ("Mina", "Cole", "injury", "mina.cole"):
        assert secret not in answer.text


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(desk: Desk, beginning: str) -> None:
    evil = f'{beginning}cmd|" /C calc"!A0'
    reference = desk.booked("10:00")
    with desk.app.app_context(), transaction() as rows:
        rows.query(Therapist).filter_by(slug="therapist-1").one().name = evil
        for room in rows.query(Room):
            room.name = evil
        rows.query(Appointment).filter_by(reference=reference).one().source = evil
        raise_revision()
    for path in ("appointments", "therapists", "rooms"):
        read = rows_of(desk.member("owner").get(f"/staff/numbers/{path}.csv?{WEEK}"))
        cells = [cell for row in read for cell in row.values() if "calc" in (cell or "")]
        assert cells
        assert all(cell.startswith("'") for cell in cells)


def test_the_page_says_what_it_counts(desk: Desk) -> None:
    desk.booked("10:00")
    answer = desk.member("owner").get(f"/staff/numbers?{WEEK}")
    page = text_of(answer)
    assert answer.status_code == 200
    for heading in (
        "Utilisation",
        "By room",
        "No-shows and cancellations",
        "Lead time",
        "Service mix",
        "Messages",
    ):
        assert heading in page
    assert "How it is counted" in page
    assert answer.text.count('class="plot-columns"') == 5
    assert answer.text.count("<table") == 9


def test_past_sessions_that_nobody_marked_are_pointed_out(desk: Desk) -> None:
    desk.booked("10:00")
    with time_machine.travel(NOW + timedelta(days=4), tick=False):
        desk.clients.clear()
        assert "1 session is over and not marked yet" in text_of(desk.member("owner").get("/staff/numbers"))


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13-01&until=yesterday&every=century&location=%27&therapist=%22",
        "from=2200-12-31&until=1970-01-01",
        "from=2026-12-01&until=2026-11-01&every=day",
        "every=day&from=2020-01-01&until=2026-12-31",
    ],
)
def test_odd_questions_are_answered(desk: Desk, query: str) -> None:
    assert desk.member("owner").get(f"/staff/numbers?{query}").status_code == 200
    assert desk.member("owner").get(f"/staff/numbers/clients.csv?{query}").status_code == 200


def test_there_is_no_other_table(desk: Desk) -> None:
    assert desk.member("owner").get("/staff/numbers/passwords.csv").status_code == 404
