"""A request to look at: who sees that it waits, who opens the answers, who answers; and what the client is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.actions.changed_health import report_change
from app.actions.managing import Change
from app.actions.reviewing import lapse_reviews
from app.domain.appointments import Actor
from app.extensions import db
from app.links import manage_token
from app.models import AuditLine
from app.store.appointments import get_appointment
from tests.support.desk import Desk, form_of, make_desk, text_of
from tests.support.reviews import reference_of, request_session
from tests.support.rows import MONDAY, NOW, at
from tests.support.safety import WELL, ask_before

WEEK = timedelta(days=7)
START = at("14:00", MONDAY + WEEK)
ASPIRIN = "Low-dose aspirin"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A practice that asks before deep work, on a Friday morning."""
    with time_machine.travel(NOW, tick=False):
        desk = make_desk(app)
        desk.add("other", "therapist", "therapist-2")
        with app.app_context():
            ask_before()
        yield desk


@pytest.fixture
def page(app: Flask, desk: Desk) -> str:
    """Where the request of Jo Park stands, who takes aspirin."""
    return f"/staff/appointments/{reference_of(app, request_session(app, START))}"


def acts(desk: Desk) -> list[str]:
    with desk.app.app_context():
        return [line.act for line in db.session.query(AuditLine).order_by(AuditLine.id)]


def version(desk: Desk, page: str) -> int:
    return int(desk.facts(page.rpartition("/")[2])["row_version"])


def state(desk: Desk, page: str) -> str:
    return str(desk.facts(page.rpartition("/")[2])["state"])


@pytest.mark.parametrize("role", ["desk", "therapist", "owner"])
def test_everybody_whose_business_it_is_sees_that_it_waits_and_until_when(
    desk: Desk, page: str, role: str
) -> None:
    said = text_of(desk.member(role).get(page))
    assert "To review until Saturday 21 November" in said
    assert ASPIRIN not in said
    day = text_of(desk.member(role).get(f"/staff/schedule/{MONDAY + WEEK}"))
    assert "to review" in day
    assert "who answers until" in day


def test_the_desk_neither_opens_the_answers_nor_answers_the_request(desk: Desk, page: str) -> None:
    seen = desk.member("desk").get(page)
    assert "Open the answers" not in seen.text
    assert ">Accept<" not in seen.text
    assert desk.post("desk", f"{page}/answers").status_code == 403
    for act in ("accept", "decline", "accept-changed"):
        assert desk.post("desk", f"{page}/{act}", row_version=version(desk, page)).status_code == 403
    assert desk.member("desk").get(f"{page}/accept-changed").status_code == 403
    assert state(desk, page) == "requested"


def test_another_therapist_finds_nothing_there(desk: Desk, page: str) -> None:
    assert desk.member("other").get(page).status_code == 404
    for act in ("answers", "wishes", "accept", "decline", "verbal-consent"):
        assert desk.post("other", f"{page}/{act}", row_version=1).status_code == 404


@pytest.mark.parametrize("role", ["therapist", "owner"])
def test_who_treats_and_the_owner_open_the_answers_and_that_is_written_down(
    desk: Desk, page: str, role: str
) -> None:
    opened = text_of(desk.post(role, f"{page}/answers"))
    assert ASPIRIN in opened
    assert opened.index("About thinners?") < opened.index("About pregnant?"), "what counts comes first"
    assert acts(desk)[-1] == "screening opened"
    assert ASPIRIN not in text_of(desk.member(role).get(page)), "shown once"


def test_the_therapist_accepts_and_the_page_says_who_did(desk: Desk, page: str) -> None:
    answer = desk.post("therapist", f"{page}/accept", row_version=version(desk, page))
    assert answer.status_code == 302
    assert state(desk, page) == "booked"
    said = text_of(desk.member("desk").get(page))
    assert "Accepted by therapist@example.com" in said
    assert "To review" not in said


def test_a_reason_for_declining_is_sealed_and_opens_for_who_may_read_it(desk: Desk, page: str) -> None:
    form = form_of(desk.member("therapist").get(page), f"{page}/decline")
    desk.post("therapist", f"{page}/decline", **form | {"reason": "See a doctor first"})
    assert state(desk, page) == "declined"
    assert "See a doctor first" not in desk.member("therapist").get(page).text
    assert "See a doctor first" in desk.post("owner", f"{page}/review-reason").text
    assert desk.post("desk", f"{page}/review-reason").status_code == 403
    assert "review reason opened" in acts(desk)


