"""What a day's intake forms lack, read at once, is what each client's own standing says, in both databases."""

from itertools import product

import pytest
from sqlalchemy import select, update

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.domain.intake_questions import PARTS
from app.extensions import db
from app.models import Appointment, IntakeForm, Service
from app.store.intake import lacking, standing_of
from app.store.transactions import transaction
from tests.support.rows import NOW, at, make_practice, order, wish

FORMS = [(), ("you",), ("you", "reason", "health", "touch"), tuple(part.key for part in PARTS)]


@pytest.fixture
def clients(context: None) -> list[int]:
    """Some with deep work and some with light work, with forms from none at all to complete ones."""
    make_practice(therapists=2, rooms=2)
    light = db.session.execute(select(Service.id).where(Service.depth != "deep")).scalars().first()
    found = []
    for number, (is_light, parts, confirmed) in enumerate(product((True, False), FORMS, (True, False))):
        therapist, hour = f"therapist-{number % 2 + 1}", 8 + number // 2
        wanted = wish(at(f"{hour:02}:00"), therapist=therapist, minutes=60)
        done = book(order(wanted, name=f"Client {number}", key=f"key-{number}"), NOW)
        if not isinstance(done, Booked):
            continue
        with transaction() as rows:
            row = rows.get_one(Appointment, done.appointment_id)
            if is_light:
                rows.execute(update(Appointment).where(Appointment.id == row.id).values(service_id=light))
            if parts:
                form = IntakeForm(client_id=row.client_id, sealed_answers=b"sealed", parts=list(parts))
                form.begun_at = form.changed_at = NOW
                form.confirmed_at = NOW if confirmed else None
                rows.add(form)
            found.append(row.client_id)
    return found


def test_what_is_read_at_once_is_what_each_ones_standing_says(clients: list[int]) -> None:
    expected = {one: standing_of([one]).lack for one in clients}
    assert len(set(expected.values())) == 3
    assert lacking(clients) == {one: lack for one, lack in expected.items() if lack}


def test_of_nobody_nothing_is_read(context: None) -> None:
    assert lacking([]) == {}


def test_whose_only_session_was_cancelled_is_asked_nothing(clients: list[int]) -> None:
    with transaction() as rows:
        rows.execute(update(Appointment).values(state="cancelled"))
    assert lacking(clients) == {}
