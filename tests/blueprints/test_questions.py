"""Questions before a session on the web: what is asked, what follows, and that no request gets around it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Appointment, Consent, Hold, Review, Screening, ScreeningSetVersion
from app.store.practice import raise_revision
from app.store.screenings import open_answers
from app.store.transactions import transaction
from app.store.wishes import wishes_of
from tests.support.desk import form_of, text_of
from tests.support.questioned import AGREED, BOOK, WHO, Walk
from tests.support.rows import NOW, active_claims, at, make_practice
from tests.support.safety import ask_before, describe, open_in_london


@pytest.fixture
def walk(app: Flask, clock: time_machine.Traveller) -> Walk:
    """A browser at a practice that asks before psoas release."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    return Walk(app.test_client())


def only(kind: type[Any]) -> Any:
    """The only row of its kind."""
    return db.session.execute(select(kind)).scalar_one()


def test_a_new_client_books_in_seven_pages(walk: Walk) -> None:
    walk.choose()
    walk.answer()
    done = walk.book()
    assert done.status_code == 200
    assert "Your appointment is booked" in done.text
    assert walk.pages == [
        "Your session",
        "Before we start",
        "When suits you?",
        "Your details",
        "What we agree on",
        "Check your answers",
        "Monday 23 November 2026, 10:00 am",
    ]


def test_each_question_stands_with_its_why_and_says_nothing_of_what_follows(walk: Walk) -> None:
    page = text_of(walk.questions())
    for key in ("pregnant", "thinners", "pulse", "surgery"):
        assert f"About {key}?" in page
        assert f"Because of {key}." in page
    assert "When was that?" in page


def test_what_is_missing_is_said_beside_its_question_and_nothing_is_kept(walk: Walk, app: Flask) -> None:
    page = walk.questions()
    answers = walk.answers(page, surgery="yes") | {"q-pulse": ""}
    again = walk.client.post(f"{BOOK}/questions", data=answers)
    assert again.status_code == 422
    assert "Please answer this question." in again.text
    assert "Please say when that was; a guess will do." in again.text
    with app.app_context():
        assert db.session.execute(select(Screening)).first() is None


@pytest.mark.parametrize(
    ("said", "heading"),
    [({"pregnant": "yes"}, "Let us talk first"), ({"pulse": "yes"}, "Please get help now")],
)
def test_some_answers_end_the_booking_with_a_number_to_call(
    walk: Walk, said: dict[str, str], heading: str
) -> None:
    page = walk.answer(**said)
    assert page.status_code == 200
    assert walk.pages[-1] == heading
    assert "911" in page.text
    assert ("Emergency:" in page.text) is (heading == "Please get help now")
    assert "902-555-0100" in page.text
    assert ("Back massage" in page.text) is (heading == "Let us talk first")
    assert page.request.path == f"{BOOK}/questions"
    assert page.request.query_string == b""


@pytest.mark.parametrize("said", [{"pregnant": "yes"}, {"pulse": "yes"}])
def test_no_request_books_after_such_answers(walk: Walk, app: Flask, said: dict[str, str]) -> None:
    walk.answer(**said)
    for path in (f"{BOOK}/time?{walk.query}",):
        assert walk.client.get(path).headers["Location"].startswith(f"{BOOK}/questions")
    page = walk.questions()
    fields = {"csrf_token": walk.answers(page)["csrf_token"], "start": at("10:00").isoformat()}
    held = walk.client.post(f"{BOOK}/hold", data=fields | {"session": "returning.60"})
    assert held.status_code == 303
    assert "/questions" in held.headers["Location"]
    with app.app_context():
        assert active_claims() == []


def test_a_direct_post_without_answers_holds_nothing(walk: Walk, app: Flask) -> None:
    page = walk.questions()
    fields = {"csrf_token": walk.answers(page)["csrf_token"], "start": at("10:00").isoformat()}
    assert walk.client.post(f"{BOOK}/hold", data=fields | {"session": "returning.60"}).status_code == 303
    with app.app_context():
        assert active_claims() == []


