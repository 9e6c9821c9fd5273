"""The day on one screen: columns of therapists and rooms, what is told apart, filters, free places, and what a look at it costs."""

import json
import re
from datetime import time, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select, text

from app.extensions import db
from app.models import Appointment, AvailabilityRule, Override, Practice, Therapist, TimeOff
from app.store.inbox import UNSETTLED
from app.store.transactions import transaction
from tests.support.busy_day import fill_the_day
from tests.support.desk import ROLES, Desk, form_of
from tests.support.rows import MONDAY, NOW, at, make_practice

DAY = f"/staff/schedule/{MONDAY.isoformat()}"
MOST_STATEMENTS, MOST_BYTES = 12, 150_000


def card(page: str, name: str) -> str:
    """The markup of the card of that client."""
    return next(str(part) for part in re.findall(r"<article.*?</article>", page, re.DOTALL) if name in part)


def column(page: str, name: str) -> str:
    """The markup of that column."""
    parts = re.findall(r"<section class=\"day-column.*?</section>", page, re.DOTALL)
    return next(str(part) for part in parts if f'aria-label="{name}"' in part)


def change(desk: Desk, reference: str, **values: Any) -> None:
    """Write into an appointment's row."""
    with desk.app.app_context(), transaction() as rows:
        row = rows.execute(select(Appointment).where(Appointment.reference == reference)).scalar_one()
        for name, value in values.items():
            setattr(row, name, value)


def head(page: str, name: str) -> str:
    """What stands under that column's name."""
    found = re.search(r"</h2>\s*<p>(.*?)</p>", column(page, name))
    assert found
    return found[1]


def take_off(desk: Desk, starts: str, ends: str, label: str | None) -> None:
    """Time off of the first therapist on Monday."""
    with desk.app.app_context(), transaction() as rows:
        number = rows.execute(select(Therapist.id).where(Therapist.slug == "therapist-1")).scalar_one()
        rows.add(TimeOff(therapist_id=number, starts_at=at(starts), ends_at=at(ends), label=label))


def test_a_day_of_120_sessions_costs_few_statements_and_bytes(
    app: Flask, clock: time_machine.Traveller
) -> None:
    desk = Desk(app)
    with app.app_context():
        make_practice(therapists=12, rooms=12)
        fill_the_day()
        engine = db.engine
    for role in ROLES:
        desk.add(role, role, "therapist-1" if role == "therapist" else None)
    clock.move_to(at("13:20"))
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if not arguments[2].upper().startswith(("BEGIN", "PRAGMA")):
            seen.append(arguments[2])

    client = desk.member("desk")
    client.get(DAY)
    for path in (DAY, f"{DAY}?by=room", f"/staff/week/{MONDAY.isoformat()}"):
        seen.clear()
        event.listen(engine, "before_cursor_execute", note)
        page = client.get(path)
        event.remove(engine, "before_cursor_execute", note)
        assert page.status_code == 200
        assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)
        assert len(page.data) < MOST_BYTES
    assert client.get(DAY).text.count("<article") == 120


def test_what_is_no_working_time_says_what_it_is(desk: Desk) -> None:
    with desk.app.app_context(), transaction() as rows:
        therapist = rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one()
        for rule in rows.execute(select(AvailabilityRule)).scalars():
            if rule.therapist_id == therapist.id:
                rule.starts, rule.ends = time(9), time(12)
        more = {"location_id": 1, "weekday": 0, "starts": time(13), "ends": time(17)}
        rows.add(AvailabilityRule(therapist_id=therapist.id, **more))
        off = {"starts_at": at("15:00"), "ends_at": at("17:00"), "label": "Training"}
        rows.add(TimeOff(therapist_id=therapist.id, **off))
        rows.get_one(Practice, 1).revision += 1
    own = column(desk.member("desk").get(DAY).text, "Therapist 1")
    for kind, label in (("away", "not working"), ("break", "break"), ("time-off", "Training")):
        assert re.search(rf'class="off off-{kind} [^"]*">{label}<', own), own
    other = column(desk.member("desk").get(DAY).text, "Therapist 2")
    assert "off-break" not in other


