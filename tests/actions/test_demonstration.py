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
from app.models import Appointment, Client, Contact, IntakeForm, Notification, Review
from app.store.openings import look
from app.store.practice import load_practice
from tests.support.rows import make_practice, overlapping_claims
from tests.support.run import ROOT

#: A Tuesday afternoon in Pittsburgh.
NOW = datetime(2026, 11, 24, 19, 40, tzinfo=UTC)
FOUR = ("a-better-body-massage", "jacqueline-kane", "kneaded-tranquility", "punchiit")


def path_of(clinic: str) -> Path:
    return ROOT / "clinics" / f"{clinic}.toml"


@pytest.mark.usefixtures("context")
def test_a_week_is_filled_through_the_real_rules() -> None:
    load(path_of("kneaded-tranquility"), NOW, with_examples=True)
    filled = fill(NOW)
    _all_states_occur(filled)
    _messages_have_different_fates()
    _one_address_is_refused_and_one_is_missing()
    _everybody_is_plainly_an_example()
    _nobody_comes_twice_a_day_and_a_first_visit_is_the_first()
    _forms_have_come_differently_far()
    _two_requests_wait_for_a_therapist()
    assert overlapping_claims() == 0
    with pytest.raises(CannotFill, match="only once"):
        fill(NOW)


def _all_states_occur(filled: Filled) -> None:
    states = Counter(db.session.execute(select(Appointment.state)).scalars())
    assert filled.appointments == sum(states.values()) > 50
    assert filled.clients >= 12
    assert set(states) == {"requested", "booked", "arrived", "completed", "no_show", "cancelled"}
    assert filled.moved > 1
    assert states["cancelled"] == filled.cancelled > 1
    over = db.session.execute(select(Appointment.state).where(Appointment.ends_at <= NOW)).scalars()
    assert Counter(over)["booked"] == 1  # the one that was forgotten


def _forms_have_come_differently_far() -> None:
    forms = db.session.execute(select(IntakeForm)).scalars().all()
    assert len({len(form.parts) for form in forms}) > 1
    assert {form.confirmed_at is None for form in forms} == {True, False}


def _two_requests_wait_for_a_therapist() -> None:
    wanted = select(Appointment).join(Review).where(Review.decided_at.is_(None), Review.deadline_at > NOW)
    assert [row.state for row in db.session.execute(wanted).scalars()] == ["requested", "requested"]


def _messages_have_different_fates() -> None:
    rows = db.session.execute(select(Notification)).scalars().all()
    assert {row.state for row in rows} == {"planned", "sent", "skipped"}
    assert all(row.sent_at == row.due_at < NOW for row in rows if row.state == "sent")
    due = [row for row in rows if row.state == "planned" and row.due_at <= NOW]
    assert 0 < len(due) < 40
    assert all(row.expires_at > NOW for row in due)


def _one_address_is_refused_and_one_is_missing() -> None:
    to_clients = select(Notification.state).join(Appointment).where(Notification.audience == "client")
    told = Notification.kind == "appointment_booked"
    refused = to_clients.where(Appointment.typed_email == "bounce@example.com", told)
    assert set(db.session.execute(refused).scalars()) - {"skipped"} == {
        "planned"
    }  # who was moved is told once
    without = to_clients.where(Appointment.typed_email.is_(None))
    assert set(db.session.execute(without).scalars()) == {"skipped"}


def _everybody_is_plainly_an_example() -> None:
    contacts = db.session.execute(select(Contact).join(Client)).scalars().all()
    assert all(contact.email is None or contact.email.endswith("@example.com") for contact in contacts)
    assert all("-555-01" in (contact.phone or "") for contact in contacts)


def _nobody_comes_twice_a_day_and_a_first_visit_is_the_first() -> None:
    wanted = select(Appointment).where(Appointment.state != "cancelled")
    rows = db.session.execute(wanted).scalars().all()
    unmoved = [(row.client_id, row.wall_time[:10]) for row in rows if not row.revision]
    assert len(set(unmoved)) == len(unmoved)
    firsts = Counter(row.client_id for row in rows if row.visit == "first")
    assert firsts
    assert max(firsts.values()) == 1


@pytest.mark.usefixtures("context")
def test_a_real_practice_is_never_filled() -> None:
    make_practice(demonstration=False)
    with pytest.raises(CannotFill, match="real practice"):
        fill(NOW)
    assert db.session.execute(select(Appointment)).first() is None


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("clinic", "hours"), list(zip(FOUR, (9, 62, 111, 134), strict=True)))
def test_every_practice_can_be_filled_at_any_hour_and_keeps_space(clinic: str, hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    load(path_of(clinic), now, with_examples=True)
    assert fill(now).appointments > 12
    practice = load_practice()
    location = practice.locations[0]
    assert location.zone is not None
    today = local_date(now, location.zone)
    for service in practice.services:
        variant = service.variants_for("first")[0]
        choice = choose(practice, service_slug=service.slug, minutes=variant.minutes, visit="first")
        assert isinstance(choice, Choice)
        assert len(look(choice, today, today + timedelta(days=7), now).slots()) > 20