def test_who_goes_back_and_changes_a_call_answer_gets_a_review_at_best(walk: Walk, app: Flask) -> None:
    walk.answer(pregnant="yes")
    page = walk.answer()
    assert "A therapist looks at your answers first" in page.text
    done = walk.book("15:00")
    assert "We have your request" in done.text
    with app.app_context():
        assert only(Appointment).state == "requested"
        assert only(Review).decided_at is None


def test_a_review_goes_on_and_keeps_the_time(walk: Walk, app: Flask) -> None:
    page = walk.answer(thinners="aspirin")
    assert "A therapist looks at your answers first" in page.text
    check = walk.to_check("15:00")
    assert "Send my request" in check.text
    done = walk.press(check, "check", "confirm")
    assert "We have your request" in done.text
    with app.app_context():
        assert len(active_claims()) == 2


def test_a_review_offers_no_time_that_leaves_none_to_look(walk: Walk) -> None:
    walk.answer(thinners="aspirin")
    soon = walk.client.get(f"{BOOK}/time?{walk.query}&date=2026-11-21")
    assert "2026-11-21T" not in soon.text
    late = walk.pick("09:00")
    assert late.status_code == 200
    fields = walk.answers(walk.client.get(f"{BOOK}/questions?{walk.query}&again=1"))
    early = at("16:00", NOW.date())
    refused = walk.client.post(
        f"{BOOK}/hold", data={**fields, "session": "returning.60", "start": early.isoformat()}
    )
    assert refused.status_code == 422


def test_answers_are_sealed_and_become_the_clients(walk: Walk, app: Flask) -> None:
    walk.answer()
    walk.book()
    with app.app_context():
        kept = only(Screening)
        assert kept.appointment_id == only(Appointment).id
        assert kept.wrapped_key is None
        assert open_answers(kept)["pregnant"] == "no"


def test_another_visitors_answers_book_nothing(walk: Walk, app: Flask) -> None:
    walk.answer()
    check = walk.to_check()
    thief = app.test_client()
    token = check.request.path.rsplit("/", 1)[1]
    other = Walk(thief)
    sent = (
        {"csrf_token": other.answers(other.questions())["csrf_token"]}
        | WHO
        | AGREED
        | {"key": "stolen", "read_version": "1"}
    )
    taken = thief.post(f"{BOOK}/confirm/{token}", data=sent | {"detail": "full", "language": "en"})
    assert taken.status_code == 303
    assert taken.headers["Location"].startswith(f"{BOOK}/time?")
    with app.app_context():
        assert db.session.execute(select(Appointment)).first() is None


def test_a_form_that_is_sent_twice_books_once(walk: Walk, app: Flask) -> None:
    walk.answer()
    check = walk.to_check()
    first = walk.press(check, "check", "confirm")
    second = walk.press(check, "check", "confirm")
    assert "Your appointment is booked" in first.text
    assert "Your appointment is booked" in second.text
    with app.app_context():
        assert len(db.session.execute(select(Appointment)).all()) == 1
        assert len(db.session.execute(select(Consent)).all()) == 1


def test_answers_serve_one_booking(walk: Walk) -> None:
    walk.answer()
    walk.book()
    again = walk.client.get(f"{BOOK}/time?{walk.query}")
    assert again.headers["Location"].startswith(f"{BOOK}/questions")


def test_answers_are_asked_again_after_a_day(walk: Walk, clock: time_machine.Traveller) -> None:
    walk.answer()
    clock.shift(timedelta(hours=25))
    assert "/questions" in walk.client.get(f"{BOOK}/time?{walk.query}").headers["Location"]


def test_who_has_answered_is_not_asked_twice(walk: Walk) -> None:
    walk.answer()
    page = walk.client.get(f"{BOOK}/questions?{walk.query}")
    assert page.headers["Location"].startswith(f"{BOOK}/time")