def test_a_day_off_with_a_session_in_it_says_so_instead_of_its_hours(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    assert head(desk.member("desk").get(DAY).text, "Therapist 1") == "Room 1 · 8 to 8"
    take_off(desk, "08:00", "20:00", "Holiday")
    assert head(desk.member("desk").get(DAY).text, "Therapist 1") == "Room 1 · Holiday"
    assert head(desk.member("desk").get(DAY).text, "Therapist 2") == "8 to 8"


def test_a_head_tells_the_hours_that_time_off_leaves(desk: Desk) -> None:
    take_off(desk, "15:00", "20:00", None)
    assert head(desk.member("desk").get(DAY).text, "Therapist 1") == "8 to 3 · time off"


def test_a_card_tells_room_and_therapist_for_where_nothing_stands_above_it(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    whose = '<span class="card-whose">%s</span>'
    own = card(desk.member("therapist").get(DAY).text, "Mina Cole")  # first: what is drawn once is kept
    assert whose % " · Room 1" in own
    assert whose % " · Room 1 · Therapist 1" in card(desk.member("desk").get(DAY).text, "Mina Cole")
    assert own.count("Room 1") == 1
    filtered = card(desk.member("desk").get(f"{DAY}?therapist=therapist-1").text, "Mina Cole")
    assert whose % " · Room 1" in filtered
    by_room = card(desk.member("desk").get(f"{DAY}?by=room").text, "Mina Cole")
    assert (by_room.count("Room 1"), by_room.count("Therapist 1")) == (1, 1)


def test_rooms_that_differ_stand_on_the_cards_and_not_twice(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    change(desk, desk.booked("12:00", name="Theo Ruiz"), room_id=2)
    page = desk.member("desk").get(DAY).text
    assert [card(page, name).count("Room ") for name in ("Mina Cole", "Theo Ruiz")] == [1, 1]
    assert '<span class="card-whose"> · Therapist 1</span>' in card(page, "Mina Cole")


def test_a_folded_filter_says_what_is_chosen(desk: Desk) -> None:
    fold = re.compile(r'<details class="day-fold"><summary[^>]*>(.*?)</summary>')
    assert fold.findall(desk.member("desk").get(DAY).text) == ["Filters and date"]
    chosen = fold.findall(desk.member("desk").get(f"{DAY}?therapist=therapist-1&show=requested&by=room").text)
    assert ">Therapist 1 · To approve · By room<" in chosen[0]
    assert fold.findall(desk.member("therapist").get(DAY).text) == ["Go to a day"]


def test_buffers_and_the_present_are_drawn(desk: Desk, clock: time_machine.Traveller) -> None:
    desk.booked("10:00")
    clock.move_to(at("10:20"))
    desk.clients.clear()
    page = desk.member("desk").get(DAY).text
    assert "turnover" in column(page, "Therapist 1")
    assert "now-line" in page
    assert 'id="now"' in page
    tomorrow = (MONDAY + timedelta(days=1)).isoformat()
    assert "now-line" not in desk.member("desk").get(f"/staff/schedule/{tomorrow}").text


def test_by_room_a_column_is_a_room_and_a_session_names_its_therapist(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", therapist="therapist-2")
    page = desk.member("desk").get(f"{DAY}?by=room").text
    assert "Mina Cole" in column(page, "Room 1")
    assert "Therapist 2" in card(page, "Mina Cole")
    assert 'aria-label="No room"' not in page
    assert "by=room" in page[page.index('rel="next"') - 200 : page.index('rel="next"')]
    change(desk, reference, room_id=None)
    assert "Mina Cole" in column(desk.member("desk").get(f"{DAY}?by=room").text, "No room")


def test_a_therapist_has_no_rooms_and_nobody_elses_column(desk: Desk) -> None:
    desk.booked("10:00", name="Theo Ruiz", therapist="therapist-2")
    for query in ("by=room", "therapist=therapist-2", "by=room&therapist=therapist-2"):
        page = desk.member("therapist").get(f"{DAY}?{query}").text
        assert "Theo Ruiz" not in page
        assert "Room 1" not in page
        assert 'aria-label="Therapist 1"' in page


def test_flags_say_what_the_desk_should_know(desk: Desk, clock: time_machine.Traveller) -> None:
    late = desk.booked("10:00", name="Mina Cole", visit="first", note="my hip")
    asked = desk.booked("12:00", name="Theo Ruiz")
    noted = desk.booked("14:00", name="Ana Diaz")
    change(desk, asked, state="requested")
    change(desk, noted, minutes_late=10)
    clock.move_to(at("10:12"))
    desk.clients.clear()
    page = desk.member("desk").get(DAY).text
    assert re.findall(r'class="tag [^"]*">(?:<svg.*?</svg>)?([^<]+)<', card(page, "Mina Cole")) == [
        "12 min late",
        "form missing",
        "first visit",
        "note",
    ]
    assert "my hip" not in page
    assert "to approve" in card(page, "Theo Ruiz")
    assert "10 min late" in card(page, "Ana Diaz")
    change(desk, late, state="arrived")
    assert "12 min late" not in card(desk.member("desk").get(DAY).text, "Mina Cole")


def test_filters_leave_what_is_asked_for_and_stay_in_the_address(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    change(desk, desk.booked("12:00", name="Theo Ruiz"), state="requested")
    desk.booked("14:00", name="Ana Diaz", therapist="therapist-2")
    page = desk.member("desk").get(f"{DAY}?show=requested&therapist=therapist-1").text
    assert re.findall(r"<article", page) == ["<article"]
    assert "Theo Ruiz" in card(page, "Theo Ruiz")
    assert "off-other" in column(page, "Therapist 1")
    assert 'aria-label="Therapist 2"' not in page
    for part in ('rel="prev"', 'rel="next"', 'aria-current="page">Today'):
        before = page[page.index(part) - 250 : page.index(part)] if part in page else ""
        assert not before or "show=requested" in before
    assert '<input type="hidden" name="show" value="requested">' in page
    assert 'value="requested" selected' in page


@pytest.mark.parametrize(
    "query", ["show=nonsense", "by=nonsense", "therapist=nobody", "location=nowhere", "show=" + "x" * 5000]
)
def test_nonsense_in_the_address_counts_as_not_said(desk: Desk, query: str) -> None:
    desk.booked("10:00", name="Mina Cole")
    assert "Mina Cole" in desk.member("desk").get(f"{DAY}?{query}").text


def test_a_click_leads_back_to_the_day_as_it_was_looked_at(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    clock.move_to(at("09:55"))
    desk.clients.clear()
    said = {"day": MONDAY.isoformat(), "by": "room", "show": "open"}
    answer = desk.post("desk", "/staff/schedule/mark", mark=f"{reference} 1 arrived", **said)
    assert answer.location == f"{DAY}?by=room&show=open"
    assert desk.facts(reference)["state"] == "arrived"
    page = desk.member("desk").get(answer.location).text
    assert "Mina Cole has arrived." in page
    assert page.count('name="show" value="open"') >= 2


def test_the_filters_of_a_day_are_kept_when_a_mark_is_undone(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    clock.move_to(at("09:55"))
    desk.clients.clear()
    looked_at = f"{DAY}?therapist=therapist-1&show=open"
    client = desk.member("desk")
    acts = form_of(client.get(looked_at), "/staff/schedule/mark")
    marked = client.post("/staff/schedule/mark", data=acts | {"mark": f"{reference} 1 arrived"})
    undo = f"/staff/appointments/{reference}/undo"
    undone = client.post(undo, data=form_of(client.get(marked.location or ""), undo))
    assert (marked.location, undone.location) == (looked_at, looked_at)


def test_the_page_tells_its_scripts_what_they_say_and_how_times_are_written(desk: Desk) -> None:
    desk.post("therapist", "/staff/account/language", language="fr")
    for path in (DAY, f"/staff/week/{MONDAY.isoformat()}?therapist=therapist-1"):
        english, french = (desk.member(role).get(path).text for role in ("desk", "therapist"))
        assert told(english, "clock")[9] == ["9:00", "9:{}"]
        assert told(english, "clock")[14] == ["2:00", "2:{}"]
        assert told(french, "clock")[9] == ["9\u00a0h", "9\u00a0h\u00a0{}"]
        assert told(french, "words")["close"] == "Fermer"
        assert set(told(english, "words")) == {"book", "nothing_moved", "close", "changed", "old"}
        assert told(english, "words")["book"] == "Book {}"


def told(page: str, name: str) -> Any:
    """What the grid's region hands to scripts under that name."""
    found = re.search(rf'data-{name}="([^"]*)"', page)
    assert found
    return json.loads(unescape(found[1]))


@pytest.mark.parametrize(
    "mark", ["", "arrived", "{} 1", "{} x arrived", "{} 1 cancelled", "{} 1 arrived more", "{}  arrived"]
)
def test_a_forged_click_is_refused(desk: Desk, mark: str) -> None:
    reference = desk.booked("10:00")
    assert desk.post("desk", "/staff/schedule/mark", mark=mark.format(reference)).status_code == 400
    assert desk.facts(reference)["state"] == "booked"


def test_a_therapist_can_not_click_on_anothers_session(desk: Desk, clock: time_machine.Traveller) -> None:
    reference = desk.booked("10:00", therapist="therapist-2")
    clock.move_to(at("09:55"))
    desk.clients.clear()
    answer = desk.post("therapist", "/staff/schedule/mark", mark=f"{reference} 1 arrived")
    assert answer.status_code == 404
    assert desk.facts(reference)["state"] == "booked"


def test_free_places_lead_to_the_booking_of_that_time(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    page = desk.member("desk").get(DAY).text
    links = re.findall(r'<a class="opening [^"]*" href="([^"]+)" data-at="([^"]+)"', page)
    own = [at_ for href, at_ in links if "therapist=therapist-1" in href]
    assert own == ["08:00", "11:15"]
    assert all("day=2026-11-23" in href and f"near={at_.replace(':', '%3A')}" in href for href, at_ in links)
    assert 'class="opening' not in desk.member("therapist").get(DAY).text
    rooms = desk.member("desk").get(f"{DAY}?by=room").text
    assert "room=room-2" in rooms


def test_within_a_column_everything_stands_in_the_order_of_time(desk: Desk) -> None:
    for clock_time in ("16:00", "09:00", "12:00"):
        desk.booked(clock_time, name=f"Client {clock_time[:2]}")
    own = column(desk.member("desk").get(DAY).text, "Therapist 1")
    rows = [int(row) for row in re.findall(r'<(?:article|a) class="(?:card|opening)[^"]*from-(\d+)', own)]
    assert rows == sorted(rows)
    assert len(rows) > 4


def test_many_cancelled_sessions_do_not_clutter(desk: Desk) -> None:
    for number in range(8, 20, 2):
        for therapist in ("therapist-1", "therapist-2"):
            reference = desk.booked(f"{number:02}:00", name=f"Gone {number}", therapist=therapist)
            change(desk, reference, state="cancelled", cancelled_by="late")
    page = desk.member("desk").get(DAY).text
    assert "12 cancelled" in page
    assert "<article" not in page
    assert re.search(r'<details class="more day-gone" id="gone">\s*<summary>Not taking place: 12', page)
    assert page.count("cancelled late") == 12


def test_what_was_set_aside_on_purpose_is_no_trouble(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    with desk.app.app_context(), transaction() as rows:
        for rule in rows.execute(select(AvailabilityRule)).scalars():
            rule.starts = time(12)
        rows.get_one(Practice, 1).revision += 1
    page = desk.member("desk").get(DAY).text
    assert "not working then" in card(page, "Mina Cole")
    assert "The session of Mina Cole no longer fits" in page
    with desk.app.app_context(), transaction() as rows:
        number = desk.facts(reference)["id"]
        said = {"refusal": "not_working", "sealed_why": b"sealed", "overridden_by": "desk@example.com"}
        rows.add(Override(appointment_id=number, overridden_at=NOW, **said))
    page = desk.member("desk").get(DAY).text
    assert "not working then" not in page
    assert "no longer fits" not in page.lower()


@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07"])
def test_on_a_day_of_a_clock_change_rows_and_hours_agree(desk: Desk, day: str) -> None:
    page = desk.member("desk").get(f"/staff/schedule/{day}").text
    assert re.search(r'data-first="08:00"', page)
    assert re.search(r'class="hour from-1">8 am<', page)
    assert re.search(r'data-begins="2027-\d\d-\d\dT1[12]:00:00\+00:00"', page)


def test_what_waits_for_somebody_is_found_by_its_index(desk: Desk) -> None:
    """SQLite takes a partial index only where the statement says its condition word for word."""
    with desk.app.app_context():
        said = str(UNSETTLED).replace("notification.", "")
        plan = db.session.execute(
            text(f"explain query plan select id from notification where {said} and due_at > '2026'")  # noqa: S608 - our own
        ).all()
    assert "ix_notification_unsettled" in str(plan)
