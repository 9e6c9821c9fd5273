"""The "book again" link: this client's next booking in four pages, what is known filled in, what was answered never shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.changed_health import report_change
from app.actions.managing import Change
from app.actions.screening import answer_questions, still_holds
from app.clock import now as clock_now
from app.domain.appointments import Actor
from app.domain.wishes import Chaperone, Gender, Wishes
from app.extensions import db
from app.links import again_token, manage_token
from app.models import Appointment, Consent, Screening, ScreeningSet, Service
from app.store.practice import raise_revision
from app.store.screenings import open_wishes
from app.store.transactions import transaction
from app.store.wishes import keep_wishes, wishes_of
from tests.support.filled_form import fields_of
from tests.support.questioned import AGREED, BOOK, Walk
from tests.support.rows import at, make_practice, order, wish
from tests.support.safety import WELL, ask_before, change_consent_text, deep_service, describe

LATER = timedelta(days=30)


@pytest.fixture
def client_before(app: Flask, clock: time_machine.Traveller) -> str:
    """Jo Park has had a session; answers the token of the link in their mail, a month later."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    first = Walk(app.test_client())
    first.answer()
    first.book()
    with app.app_context(), transaction() as rows:
        made = rows.execute(select(Appointment)).scalar_one()
        rows.execute(update(Appointment).values(state="completed"))
        token = again_token(made.public_id, made.token_version)
    clock.shift(LATER)
    return token


@pytest.fixture
def walk(app: Flask, client_before: str) -> Walk:
    """A new browser."""
    return Walk(app.test_client())


def opened(walk: Walk, token: str) -> TestResponse:
    """What the link opens."""
    return walk._seen(walk.client.get(f"/book/again/{token}"))


def go_on(walk: Walk, token: str, page: TestResponse, **said: str) -> TestResponse:
    """Send its form."""
    sent = fields_of(page, "again").to_dict() | said
    return walk._seen(walk.client.post(f"/book/again/{token}", data=sent), follow=True)


def pick(walk: Walk, page: TestResponse) -> TestResponse:
    """The first time on the page."""
    start = page.text.partition('name="start"')[2].partition('value="')[2].partition('"')[0]
    said = dict(pair.split("=") for pair in page.request.query_string.decode().split("&"))
    csrf = page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    fields = said | {"csrf_token": csrf, "start": start}
    return walk._seen(walk.client.post(f"{BOOK}/hold", data=fields), follow=True)


def rows_of(kind: type[Any]) -> list[Any]:
    """All of their kind, oldest first."""
    return list(db.session.execute(select(kind).order_by(kind.id)).scalars())


def test_a_returning_client_books_in_four_pages(walk: Walk, client_before: str, app: Flask) -> None:
    page = opened(walk, client_before)
    check = pick(walk, go_on(walk, client_before, page, changed="no"))
    assert "Jo Park" in check.text
    assert "jo@example.com" in check.text
    walk.press(check, "check", "confirm")
    assert [heading.partition(",")[0] for heading in walk.pages[:3]] == [
        "Book again",
        "When suits you?",
        "Check your answers",
    ]
    assert len(walk.pages) == 4
    with app.app_context():
        before, after = rows_of(Appointment)
        assert before.client_id == after.client_id
        assert [one.appointment_id for one in rows_of(Screening)] == [before.id, after.id]
        assert len(rows_of(Consent)) == 1


def test_the_page_says_what_is_done_and_never_what_was_said(walk: Walk, client_before: str) -> None:
    page = opened(walk, client_before)
    assert "Questions about your health: answered" in page.text
    assert "What we agree on: as before" in page.text
    for word in ("pregnant", "aspirin", "Towel", "Red", "902-555"):
        assert word not in page.text.partition("<main")[2].partition("</main")[0]


def test_it_has_to_be_said_whether_anything_has_changed(walk: Walk, client_before: str) -> None:
    unsaid = go_on(walk, client_before, opened(walk, client_before))
    assert unsaid.status_code == 422
    assert "Please choose one of the two." in unsaid.text


def test_who_says_that_something_changed_is_asked_everything(walk: Walk, client_before: str) -> None:
    page = go_on(walk, client_before, opened(walk, client_before), changed="yes")
    assert walk.pages[-1] == "Before we start"
    ended = walk.client.post(f"{BOOK}/questions", data=walk.answers(page, pregnant="yes"))
    assert "Let us talk first" in ended.text
    walk.client.post(f"{BOOK}/questions", data=walk.answers(page))
    times = walk.client.get(page.request.full_path.replace("/questions", "/time"))
    assert "A therapist looks at your answers first" in times.text


