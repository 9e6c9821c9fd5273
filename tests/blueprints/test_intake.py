"""The intake form behind the manage link: filled in once, part by part, confirmed later; it never shows what was answered."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.actions.intake import open_intake
from app.domain.appointments import Actor
from app.domain.intake_questions import PARTS, Kind
from app.extensions import db
from app.models import Client, IntakeForm
from app.store.audit import list_audit_lines
from app.store.intake import born_on, is_younger_than, standing_of
from app.store.transactions import transaction
from tests.support.answers import link, press
from tests.support.desk import Desk, text_of
from tests.support.rows import MONDAY, NOW

CANARY = "zq-canary-gallbladder"
OWNER = Actor("staff", "owner@example.com")


@pytest.fixture
def light(desk: Desk) -> str:
    """A half hour for the back, of somebody else's."""
    return desk.booked("13:00", name="Ada Moss", email="ada@example.com", therapist="therapist-1")


def client_id(desk: Desk, reference: str) -> int:
    """Whose appointment it is."""
    with desk.app.app_context():
        return int(
            db.session.scalars(select(Client.id).where(Client.name == desk.facts(reference)["client"])).one()
        )


def answers(key: str, **chosen: str) -> dict[str, str]:
    """A part, answered: no to everything, and a word wherever words can be written."""
    part = next(one for one in PARTS if one.key == key)
    usual = {Kind.DATE: "1987-03-14", Kind.YES_NO: "no"}
    said = {question.key: usual.get(question.kind, "") for question in part.questions}
    return said | {name.replace("__", "."): value for name, value in chosen.items()}


def fill_in(client: FlaskClient, path: str, key: str, **chosen: str) -> TestResponse:
    """Answer a part on its page."""
    return press(client, f"{path}/{key}", **answers(key, **chosen))


def fill_in_all(client: FlaskClient, path: str) -> TestResponse:
    """Answer every part that deep work asks."""
    fill_in(client, path, "you", occupation="Gardener")
    fill_in(client, path, "reason", goal=CANARY)
    fill_in(client, path, "health", heart="yes", heart__more="High, treated")
    return fill_in(client, path, "history")


