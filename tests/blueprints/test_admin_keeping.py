"""How long things are kept: the owner's to say, told by number before anything is let go of, written down, 0 for ever."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select, update

from app.actions.retention import sweep
from app.extensions import db
from app.models import Notification, Screening
from app.store.audit import list_audit_lines
from app.store.outbox import keep_copy
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.answers import link
from tests.support.desk import Desk, text_of
from tests.support.filled_form import fields_of, send
from tests.support.records import Known, abandoned_answers, make_known
from tests.support.rows import at

POLICY = "/staff/settings/policy"
KEPT = ("keep_answers_hours", "keep_health_years", "keep_messages_days", "keep_imports_days")
LATER = at("20:00") + timedelta(days=800)


@pytest.fixture
def known(desk: Desk) -> Known:
    """Somebody who was last here more than two years before."""
    with desk.app.app_context():
        return make_known()


def kept(desk: Desk) -> tuple[int, int, int]:
    """As it is set."""
    with desk.app.app_context():
        policy = load_practice().policy
        return policy.keep_answers_hours, policy.keep_health_years, policy.keep_messages_days


def confirmation(page: str) -> str:
    """What the button of the warning sends."""
    return unescape(page.split('name="forgets" value="')[1].split('"')[0])


def test_the_desk_reads_them_and_changes_the_rest(desk: Desk) -> None:
    page = desk.member("desk").get(POLICY)
    assert set(fields_of(page)).isdisjoint(KEPT)
    assert "Health records: 10 years" in text_of(page)
    assert send(desk.member("desk"), POLICY, {"undo_minutes": "9"}).status_code == 303
    assert kept(desk) == (24, 10, 365)


@pytest.mark.parametrize("name", KEPT)
def test_the_desk_can_not_send_them_all_the_same(desk: Desk, known: Known, name: str) -> None:
    with time_machine.travel(LATER, tick=False):
        form = dict(fields_of(desk.member("desk").get(POLICY))) | {name: "1", "forgets": f"{name}=999"}
        assert desk.post("desk", POLICY, **form).status_code == 403
    assert kept(desk) == (24, 10, 365)


def test_the_owner_is_told_how_many_records_go_before_it_is_saved(desk: Desk, known: Known) -> None:
    with time_machine.travel(LATER, tick=False):
        owner = desk.member("owner")
        page = send(owner, POLICY, {"keep_health_years": "1"})
        assert page.status_code == 409
        assert "1 client, erased with all that is sealed about them" in text_of(page)
        assert "Nothing has been saved yet." in text_of(page)
        assert kept(desk)[1] == 10
        said = confirmation(page.text)
        assert send(owner, POLICY, {"keep_health_years": "1", "forgets": said}).status_code == 303
    assert kept(desk)[1] == 1
    with desk.app.app_context():
        lines = [one for one in list_audit_lines("practice", 1) if one.act == "kept for less long"]
        assert [(one.actor, one.detail) for one in lines] == [
            ("owner@example.com", {"keep_health_years": {"from": 10, "to": 1, "gone": 1}})
        ]
        assert sweep(LATER).old_records == 1


def test_more_than_was_told_is_told_again(desk: Desk, known: Known) -> None:
    with time_machine.travel(LATER, tick=False):
        typed = {"keep_health_years": "1", "forgets": "keep_health_years=0,keep_messages_days=7"}
        assert send(desk.member("owner"), POLICY, typed).status_code == 409
    assert kept(desk)[1] == 10


def test_answers_and_mails_are_counted_as_well(desk: Desk, known: Known) -> None:
    with desk.app.app_context():
        with transaction() as rows:
            number = rows.scalars(select(Notification.id)).all()[0]
            sent = {"state": "sent", "sent_at": LATER - timedelta(days=40)}
            rows.execute(update(Notification).where(Notification.id == number).values(sent))
            keep_copy(number, b"sealed")
        row = db.session.scalars(select(Screening).where(Screening.client_id == known.client_id)).one()
        abandoned_answers(row.service_id, row.version_id, LATER - timedelta(hours=5))
    with time_machine.travel(LATER, tick=False):
        typed = {"keep_answers_hours": "2", "keep_messages_days": "30"}
        page = send(desk.member("owner"), POLICY, typed)
        assert page.status_code == 409
        assert "1 answer of a booking that was given up" in text_of(page)
        assert "1 mail as it was sent" in text_of(page)
        page = send(desk.member("owner"), POLICY, typed | {"forgets": confirmation(page.text)})
        assert page.status_code == 303
    assert kept(desk) == (2, 10, 30)


def test_what_lets_nothing_go_now_is_asked_as_well_and_longer_is_not(desk: Desk) -> None:
    owner = desk.member("owner")
    page = send(owner, POLICY, {"keep_health_years": "9"})
    assert page.status_code == 409
    assert "sooner than before as their time comes" in text_of(page)
    assert send(owner, POLICY, {"keep_health_years": "12", "keep_messages_days": "400"}).status_code == 303
    assert kept(desk) == (24, 12, 400)


def test_nought_is_for_ever_on_every_page(desk: Desk, known: Known) -> None:
    with time_machine.travel(LATER, tick=False):
        assert send(desk.member("owner"), POLICY, {"keep_health_years": "0"}).status_code == 303
        assert kept(desk)[1] == 0
        assert "Health records: for ever" in text_of(desk.member("desk").get(POLICY))
        page = desk.member("owner").get(f"/staff/clients/{known.client_id}/record")
        assert "By the practice's own setting" not in text_of(page)
        own = desk.app.test_client().get(link(desk, known.reference, "/record"))
        assert "for as long as nobody asks us to erase them" in text_of(own)
        assert send(desk.member("owner"), POLICY, {"keep_health_years": "30"}).status_code == 409
    with desk.app.app_context():
        assert sweep(LATER.replace(year=2130)).old_records == 0