def test_nothing_of_health_stands_in_an_address_or_a_cookie(walk: Walk) -> None:
    page = walk.questions()
    answered = walk.client.post(f"{BOOK}/questions", data=walk.answers(page, thinners="aspirin"))
    said = answered.headers["Location"] + "".join(answered.headers.getlist("Set-Cookie"))
    for word in ("aspirin", "thinners", "review", "pregnant", "second"):
        assert word not in said


def test_without_consent_nothing_is_booked(walk: Walk, app: Flask) -> None:
    walk.answer()
    details = walk.pick()
    consent = walk.press(details, "details", "check", **WHO)
    assert "You may stop at any time." in consent.text
    walk.press(consent, "consent", "confirm", key="k", detail="full", language="en")
    assert walk.pages[-1] == "What we agree on"
    missing = walk.press(consent, "consent", "check", **{**AGREED, "area-groin": ""})
    assert missing.status_code == 422
    assert "Say yes or no: both are fine." in missing.text
    with app.app_context():
        assert db.session.execute(select(Appointment)).first() is None


def test_what_was_agreed_and_wished_for_is_kept_with_the_session(walk: Walk, app: Flask) -> None:
    walk.answer()
    details = walk.pick()
    wished = {"pressure": "light", "tools": "hands", "avoid": "an old scar", "companion": "my sister"}
    consent = walk.press(details, "details", "check", **WHO, **wished)
    check = walk.press(consent, "consent", "check", **AGREED)
    for words in ("Light pressure", "Hands only", "an old scar", "my sister", "Belly: yes", "Stop word: Red"):
        assert words in text_of(check)
    walk.press(check, "check", "confirm")
    with app.app_context():
        wishes = wishes_of(only(Appointment))
        assert (wishes.pressure, wishes.tools, wishes.avoid) == ("light", False, "an old scar")
        assert wishes.companion == "my sister"


def test_a_second_person_is_offered_declined_or_kept_with_the_time(walk: Walk, app: Flask) -> None:
    with app.app_context():
        describe("therapist-2", may_chaperone=True)
    page = walk.questions()
    assert "Would you like a second person" in page.text
    unsaid = walk.answers(page) | {"second-person": ""}
    assert walk.client.post(f"{BOOK}/questions", data=unsaid).status_code == 422
    walk.client.post(f"{BOOK}/questions", data=walk.answers(page) | {"second-person": "wanted"})
    done = walk.book()
    assert "Your appointment is booked" in done.text
    with app.app_context():
        assert only(Appointment).chaperone is not None
        assert wishes_of(only(Appointment)).chaperone == "wanted"
        assert len(active_claims()) == 3


def test_who_wants_a_woman_is_offered_only_women(walk: Walk, app: Flask) -> None:
    with app.app_context():
        describe("therapist-1", gender="male")
        describe("therapist-2", gender="female")
    assert "A woman" in walk.choose().text
    walk.query = "session=returning.60&with=female"
    walk.answer()
    done = walk.book()
    assert "Therapist 2" in done.text
    with app.app_context():
        assert wishes_of(only(Appointment)).gender == "female"


def test_a_lost_time_asks_nothing_twice(walk: Walk, app: Flask) -> None:
    walk.answer()
    check = walk.to_check()
    with app.app_context(), transaction() as rows:
        rows.execute(update(Hold).values(expires_at=NOW - timedelta(minutes=1)))
    other = Walk(app.test_client())
    other.answer()
    other.book(name="Ann Lee", email="ann@example.com")
    lost = walk.press(check, "check", "confirm")
    assert lost.status_code == 409
    details = walk.client.post(f"{BOOK}/hold", data=fields_near(lost), follow_redirects=True)
    assert 'value="Jo Park"' in details.text
    assert "Stop word: Red" in text_of(walk.press(details, "details", "check"))


def fields_near(page: TestResponse) -> dict[str, str]:
    """The first of the near times, with all that goes along."""
    fields = form_of(page, f"{BOOK}/hold")
    start = page.text.partition('id="nearest"')[2].partition('name="start"')[2]
    return fields | {"start": start.partition('value="')[2].partition('"')[0]}


