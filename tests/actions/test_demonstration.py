"""The filled week of a demonstration."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions.clinic import load
from app.actions.demonstration import CannotFill, Filled, fill
from app.domain.choices import Choice, choose
from app.domain.wallclock import local_date
from app.extensions import db
from app.models import Appointment, Claim, Client, Contact, Notification
from app.store.openings import list_slots
from app.store.practice import load_practice
from tests.support.rows import make_practice
from tests.support.run import ROOT

#: A Tuesday afternoon in Pittsburgh.
NOW = datetime(2026, 11, 24, 19, 40, tzinfo=UTC)
FOUR = ("a-better-body-massage", "jacqueline-kane", "kneaded-tranquility", "punchiit")


def path_of(clinic: str) -> Path:
    return ROOT / "clinics" / f"{clinic}.toml"


@pytest.fixture
def filled(context: None) -> Filled:
    load(path_of("kneaded-tranquility"), NOW, with_examples=True)
    return fill(NOW)


def test_a_week_is_full_of_people_and_all_states_occur(filled: Filled) -> None:
    states = Counter(db.session.execute(select(Appointment.state)).scalars())
    assert filled.appointments == sum(states.values()) > 50
    assert filled.clients >= 12
    assert set(states) == {"booked", "arrived", "completed", "no_show", "cancelled"}
    assert filled.moved > 1
    assert states["cancelled"] == filled.cancelled > 1


def test_what_is_over_is_marked_but_for_one_that_was_forgotten(filled: Filled) -> None:
    over = db.session.execute(select(Appointment.state).where(Appointment.ends_at <= NOW)).scalars()
    assert Counter(over)["booked"] == 1


def test_messages_have_different_fates_and_the_old_ones_are_not_sent_again(filled: Filled) -> None:
    rows = db.session.execute(select(Notification)).scalars().all()
    assert {row.state for row in rows} == {"planned", "sent", "skipped"}
    assert all(row.sent_at == row.due_at < NOW for row in rows if row.state == "sent")
    due = [row for row in rows if row.state == "planned" and row.due_at <= NOW]
    assert 0 < len(due) < 40
    assert all(row.expires_at > NOW for row in due)


def test_one_has_an_address_that_is_refused_and_one_has_none(filled: Filled) -> None:
    refused = (
        select(Notification.state).join(Appointment).where(Appointment.typed_email == "bounce@example.com")
    )
    client_mail = refused.where(Notification.audience == "client", Notification.due_at <= NOW)
    assert set(db.session.execute(client_mail).scalars()) == {"planned"}
    without = select(Notification.state).join(Appointment).where(Appointment.typed_email.is_(None))
    assert set(db.session.execute(without.where(Notification.audience == "client")).scalars()) == {"skipped"}


def test_everybody_is_plainly_an_example(filled: Filled) -> None:
    contacts = db.session.execute(select(Contact).join(Client)).scalars().all()
    assert all(contact.email is None or contact.email.endswith("@example.com") for contact in contacts)
    assert all("-555-01" in (contact.phone or "") for contact in contacts)


def test_nobody_comes_twice_a_day_and_a_first_visit_is_the_first(filled: Filled) -> None:
    rows = db.session.execute(
        select(Appointment.client_id, Appointment.wall_time, Appointment.visit, Appointment.revision).where(
            Appointment.state != "cancelled"
        )
    ).all()
    unmoved = [(row.client_id, row.wall_time[:10]) for row in rows if not row.revision]
    assert len(set(unmoved)) == len(unmoved)
    firsts = Counter(row.client_id for row in rows if row.visit == "first")
    assert firsts
    assert max(firsts.values()) == 1


def test_no_two_claims_of_a_resource_overlap(filled: Filled) -> None:
    claims = (
        db.session.execute(select(Claim).where(Claim.active).order_by(Claim.resource_id, Claim.from_cell))
        .scalars()
        .all()
    )
    pairs = zip(claims, claims[1:], strict=False)
    assert all(one.to_cell <= other.from_cell for one, other in pairs if one.resource_id == other.resource_id)


def test_it_is_filled_only_once(filled: Filled) -> None:
    with pytest.raises(CannotFill, match="only once"):
        fill(NOW)


@pytest.mark.usefixtures("context")
def test_a_real_practice_is_never_filled() -> None:
    make_practice(demonstration=False)
    with pytest.raises(CannotFill, match="real practice"):
        fill(NOW)
    assert db.session.execute(select(Appointment)).first() is None


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("clinic", FOUR)
def test_every_practice_can_be_filled_and_keeps_space_for_whoever_tries_it(clinic: str) -> None:
    load(path_of(clinic), NOW, with_examples=True)
    assert fill(NOW).appointments > 12
    practice = load_practice()
    location = practice.locations[0]
    assert location.zone is not None
    today = local_date(NOW, location.zone)
    for service in practice.services:
        variant = service.variants_for("first")[0]
        choice = choose(practice, service_slug=service.slug, minutes=variant.minutes, visit="first")
        assert isinstance(choice, Choice)
        assert len(list_slots(choice, today, today + timedelta(days=7), NOW)) > 20


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("hours", range(0, 24 * 7, 17))
def test_it_works_at_any_hour_of_the_week(hours: int) -> None:
    load(path_of("punchiit"), NOW, with_examples=True)
    assert fill(NOW + timedelta(hours=hours)).appointments > 20
