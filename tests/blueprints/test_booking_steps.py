"""Every step of a booking is a page that can be loaded again: what was typed is kept sealed with the time, for one browser, for a while."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.actions.filling_in import TYPED_FOR, forget_old_typed
from app.clock import now as clock_now
from app.extensions import db
from app.models import Appointment, Hold
from tests.support.canary import found_in_tables
from tests.support.questioned import AGREED, BOOK, WHO, Walk
from tests.support.rows import make_practice
from tests.support.safety import ask_before, change_consent_text

TYPED = WHO | {"note": "An old knee injury.", "avoid": "the scar"}


@pytest.fixture
def walk(app: Flask, clock: time_machine.Traveller) -> Walk:
    """A browser at a practice that asks before psoas release and wants consent; all is answered."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    walk = Walk(app.test_client())
    walk.answer()
    return walk


def address(page: TestResponse, step: str) -> str:
    """The address of another step of the booking that a page is of."""
    return f"{BOOK}/{step}/{page.request.path.rsplit('/', 1)[1]}"


def filled_in(walk: Walk, clock: str = "10:00") -> TestResponse:
    """As far as the check, with a note and a wish."""
    consent = walk.press(walk.pick(clock), "details", "check", **TYPED)
    return walk.press(consent, "consent", "check", **AGREED)


def sealed(app: Flask) -> list[bool]:
    """By hold, oldest first, whether something is kept that was typed."""
    with app.app_context():
        return [one is not None for one in db.session.scalars(select(Hold.sealed_typed).order_by(Hold.id))]


def test_what_was_typed_is_sent_once_and_every_page_can_be_loaded_again(walk: Walk, app: Flask) -> None:
    details = walk.pick()
    sent = walk.client.post(address(details, "check"), data=TYPED | {"csrf_token": token(details)})
    assert (sent.status_code, sent.location) == (303, address(details, "consent"))
    assert sent.headers.getlist("Set-Cookie") == []
    consent = walk.client.get(sent.location)
    check = walk.press(consent, "consent", "check", **AGREED)
    assert check.request.path == address(details, "check")
    for step, words in (("details", "An old knee injury."), ("consent", "Red"), ("check", "Stop word: Red")):
        again = walk.client.get(address(details, step))
        assert (again.status_code, words in again.text) == (200, True), step
    with app.app_context():
        for word in ("Jo Park", "jo@example.com", "knee", "scar"):
            assert found_in_tables(word) == []


def test_a_step_that_lacks_something_leads_back_to_the_first_that_does(walk: Walk) -> None:
    details = walk.pick()
    for step in ("consent", "check"):
        assert walk.client.get(address(details, step)).location == address(details, "details")
    walk.press(details, "details", "check", **TYPED)
    assert walk.client.get(address(details, "check")).location == address(details, "consent")


def test_a_text_that_changed_meanwhile_is_read_again(walk: Walk, app: Flask) -> None:
    check = filled_in(walk)
    with app.app_context():
        change_consent_text()
    again = walk.client.get(address(check, "check"), follow_redirects=True)
    assert "The text has changed since you opened this page." in again.text
    assert 'value="Red"' in again.text


def test_another_browser_sees_nothing_of_it_and_takes_nothing(walk: Walk, app: Flask) -> None:
    check = filled_in(walk)
    thief = Walk(app.test_client())
    csrf = thief.answers(thief.questions())["csrf_token"]
    for step in ("details", "consent", "check"):
        assert thief.client.get(address(check, step)).location.startswith(f"{BOOK}/time?")
    for step in ("check", "leave", "confirm"):
        answer = thief.client.post(address(check, step), data=TYPED | {"csrf_token": csrf, "key": "k"})
        assert answer.location.startswith(f"{BOOK}/time?")
    assert "Your appointment is booked" in walk.press(check, "check", "confirm").text
    assert thief.client.get(address(check, "check")).location.startswith(f"{BOOK}/time?")


@pytest.mark.parametrize("minutes", [0, 11])
def test_back_from_the_last_page_books_nothing_twice(
    walk: Walk, app: Flask, clock: time_machine.Traveller, minutes: int
) -> None:
    check = filled_in(walk)
    clock.shift(timedelta(minutes=minutes))  # the time is no longer kept, and still free
    done = walk.press(check, "check", "confirm")
    assert "Your appointment is booked" in done.text
    assert sealed(app) == [False]
    for step in ("details", "consent", "check"):
        assert walk.client.get(address(check, step)).location == done.request.path
    assert walk.press(check, "check", "confirm").request.path == done.request.path
    with app.app_context():
        assert len(db.session.scalars(select(Appointment)).all()) == 1


def test_what_nobody_comes_back_for_is_erased(walk: Walk, app: Flask, clock: time_machine.Traveller) -> None:
    check = filled_in(walk)
    clock.shift(TYPED_FOR)
    with app.app_context():
        forget_old_typed(clock_now())
    # The time has ended, its grace has not.
    assert walk.client.get(address(check, "check")).status_code == 200
    clock.shift(timedelta(minutes=11))
    assert walk.client.get(address(check, "check")).location == address(check, "details")
    assert sealed(app) == [True]
    with app.app_context():
        forget_old_typed(clock_now())
    assert sealed(app) == [False]


def test_it_goes_along_to_the_next_time_and_stays_at_none_that_has_ended(walk: Walk, app: Flask) -> None:
    check = filled_in(walk)
    times = walk.press(check, "check", "leave")
    assert "What you typed is kept" in times.text
    later = walk.pick("15:00")
    assert "An old knee injury." in later.text
    assert sealed(app) == [False, True]
    kept = walk.client.get(f"{BOOK}/time?{walk.query}")
    assert "is kept for you until" in kept.text
    assert address(later, "details") in kept.text


def test_who_begins_anew_at_the_same_browser_finds_nothing(
    walk: Walk, app: Flask, clock: time_machine.Traveller
) -> None:
    check = filled_in(walk)
    clock.shift(timedelta(minutes=1))
    walk.choose()
    assert "kept for you" not in walk.client.get(f"{BOOK}/time?{walk.query}").text
    for time in ("15:00", "10:00"):
        assert "Jo Park" not in walk.pick(time).text
    assert walk.client.get(address(check, "check")).location == address(check, "details")


def test_what_is_begun_in_another_window_takes_nothing_from_who_loses_a_time(
    walk: Walk, app: Flask, clock: time_machine.Traveller
) -> None:
    check = filled_in(walk)
    clock.shift(timedelta(minutes=11))
    other = Walk(app.test_client())
    other.answer()
    other.book(name="Ann Lee", email="ann@example.com")
    walk.choose()
    assert walk.press(check, "check", "confirm").status_code == 409
    assert "An old knee injury." in walk.pick("15:00").text


def test_nothing_wished_is_nothing_said(walk: Walk) -> None:
    consent = walk.press(walk.pick(), "details", "check", **WHO)
    check = walk.press(consent, "consent", "check", **AGREED)
    assert "Your wishes" not in check.text
    assert "Hands only" not in check.text


def token(page: TestResponse) -> str:
    """Of any form of the page."""
    return page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