@pytest.mark.parametrize(
    "fields",
    [
        {"q-pregnant": "No"},
        {"q-pregnant": "no\x00"},
        {"q-pregnant": "<script>"},
        {"q-surgery": "yes", "on-surgery": "2026-02-30"},
        {"q-surgery": "yes", "on-surgery": "9999-12-31"},
        {"q-surgery": "yes", "on-surgery": "0001-01-01"},
        {"q-surgery": "yes", "on-surgery": "\ud800"},
        {"q-surgery": "yes", "on-surgery": "x" * 100_000},
    ],
)
def test_hostile_answers_are_refused_and_kept_nowhere(walk: Walk, app: Flask, fields: dict[str, str]) -> None:
    sent = walk.answers(walk.questions()) | fields
    safe = {key: value.encode("utf-8", "replace") for key, value in sent.items()}
    page = walk.client.post(f"{BOOK}/questions", data=safe)
    assert page.status_code in (400, 422)
    assert "<script>" not in page.text.partition("<main")[2]
    with app.app_context():
        assert db.session.execute(select(Screening)).first() is None


def test_fields_that_no_question_has_are_not_kept(walk: Walk, app: Flask) -> None:
    sent = walk.answers(walk.questions()) | {
        "q-invented": "yes",
        "on-pregnant": "2026-01-01",
        "outcome": "ok",
    }
    assert walk.client.post(f"{BOOK}/questions", data=sent).status_code == 303
    with app.app_context():
        assert set(open_answers(only(Screening))) == {"pregnant", "thinners", "pulse", "surgery"}


@pytest.mark.parametrize(
    ("days", "heading"), [(10, "Let us talk first"), (100, "When suits you?"), (200, "When suits you?")]
)
def test_a_date_decides_how_long_an_answer_counts(walk: Walk, days: int, heading: str) -> None:
    page = walk.answer(surgery="yes", on_surgery=(NOW.date() - timedelta(days=days)).isoformat())
    assert walk.pages[-1] == heading
    assert ("A therapist looks" in page.text) is (days == 100)


def test_what_was_answered_can_be_changed_from_the_times(walk: Walk) -> None:
    times = walk.answer()
    assert f"{BOOK}/questions?" in times.text
    assert "again=1" in times.text
    asked = walk.client.get(f"{BOOK}/questions?{walk.query}&again=1")
    assert asked.status_code == 200
    assert 'checked value="no"' not in asked.text


def test_whoever_sits_down_next_is_offered_the_questions_with_nothing_filled_in(walk: Walk) -> None:
    times = text_of(walk.answer())
    assert "have been answered in this browser" in times
    assert "Answer for somebody else, or once more for yourself" in times
    asked = walk.client.get(f"{BOOK}/questions?{walk.query}&again=1")
    assert "About pregnant?" in asked.text
    assert "checked" not in asked.text.partition("<main")[2]


def test_the_emergency_number_is_that_of_the_chosen_place(walk: Walk, app: Flask) -> None:
    with app.app_context():
        open_in_london()
    walk.query += "&location=london"
    page = walk.answer(pulse="yes")
    assert walk.pages[-1] == "Please get help now"
    assert "tel:999" in page.text
    assert "911" not in page.text


def test_many_questions_come_in_parts_and_are_a_step_of_their_own(walk: Walk, app: Flask) -> None:
    assert "Step 2 of 6: Questions" in text_of(walk.questions())
    assert "Questions 1 to" not in walk.questions().text
    with app.app_context(), transaction() as rows:
        version = rows.execute(select(ScreeningSetVersion)).scalar_one()
        few = version.questions
        version.questions = [one | {"key": f"{one['key']}{part}"} for part in range(3) for one in few]
        raise_revision()
    many = text_of(walk.questions())
    assert "Questions 1 to 6 of 12" in many
    assert "Questions 7 to 12 of 12" in many
    assert "we ask 12 short questions about your health, here on the site: about 2 minutes" in text_of(
        walk.client.get("/services/psoas-release")
    )