def test_after_a_year_it_is_asked_again(
    walk: Walk, client_before: str, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=340))
    page = opened(walk, client_before)
    assert "it is time to ask them again" in page.text
    go_on(walk, client_before, page)
    assert walk.pages[-1] == "Before we start"


def test_a_text_that_has_changed_is_agreed_to_afresh(walk: Walk, client_before: str, app: Flask) -> None:
    with app.app_context():
        change_consent_text()
    page = opened(walk, client_before)
    assert "asked once more" in page.text
    consent = pick(walk, go_on(walk, client_before, page, changed="no"))
    assert walk.pages[-1] == "What we agree on"
    check = walk.press(consent, "consent", "check", **AGREED)
    done = walk.press(check, "check", "confirm")
    assert "Your appointment is booked" in done.text


def test_another_name_is_another_client(walk: Walk, client_before: str, app: Flask) -> None:
    check = pick(walk, go_on(walk, client_before, opened(walk, client_before), changed="no"))
    details = walk.press(check, "check", "check", change="details")
    consent = walk.press(details, "details", "check", name="Ann Lee", email="ann@example.com")
    assert walk.pages[-1] == "What we agree on"
    page = walk.press(walk.press(consent, "consent", "check", **AGREED), "check", "confirm")
    assert walk.pages[-1] == "Before we start"  # nobody's answers count for somebody else
    answered = walk.client.post(f"{BOOK}/questions", data=walk.answers(page))
    details = pick(walk, walk.client.get(answered.headers["Location"]))
    assert 'value="Ann Lee"' in details.text
    walk.press(walk.press(details, "details", "check"), "check", "confirm")
    with app.app_context():
        before, after = rows_of(Appointment)
        assert before.client_id != after.client_id
        assert after.client.name == "Ann Lee"


def test_sending_it_twice_books_once(walk: Walk, client_before: str, app: Flask) -> None:
    check = pick(walk, go_on(walk, client_before, opened(walk, client_before), changed="no"))
    for _ in range(2):
        walk.press(check, "check", "confirm")
    with app.app_context():
        assert len(rows_of(Appointment)) == 2


def test_made_up_ended_and_other_links_open_nothing(walk: Walk, client_before: str, app: Flask) -> None:
    with app.app_context(), transaction() as rows:
        made = rows.execute(select(Appointment)).scalar_one()
        manage = manage_token(made.public_id, made.token_version)
        made.token_version += 1
    for token in (client_before, manage, "made-up", client_before[:-1]):
        assert walk.client.get(f"/book/again/{token}").status_code == 404


def test_who_starts_afresh_is_nobody_known(walk: Walk, client_before: str) -> None:
    go_on(walk, client_before, opened(walk, client_before), changed="no")
    walk.choose()
    details = walk.pick("15:00")
    assert "Jo Park" not in details.text


def test_the_manage_page_leads_there_once_the_session_is_over(
    walk: Walk, client_before: str, app: Flask
) -> None:
    with app.app_context():
        made = rows_of(Appointment)[0]
        page = walk.client.get(f"/appointment/{manage_token(made.public_id, made.token_version)}")
    assert f"/book/again/{client_before}" in page.text


def test_what_a_known_client_was_told_stays_with_them_until_they_book(
    walk: Walk, client_before: str, app: Flask, clock: time_machine.Traveller
) -> None:
    page = go_on(walk, client_before, opened(walk, client_before), changed="yes")
    walk.client.post(f"{BOOK}/questions", data=walk.answers(page, pregnant="yes"))
    clock.shift(timedelta(days=5))
    later = Walk(app.test_client())
    asked = go_on(later, client_before, opened(later, client_before), changed="yes")
    later.client.post(f"{BOOK}/questions", data=later.answers(asked))
    times = later.client.get(asked.request.full_path.replace("/questions", "/time"))
    assert "A therapist looks at your answers first" in times.text


def test_saying_that_nothing_changed_makes_no_answer_younger(
    walk: Walk, client_before: str, clock: time_machine.Traveller, app: Flask
) -> None:
    clock.shift(timedelta(days=300))
    check = pick(walk, go_on(walk, client_before, opened(walk, client_before), changed="no"))
    walk.press(check, "check", "confirm")
    with app.app_context():
        first, copy = rows_of(Screening)
        assert (first.since, copy.since) == (None, first.answered_at)
        assert copy.answered_at > first.answered_at
    clock.shift(timedelta(days=40))
    assert "it is time to ask them again" in opened(walk, client_before).text


