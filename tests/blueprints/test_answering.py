"""The pages behind the manage link: looking changes nothing, a button acts once, and no address says how anybody feels."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update

from app.actions.managing import Change, cancel
from app.domain.care import CheckInAnswer
from app.models import Location, Practice
from app.store.care import list_open_tasks
from app.store.transactions import transaction
from tests.support.answers import LATE, SAM, checksum, code_of, complete, follow, link, press, stop_link
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import MONDAY, NOW, at

HEALTH = ("ill", "sick", "better", "worse", "same", "need_help", "help", "unwell")
PAGES = ("", "/confirm", "/move", "/cancel", "/cannot-come", "/check-in", "/messages")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The practice has an emergency number."""
    follow(desk, emergency_number="911")
    return desk


def state_of(desk: Desk, reference: str) -> str:
    """How the appointment stands."""
    return str(desk.facts(reference)["state"])


def test_whoever_looks_at_every_page_changes_nothing(desk: Desk, client: FlaskClient, reference: str) -> None:
    done = desk.booked("14:00", name="Ada Moss")
    complete(desk, done)
    codes = [f"/check-in/{code_of(desk, done, answer)}" for answer in CheckInAnswer]
    addresses = [link(desk, one, page) for one in (reference, done) for page in PAGES]
    addresses += [*(link(desk, done, code) for code in codes), stop_link(desk, reference)]
    before = checksum(desk)
    for address in addresses * 2:
        assert client.get(address).status_code in (200, 302), address
        assert client.head(address).status_code in (200, 302), address
    assert checksum(desk) == before


