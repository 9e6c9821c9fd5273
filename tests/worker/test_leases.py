"""What is left of a batch stays ours while sending takes long."""

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Notification
from app.store.outbox import claim, give_back
from app.store.transactions import transaction
from app.worker.leases import LeaseKeeper
from tests.reliability.busy_worker import book_many


@pytest.mark.usefixtures("context")
def test_the_leases_of_a_batch_are_kept_while_its_block_lasts_and_not_longer(app: Flask) -> None:
    book_many(1)
    now = clock.now()
    with transaction():
        first, second = claim("token", now, now + timedelta(seconds=1), 25)
    with LeaseKeeper(app, every=0.05)("token"):
        until(first.notification_id, now + timedelta(seconds=60))
        with transaction():
            give_back([second])
    assert ends(second.notification_id) is None
    time.sleep(0.2)
    kept_until = ends(first.notification_id)
    time.sleep(0.2)
    assert ends(first.notification_id) == kept_until


def until(number: int, moment: object) -> None:
    """Returns when that lease lasts longer than that."""
    give_up_at = time.monotonic() + 10
    while not (ends(number) or moment) > moment:  # type: ignore[operator]
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def ends(number: int) -> object:
    """When the lease of a message ends."""
    db.session.rollback()
    found = db.session.execute(select(Notification.leased_until).where(Notification.id == number)).scalar()
    db.session.rollback()
    return found