def test_another_service_asks_its_own_questions_though_they_are_the_same(
    client_before: str, app: Flask
) -> None:
    with app.app_context():
        with transaction() as rows:
            asked = rows.execute(select(ScreeningSet.id)).scalar_one()
            rows.execute(update(Service).where(Service.slug == "back-massage").values(screening_set_id=asked))
            raise_revision()
        who = [rows_of(Appointment)[0].client_id]
        assert still_holds(deep_service(), who, clock_now())
        assert not still_holds(deep_service("back-massage"), who, clock_now())


WISHES = Wishes(Gender.FEMALE, Chaperone.WANTED, "firm", "the scar on the left", False, "Ada Park")


@pytest.fixture
def wished_before(client_before: str, app: Flask) -> str:
    """The same, with all that can be wished for."""
    with app.app_context():
        describe("therapist-1", gender="female")
        describe("therapist-2", may_chaperone=True)
        with transaction() as rows:
            keep_wishes(rows.execute(select(Appointment)).scalar_one(), WISHES)
    return client_before


def test_all_wishes_bind_the_next_session_though_nobody_types_them_again(
    walk: Walk, wished_before: str, app: Flask
) -> None:
    check = pick(walk, go_on(walk, wished_before, opened(walk, wished_before), changed="no"))
    assert walk.pages[-1] == "Check your answers"
    for words in ("Firm pressure", "Hands only", "With you comes Ada Park", "Leave alone: as last time"):
        assert words in check.text
    assert "A second person of our team in the room" in check.text
    assert "Treated by a woman" in check.text
    walk.press(check, "check", "confirm")
    assert "scar" not in "".join(page for page in walk.pages)
    assert "scar" not in check.text
    with app.app_context():
        after = rows_of(Appointment)[-1]
        assert wishes_of(after) == WISHES
        assert after.chaperone is not None
        assert open_wishes(rows_of(Screening)[-1]) == WISHES


def test_wishes_can_be_changed_on_the_way(walk: Walk, wished_before: str, app: Flask) -> None:
    page = opened(walk, wished_before)
    assert "A second person of our team in the room?" in page.text
    check = pick(walk, go_on(walk, wished_before, page, changed="no", second="declined"))
    assert "A second person of our team in the room" not in check.text
    details = walk.press(check, "check", "check", change="details")
    assert WISHES.avoid not in details.text
    sent = fields_of(details, "details").to_dict()
    assert sent.pop("same_areas") == "y"
    said = sent | {"pressure": "light", "avoid": "the belly"}
    path = details.request.path.replace("/details/", "/check/")
    query = details.request.query_string.decode()
    again = walk._seen(walk.client.post(f"{path}?{query}", data=said), follow=True)
    walk.press(again, "check", "confirm")
    with app.app_context():
        after = rows_of(Appointment)[-1]
        assert after.chaperone is None
        wished = wishes_of(after)
        assert (wished.chaperone, wished.pressure, wished.avoid) == (Chaperone.DECLINED, "light", "the belly")
        assert wished.companion == "Ada Park"


def test_areas_of_last_time_are_nobody_elses(walk: Walk, wished_before: str, app: Flask) -> None:
    check = pick(walk, go_on(walk, wished_before, opened(walk, wished_before), changed="no"))
    details = walk.press(check, "check", "check", change="details")
    consent = walk.press(details, "details", "check", name="Ann Lee", email="ann@example.com")
    after = walk.press(consent, "consent", "check", **AGREED)
    assert walk.pages[-1] == "Check your answers"
    assert "as last time" not in after.text


def test_what_is_answered_anew_leaves_the_wishes_as_they_were(
    wished_before: str, app: Flask, clock: time_machine.Traveller
) -> None:
    clock.shift(-LATER)
    with app.app_context():
        with transaction() as rows:
            rows.execute(update(Appointment).values(state="booked"))
        made = rows_of(Appointment)[0]
        report_change(Change(made.id, Actor("client", made.typed_email)), WELL, clock_now())
        assert len(rows_of(Screening)) == 2
        assert open_wishes(rows_of(Screening)[-1]) == WISHES


def test_answers_that_the_desk_reads_out_keep_the_wishes_of_the_session(app: Flask, clock: Any) -> None:
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before(consent=False)
        describe("therapist-2", may_chaperone=True)
        read = answer_questions(deep_service(), WELL, None, clock_now(), asked_by="desk@example.com")
        wanted = wish(at("10:00"), therapist="therapist-1", with_chaperone=True)
        wishes = replace(WISHES, gender=Gender.ANY)
        book(order(wanted, by_staff=True, screening_token=read.token, wishes=wishes), clock_now())
        assert open_wishes(rows_of(Screening)[-1]) == wishes