def test_a_link_that_we_did_not_sign_opens_none_of_them(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    forged = link(desk, reference)[:-3] + "AAA"
    desk.app.config["WTF_CSRF_ENABLED"] = False
    for page in (*PAGES[1:], "/check-in/0123456789abcdef"):
        assert client.get(forged + page).status_code == 404, page
        if page != "/check-in":
            assert client.post(forged + page).status_code == 404, page
    for stop in ("/messages/stop/none", stop_link(desk, reference)[:-3] + "AAA"):
        assert client.get(stop).status_code == 404
        assert client.post(stop).status_code == 404


def test_no_button_works_without_the_token_of_its_page(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    before = checksum(desk)
    for page in ("/confirm", "/cannot-come", "/messages"):
        answer = client.post(link(desk, reference, page), data={"wants": "cancel"})
        assert answer.status_code == 400
    assert checksum(desk) == before


def test_one_tap_and_one_button_say_i_will_be_there(desk: Desk, client: FlaskClient, reference: str) -> None:
    path = link(desk, reference, "/confirm")
    answer = press(client, path)
    assert (answer.status_code, answer.headers["Location"]) == (303, link(desk, reference))
    page = client.get(link(desk, reference))
    assert "We expect you" in text_of(page)
    assert "You have told us that you will be there" in text_of(page)
    assert "We expect you" in text_of(client.get(path))
    assert form_of(client.get(link(desk, reference, "/cannot-come")), link(desk, reference, "/cannot-come"))


def test_pressing_twice_is_pressing_once(desk: Desk, client: FlaskClient, reference: str) -> None:
    path = link(desk, reference, "/confirm")
    fields = form_of(client.get(path), path)
    for _ in range(3):
        assert client.post(path, data=fields).status_code == 303
    path = link(desk, reference, "/cannot-come")
    fields = form_of(client.get(path), path)
    for _ in range(3):
        assert client.post(path, data=fields | {"wants": "cancel"}).status_code == 303
    assert state_of(desk, reference) == "cancelled"


def test_an_hour_before_who_is_ill_still_cancels_for_nothing(
    desk: Desk, client: FlaskClient, reference: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATE)
    assert "I am ill" in text_of(client.get(link(desk, reference)))
    path = link(desk, reference, "/cannot-come")
    page = client.get(path)
    assert "Please stay at home and rest" in text_of(page)
    answer = press(client, path, wants="cancel")
    assert answer.headers["Location"] == link(desk, reference)
    assert state_of(desk, reference) == "cancelled"
    assert "It costs you nothing" in text_of(client.get(link(desk, reference)))


def test_an_hour_before_who_is_ill_still_finds_another_time(
    desk: Desk, client: FlaskClient, reference: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATE)
    assert client.get(link(desk, reference, "/move")).status_code == 302  # too late, for anybody else
    answer = press(client, link(desk, reference, "/cannot-come"), wants="move")
    assert answer.headers["Location"] == link(desk, reference, "/move")
    with desk.app.app_context():
        assert len(list_open_tasks(None)) == 1
    page = text_of(client.get(link(desk, reference)))
    assert "You have told us that you can't come" in page
    assert "I can come after all" in page
    start = at("15:00").isoformat()
    path = link(desk, reference, "/move")
    moved = press(client, path, f"{path}?start={start.replace('+', '%2B')}", start=start)
    assert moved.status_code == 303
    assert desk.facts(reference)["starts_at"] == at("15:00")
    with desk.app.app_context():
        assert list_open_tasks(None) == []


def test_where_illness_is_not_free_the_page_gives_the_telephone(
    desk: Desk, client: FlaskClient, reference: str, clock: time_machine.Traveller
) -> None:
    follow(desk, illness_is_free=False)
    path = link(desk, reference, "/cannot-come")
    clock.move_to(at("09:59", MONDAY - timedelta(days=1)))
    fields = form_of(client.get(path), path)  # in time it is free for everybody
    clock.move_to(at("10:00", MONDAY - timedelta(days=1)))
    page = client.get(path)
    assert 'name="wants"' not in page.text
    assert "902-555-0100" in text_of(page)
    answer = client.post(path, data=fields | {"wants": "cancel"})
    assert answer.status_code == 409
    assert state_of(desk, reference) == "booked"


def test_what_is_cancelled_or_over_says_so_kindly(
    desk: Desk, client: FlaskClient, reference: str, clock: time_machine.Traveller
) -> None:
    paths = [link(desk, reference, page) for page in ("/confirm", "/cannot-come")]
    fields = [form_of(client.get(path), path) for path in paths]
    with desk.app.app_context():
        cancel(Change(desk.facts(reference)["id"], SAM, by_staff=True), NOW)
    for path, data in zip(paths, fields, strict=True):
        assert "This appointment is cancelled" in text_of(client.get(path))
        answer = client.post(path, data=data | {"wants": "move"})
        assert answer.status_code == 409
        assert "Nothing was changed" in text_of(answer)
    over = desk.booked("12:00", name="Ada Moss")
    clock.move_to(at("18:00"))
    for page in ("/confirm", "/cannot-come"):
        assert "This appointment is over" in text_of(client.get(link(desk, over, page)))


def test_a_wish_that_no_button_has_is_refused(desk: Desk, client: FlaskClient, reference: str) -> None:
    assert press(client, link(desk, reference, "/cannot-come"), wants="money").status_code == 400


def test_before_the_session_is_done_there_is_nothing_to_ask(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    page = client.get(link(desk, reference, "/check-in"))
    assert "nothing to answer yet" in text_of(page)
    assert "911" in text_of(page)
    assert "<form" not in page.text


@pytest.mark.parametrize("answer", list(CheckInAnswer))
def test_a_tap_in_the_mail_makes_an_answer_ready_and_its_button_gives_it(
    desk: Desk, client: FlaskClient, reference: str, answer: CheckInAnswer
) -> None:
    complete(desk, reference)
    path = link(desk, reference, f"/check-in/{code_of(desk, reference, answer)}")
    page = client.get(path)
    assert page.text.count("<form") == 4
    assert page.text.count("button-primary") == 1
    given = press(client, path)
    assert given.status_code == 200
    assert "911" in text_of(given)
    assert "902-555-0100" in text_of(given)
    assert ("We have asked Therapist 1 to call you" in text_of(given)) == (answer in ("worse", "need_help"))
    assert ("What to do now" in text_of(given)) == (answer in ("worse", "need_help"))


def test_without_a_code_all_answers_are_equal(desk: Desk, client: FlaskClient, reference: str) -> None:
    complete(desk, reference)
    page = client.get(link(desk, reference, "/check-in"))
    assert (page.text.count("<form"), page.text.count("button-primary")) == (4, 0)
    assert "Tell us how you feel" in text_of(client.get(link(desk, reference)))


def test_codes_of_another_appointment_mean_nothing(desk: Desk, client: FlaskClient, reference: str) -> None:
    other = desk.booked("14:00", name="Ada Moss")
    complete(desk, reference)
    strange = code_of(desk, other, CheckInAnswer.BETTER)
    for code in (strange, "better", "é" * 16, "x" * 3000):
        assert client.get(link(desk, reference, f"/check-in/{code}")).status_code == 404


def test_how_somebody_feels_stands_in_no_address_log_redirect_or_cookie(
    desk: Desk,
    client: FlaskClient,
    reference: str,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    other = desk.booked("14:00", name="Ada Moss")
    complete(desk, other)
    clock.move_to(LATE)
    answers = [
        press(client, link(desk, other, f"/check-in/{code_of(desk, other, answer)}"))
        for answer in CheckInAnswer
    ]
    answers.append(press(client, link(desk, reference, "/cannot-come"), wants="move"))
    kept = [_session_of(client)]
    client.get(link(desk, reference, "/move"))
    answers.append(press(client, link(desk, reference, "/cannot-come"), wants="cancel"))
    kept.append(_session_of(client))
    headers = "\n".join(f"{one.request.path}\n{one.headers}" for one in answers)
    for said in (*kept, caplog.text, re.sub(r"no-?sniff|same-origin", "", headers)):
        assert not [word for word in HEALTH if re.search(rf"(?<![a-z]){word}(?![a-z])", said.lower())], said


def test_after_the_session_both_pages_say_what_to_do_when_it_feels_wrong(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Location).values(phone="902-555-0199"))
        rows.execute(update(Practice).values(revision=Practice.revision + 1))
    page = text_of(client.get(link(desk, reference)))
    assert "If something feels wrong afterwards" in page
    assert "911" in page
    assert "902-555-0199" in page


def _session_of(client: FlaskClient) -> str:
    """What the browser's cookie holds, as anybody can read it: signed, not sealed."""
    with client.session_transaction() as kept:
        return str(dict(kept))
