"""The practice is remembered by every process, and yet a change is seen by all of them in their very next answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.actions.settings import Edit, Saved, change
from app.actions.settings_people import save_availability
from app.actions.settings_places import bring_back, retire, save_opening_hours
from app.extensions import db
from app.models import Therapist
from app.store.practice import load_practice
from tests.support.arena import Arena
from tests.support.edits import DANA, hours, version, week
from tests.support.programs import API, Reply, wanted
from tests.support.raw import raw_connection, say
from tests.support.rows import HALIFAX, make_practice

#: The person at the settings has been told of every appointment that other tests have made.
EVERYBODY = frozenset(range(100_000))


def from_all(place: Arena, path: str) -> list[Reply]:
    """Answers until both processes have given one; the first of each is among them."""
    replies: list[Reply] = []
    for _ in range(400):
        replies.append(place.program.page(path))
        if len({reply.headers["x-answered-by"] for reply in replies}) == 2:
            return replies
    raise AssertionError("one process does not answer")


def set_practice(place: Arena, **columns: Any) -> None:
    """Change the practice's own settings, as its page does."""

    def write(row: Any, _language: str) -> None:
        for name, value in columns.items():
            setattr(row, name, value)

    changed(place, "practice", "", change, "practice", "", "settings changed", write=write)


def changed(place: Arena, kind: str, slug: str, act: Callable[..., object], *said: Any, **more: Any) -> None:
    """Do it in this process, now, as somebody whose form was opened a moment ago."""
    with place.app.app_context():
        answer = act(*said, edit=Edit(DANA, clock.now(), version(kind, slug), EVERYBODY), **more)
        assert isinstance(answer, Saved), answer
        assert answer.changed


def starts(reply: Reply) -> set[time]:
    """The times of the wall clock that are offered."""
    offered = (datetime.fromisoformat(slot["starts_at"]) for slot in reply.json["slots"])
    return {start.astimezone(HALIFAX).time() for start in offered}


def availability(day: date) -> str:
    """The API's question about one day of therapist-1."""
    return f"{API}/availability?service=back-massage&from={day}&to={day}&therapist=therapist-1"


def test_a_new_name_stands_on_the_next_page_of_every_process(place: Arena) -> None:
    for name in ("First Name Bodywork", "Second Name Bodywork"):
        set_practice(place, name=name)
        replies = from_all(place, "/")
        assert all(name in reply.body for reply in replies), name


def test_a_new_step_and_new_hours_count_in_the_next_answer_of_every_process(place: Arena) -> None:
    day = place.new_day()
    from_all(place, availability(day))  # both remember what is in force now
    for minutes in (15, 5, 30, 5):
        set_practice(place, slot_step_minutes=minutes)
        for reply in from_all(place, availability(day)):
            assert {start.minute % minutes for start in starts(reply)} == {0}
            assert time(8, minutes) in starts(reply)
    for opens in (10, 8):
        changed(place, "location", "main", save_opening_hours, "main", hours(opens, 20))
        assert {min(starts(reply)) for reply in from_all(place, availability(day))} == {time(opens)}
    for works_from in (12, 8):
        changed(place, "therapist", "therapist-1", save_availability, "therapist-1", week(works_from, 20))
        assert {min(starts(reply)) for reply in from_all(place, availability(day))} == {time(works_from)}


def test_nobody_offers_or_books_a_therapist_who_has_just_been_retired(place: Arena) -> None:
    day = place.new_day()
    for number, (act, status) in enumerate([(retire, 422), (bring_back, 201)]):
        changed(place, "therapist", "therapist-2", act, "therapist", "therapist-2")
        booked = place.program.book(
            wanted("10:00", day, number, therapist="therapist-2"), f"retired-{day}-{number}"
        )
        assert booked.status == status, booked.body
        for reply in from_all(place, f"{API}/services"):
            given_by = {service["slug"]: service["therapists"] for service in reply.json["services"]}
            assert ("therapist-2" in given_by["back-massage"]) is (status == 201)


def test_a_booking_that_waited_for_a_change_is_judged_by_the_new_settings(place: Arena) -> None:
    day, sqlite = place.new_day(), place.database_url.startswith("sqlite")
    from_all(place, availability(day))
    with raw_connection(place.database_url) as other, ThreadPoolExecutor() as pool:
        other.execute("begin immediate" if sqlite else "begin")
        if not sqlite:
            other.execute("select pg_advisory_xact_lock(7301)")
        asked = pool.submit(place.program.book, wanted("10:05", day), f"waits-{day}")
        sleep(0.4)  # it has begun under the old settings, and waits
        assert not asked.done()
        say(other, "update practice set slot_step_minutes = 15, revision = revision + 1")
        other.execute("commit")
        refused = asked.result()
    assert (refused.status, refused.json["reason"]) == (409, "off_step")
    set_practice(place, slot_step_minutes=5)
    assert place.program.book(wanted("10:05", day), f"again-{day}").status == 201


@pytest.mark.parametrize("backend", ["postgresql"])
def test_rows_read_before_a_change_are_not_remembered_as_the_new_settings(
    app: Flask, context: None, database_url: str
) -> None:
    # SQLite keeps the change waiting until the reader has ended; PostgreSQL lets it through.
    make_practice()
    before = load_practice().revision
    db.session.rollback()
    shown = list(db.session.execute(select(Therapist)).scalars())  # what a page has loaded already
    with raw_connection(database_url) as other:
        other.execute("update therapist set name = 'Renamed' where slug = 'therapist-1'")
        other.execute("update practice set revision = revision + 1")
    load_practice()  # sees that something has changed
    assert shown
    db.session.rollback()
    therapist = load_practice().therapist("therapist-1")
    assert therapist is not None
    assert (load_practice().revision, therapist.name) == (before + 1, "Renamed")
