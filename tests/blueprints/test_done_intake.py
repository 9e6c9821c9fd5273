"""The page after a booking leads to the intake form: by the mail's own link for a new client, by the mail alone for anybody else."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.actions.letter_facts import client_links
from app.actions.managing import Change, cancel
from app.actions.outcomes import Cancelled
from app.domain.appointments import Actor
from app.domain.intake_questions import PARTS
from app.extensions import db
from app.links import done_token
from app.models import Appointment, Client, IntakeForm
from app.store.transactions import transaction
from app.vault import seal
from tests.support.desk import text_of
from tests.support.questioned import Walk
from tests.support.rows import NOW, make_practice
from tests.support.safety import ask_before


@pytest.fixture
def walk(app: Flask) -> Iterator[Walk]:
    """A visitor of a practice that asks before deep work."""
    with time_machine.travel(NOW, tick=False):
        with app.app_context():
            make_practice()
            ask_before()
        yield Walk(app.test_client())


def links_in(page: str) -> list[str]:
    return re.findall(r'href="(/appointment/[^"]+)"', page)


def only() -> Appointment:
    return db.session.execute(select(Appointment).order_by(Appointment.id.desc()).limit(1)).scalar_one()


def fill_in() -> None:
    """The only client has filled in all of the form."""
    with transaction() as rows:
        client = rows.execute(select(Client)).scalar_one()
        sealed = seal("{}", client.wrapped_key, f"client|intake|{client.id}")
        parts = [part.key for part in PARTS]
        rows.add(
            IntakeForm(
                client_id=client.id,
                sealed_answers=sealed,
                parts=parts,
                begun_at=NOW,
                changed_at=NOW,
                confirmed_at=NOW,
            )
        )


def mailed(app: Flask) -> str:
    """The address of the form in the mail about the newest appointment."""
    with app.test_request_context():
        row = only()
        return client_links(row.public_id, row.token_version).intake


@pytest.mark.parametrize(
    ("said", "lead"),
    [({}, "Your appointment is booked"), ({"thinners": "aspirin"}, "We have your request")],
)
def test_a_new_client_is_led_to_the_form_by_the_link_of_the_mail(
    walk: Walk, app: Flask, said: dict[str, str], lead: str
) -> None:
    walk.answer(**said)
    done = walk.book("15:00")
    assert lead in done.text
    manage, link = links_in(done.text)
    assert link == f"{manage}/intake"
    assert mailed(app).endswith(link)
    for word in ("aspirin", "thinners", "review"):
        assert word not in link
    assert walk.client.get(link).status_code == 200


def test_the_link_is_gone_once_the_form_is_complete(walk: Walk, app: Flask) -> None:
    walk.answer()
    walk.book()
    with app.app_context():
        fill_in()
        again = f"/book/done/{done_token(only().public_id)}"
    page = walk.client.get(again)
    assert page.status_code == 200
    assert "fill in your form" not in page.text
    assert [one.rpartition("/")[2] == "intake" for one in links_in(page.text)] == [False]


def test_whoever_types_the_name_and_address_of_a_stored_client_gets_no_link_of_theirs(
    walk: Walk, app: Flask
) -> None:
    walk.answer()
    walk.book()
    stranger = Walk(app.test_client())
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        stranger.answer()
        done = stranger.book("13:00")
    assert "Your appointment is booked" in done.text
    assert links_in(done.text) == []
    assert "The e-mail leads to it." in text_of(done)
    with app.app_context():
        assert db.session.query(Client).count() == 1


def test_an_ended_link_is_not_handed_out_again(walk: Walk, app: Flask) -> None:
    walk.answer()
    walk.book()
    with app.app_context():
        with transaction() as rows:
            rows.execute(update(Appointment).values(token_version=2))
        again = f"/book/done/{done_token(only().public_id)}"
    assert links_in(walk.client.get(again).text) == []


def test_a_cancelled_booking_leads_to_no_form(walk: Walk, app: Flask) -> None:
    walk.answer()
    walk.book()
    with app.app_context():
        row = only()
        again = f"/book/done/{done_token(row.public_id)}"
        assert isinstance(cancel(Change(row.id, Actor("client")), NOW), Cancelled)
    assert "intake" not in walk.client.get(again).text