def test_a_reason_that_is_too_long_is_kept_in_the_field(desk: Desk, page: str) -> None:
    answer = desk.post("therapist", f"{page}/decline", row_version=version(desk, page), reason="x" * 501)
    assert answer.status_code == 422
    assert "at most 500 characters" in answer.text
    assert "x" * 501 in answer.text
    assert state(desk, page) == "requested"


def test_accepted_as_something_lighter_it_says_so_on_all_pages(app: Flask, desk: Desk, page: str) -> None:
    asked = desk.member("therapist").get(f"{page}/accept-changed")
    assert "Back massage, 30 minutes" in asked.text
    form = form_of(asked, "")
    answer = desk.post("therapist", f"{page}/accept-changed", **form | {"wanted": "back-massage 30"})
    assert answer.status_code == 302
    said = text_of(desk.member("desk").get(page))
    assert "Back massage, 30 minutes" in said
    assert "Accepted with a change by therapist@example.com" in said


def test_another_therapist_who_is_not_free_is_refused_with_the_reason(
    app: Flask, desk: Desk, page: str
) -> None:
    request_session(app, START, name="Ana Diaz", therapist="therapist-2")
    form = form_of(desk.member("owner").get(f"{page}/accept-changed"), "")
    answer = desk.post("owner", f"{page}/accept-changed", **form | {"therapist": "therapist-2"})
    assert answer.status_code == 409
    assert "Therapist 2 has another session then" in answer.text
    assert state(desk, page) == "requested"


def test_a_form_that_chooses_nothing_or_nonsense_is_answered_with_what_is_missing(
    desk: Desk, page: str
) -> None:
    assert desk.post("owner", f"{page}/accept-changed", wanted="made up").status_code == 422
    assert desk.post("owner", f"{page}/accept").status_code == 400
    assert state(desk, page) == "requested"


def test_who_comes_second_is_told_how_it_stands(desk: Desk, page: str) -> None:
    seen = version(desk, page)
    desk.post("owner", f"{page}/accept", row_version=seen)
    desk.post("therapist", f"{page}/decline", row_version=seen)
    assert state(desk, page) == "booked"
    assert "Somebody else has just changed" in desk.member("therapist").get(page).text


def test_the_client_reads_by_when_it_is_answered_and_what_became_of_it(
    app: Flask, desk: Desk, page: str
) -> None:
    with app.app_context():
        row = get_appointment(desk.facts(page.rpartition("/")[2])["id"])
        link = f"/appointment/{manage_token(row.public_id, row.token_version)}"
    waiting = text_of(app.test_client().get(link))
    assert "by Saturday 21 November 2026, 10:00 am at the latest" in waiting
    assert ASPIRIN not in waiting
    with app.app_context():
        assert lapse_reviews(NOW + timedelta(hours=24)) == 1
    lapsed = text_of(app.test_client().get(link))
    assert "We could not confirm it in time" in lapsed


def test_the_desk_has_a_task_once_nobody_has_answered_in_time(app: Flask, desk: Desk, page: str) -> None:
    with app.app_context():
        lapse_reviews(NOW + timedelta(hours=24))
    today = text_of(desk.member("desk").get("/staff/"))
    assert "Jo Park asked for a session and nobody answered in time" in today
    assert "Nobody answered in time" in text_of(desk.member("desk").get(page))


def test_after_a_cry_for_help_the_page_says_why_it_is_not_accepted(desk: Desk, page: str) -> None:
    number = int(desk.facts(page.rpartition("/")[2])["id"])
    with desk.app.app_context():
        report_change(Change(number, Actor("client")), WELL | {"pulse": "yes"}, NOW)
    desk.post("therapist", f"{page}/accept", row_version=version(desk, page))
    said = text_of(desk.member("therapist").get(page))
    assert (
        "Not accepted. By what was answered, a therapist has to talk it over with the client first." in said
    )
    assert state(desk, page) == "requested"