def test_a_new_client_fills_it_in_part_by_part_and_each_is_kept_by_itself(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    path = link(desk, reference, "/intake")
    assert "4 parts are still to fill in" in text_of(client.get(link(desk, reference)))
    kept = fill_in(client, path, "you", occupation="Gardener")
    assert (kept.status_code, kept.location) == (303, f"{path}/reason")
    page = text_of(client.get(path))
    assert page.count("Not filled in yet") == 3
    assert "3 parts are still to fill in" in text_of(client.get(link(desk, reference)))
    fill_in(client, path, "reason")
    fill_in(client, path, "health")
    assert fill_in(client, path, "history").location == path
    assert "It is complete." in text_of(client.get(path))
    assert "is complete. Thank you." in text_of(client.get(link(desk, reference)))


def test_the_link_never_shows_an_answer_again(desk: Desk, client: FlaskClient, reference: str) -> None:
    path = link(desk, reference, "/intake")
    fill_in_all(client, path)
    pages = [client.get(link(desk, reference)), client.get(path)]
    pages += [client.get(f"{path}/{part}") for part in ("you", "reason", "health", "history")]
    assert {page.status_code for page in pages} == {200}
    shown = " ".join(page.text for page in pages)
    for answer in (CANARY, "Gardener", "1987-03-14", "High, treated"):
        assert answer not in shown, answer
    assert not re.search(r"<input[^>]*type=\"radio\"[^>]*checked", shown)


def test_answers_stand_nowhere_in_plain_and_open_with_the_clients_key_only(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    fill_in_all(client, link(desk, reference, "/intake"))
    with desk.app.app_context():
        form = db.session.scalars(select(IntakeForm)).one()
        assert CANARY.encode() not in form.sealed_answers
        lines = list_audit_lines("client", form.client_id)
        assert [line.act for line in lines] == ["intake answered"] * 4
        assert CANARY not in str([line.detail for line in lines])
        opened = open_intake(form.client_id, OWNER, NOW, "en")
        assert ("What brings you, and what would you like?", CANARY) in dict(opened[0].parts)["Why you come"]
        assert ("Anything with your heart or blood pressure?", "Yes: High, treated") in dict(opened[0].parts)[
            "Your health"
        ]
        assert list_audit_lines("client", form.client_id)[-1].act == "intake opened"


def test_answering_a_part_again_replaces_it_whole_and_leaves_the_others(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    path = link(desk, reference, "/intake")
    fill_in_all(client, path)
    assert "We don't show what you wrote" in text_of(client.get(f"{path}/health"))
    fill_in(client, path, "health", veins="yes")
    with desk.app.app_context():
        told = dict(open_intake(client_id(desk, reference), OWNER, NOW, "en")[0].parts)
        assert ("Do you have varicose veins?", "Yes") in told["Your health"]
        assert ("Anything with your heart or blood pressure?", "No") in told["Your health"]
        assert ("What do you do most days?", "Gardener") in told["About you"]


def test_what_is_wrong_stands_at_its_question_and_what_was_typed_is_still_there(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    path = link(desk, reference, "/intake/you")
    tomorrow = (MONDAY + timedelta(days=1)).isoformat()
    for born, sentence in (
        ("", "Type the whole date"),
        (tomorrow, "still to come"),
        ("1887-01-01", "120 years"),
    ):
        page = press(client, path, **answers("you", born=born, occupation="Gardener"))
        assert page.status_code == 422
        assert sentence in text_of(page)
        assert 'value="Gardener"' in page.text
        assert 'href="#born"' in page.text
    page = press(client, link(desk, reference, "/intake/health"), **answers("health", numb=""))
    assert page.status_code == 422
    assert 'href="#numb-0"' in page.text
    with desk.app.app_context():
        assert db.session.scalars(select(IntakeForm)).all() == []


def test_light_work_asks_less_than_deep_work(
    desk: Desk, client: FlaskClient, light: str, reference: str
) -> None:
    with desk.app.app_context():
        row = desk.facts(light)
        services = db.metadata.tables["service"]
        number = db.session.scalar(select(services.c.id).where(services.c.slug == "back-massage"))
        with transaction() as rows:
            appointments = db.metadata.tables["appointment"]
            rows.execute(update(appointments).where(appointments.c.id == row["id"]).values(service_id=number))
        deep, simple = (standing_of([client_id(desk, one)]) for one in (reference, light))
    assert [part.key for part in deep.parts] == ["you", "reason", "health", "history"]
    assert [part.key for part in simple.parts] == ["you", "reason", "health", "touch"]
    assert client.get(link(desk, light, "/intake/history")).status_code == 404
    assert client.get(link(desk, reference, "/intake/history")).status_code == 200
    assert client.get(link(desk, reference, "/intake/nothing")).status_code == 404


def test_after_a_year_it_asks_whether_it_still_holds_and_one_click_says_so(
    desk: Desk, client: FlaskClient, clock: time_machine.Traveller, reference: str
) -> None:
    path = link(desk, reference, "/intake")
    fill_in_all(client, path)
    assert "Does it still hold?" not in text_of(client.get(path))
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(IntakeForm).values(confirmed_at=NOW - timedelta(days=366)))
    assert "Does it still hold?" in text_of(client.get(path))
    assert "Does it still hold?" in text_of(client.get(link(desk, reference)))
    assert press(client, path).status_code == 303
    assert "Does it still hold?" not in text_of(client.get(path))


def test_what_is_not_complete_cannot_be_confirmed(desk: Desk, client: FlaskClient, reference: str) -> None:
    path = link(desk, reference, "/intake")
    fill_in(client, path, "you")
    desk.app.config["WTF_CSRF_ENABLED"] = False
    client.post(path)
    with desk.app.app_context():
        assert db.session.scalars(select(IntakeForm.confirmed_at)).one() is None


def test_looking_at_the_form_writes_nothing(desk: Desk, client: FlaskClient, reference: str) -> None:
    client.get(link(desk, reference, "/intake"))
    client.get(link(desk, reference, "/intake/you"))
    with desk.app.app_context():
        assert db.session.scalars(select(IntakeForm)).all() == []


def test_who_was_erased_or_is_kept_for_the_law_only_takes_no_answers(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    path = link(desk, reference, "/intake")
    for name in ("erased_at", "restricted_at"):
        with desk.app.app_context(), transaction() as rows:
            rows.execute(update(Client).values(erased_at=None, restricted_at=None))
            rows.execute(update(Client).values(**{name: NOW}))
        desk.app.config["WTF_CSRF_ENABLED"] = False
        client.post(f"{path}/you", data=answers("you"))
        with desk.app.app_context():
            assert db.session.scalars(select(IntakeForm)).all() == []


def test_the_date_of_birth_says_who_is_a_minor(desk: Desk, client: FlaskClient, reference: str) -> None:
    number = client_id(desk, reference)
    with desk.app.app_context():
        assert is_younger_than([number], 18, MONDAY) is None
    fill_in(client, link(desk, reference, "/intake"), "you", born="2008-11-24")
    with desk.app.app_context():
        assert str(born_on([number])) == "2008-11-24"
        assert is_younger_than([number], 18, MONDAY) is True
        assert is_younger_than([number], 18, MONDAY + timedelta(days=1)) is False


def test_staff_see_what_is_missing_and_only_who_treats_opens_the_answers(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    number, path = client_id(desk, reference), link(desk, reference, "/intake")
    fill_in(client, path, "you")
    fill_in(client, path, "reason", goal=CANARY)
    page = f"/staff/clients/{number}"
    for role in ("desk", "therapist", "owner"):
        for shown in (desk.member(role).get(page), desk.member(role).get(f"/staff/appointments/{reference}")):
            assert "Your health" in text_of(shown)
            assert CANARY not in shown.text
    assert desk.post("desk", f"{page}/intake").status_code == 403
    for role in ("therapist", "owner"):
        opened = desk.post(role, f"{page}/intake")
        assert opened.status_code == 200
        assert CANARY in opened.text
    with desk.app.app_context():
        opened_by = [line.actor for line in list_audit_lines("client", number) if line.act == "intake opened"]
    assert opened_by == ["therapist@example.com", "owner@example.com"]


def test_another_therapist_finds_no_such_client(desk: Desk, client: FlaskClient, reference: str) -> None:
    desk.add("other", "therapist", "therapist-2")
    assert desk.post("other", f"/staff/clients/{client_id(desk, reference)}/intake").status_code == 404


def test_a_form_of_a_cancelled_appointment_takes_nothing(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    path = link(desk, reference, "/intake")
    assert press(client, link(desk, reference, "/cancel")).status_code == 303
    assert client.get(path).location == link(desk, reference)
