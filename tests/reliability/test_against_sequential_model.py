"""Random operations by many threads end exactly where they would have ended one after the other, and nobody is told anything else."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.cells import cell_at_or_after, cell_at_or_before
from app.extensions import db
from app.models import Appointment, Practice, Room, Therapist, TimeOff
from app.store.audit import first_broken_line
from app.store.transactions import transaction
from tests.reliability.random_operations import Crowd, in_order
from tests.reliability.sequential_model import Model
from tests.support.audit import OVERLAPS
from tests.support.raw import count
from tests.support.rows import MONDAY, active_claims, at, make_practice

THERAPISTS = [f"therapist-{number}" for number in (1, 2, 3)]


def run(app: Flask, threads: int, operations: int, tick: timedelta) -> Crowd:
    """Let the crowd in; whatever a thread did not expect comes out here."""
    with app.app_context():
        make_practice(therapists=3, rooms=3)
        with transaction() as rows:
            rows.execute(update(Practice).values(gap_rule="all"))
        db.session.remove()
    crowd = Crowd(app, at("06:00", MONDAY), tick)
    with in_order(crowd), ThreadPoolExecutor(threads) as pool:
        seeds = [random.Random(number) for number in range(threads)]  # noqa: S311 - the same wishes every time
        for ended in [pool.submit(crowd.act, chance, operations // threads) for chance in seeds]:
            ended.result()
    said = Counter(done.said for done in crowd.history)
    print(f"{len(crowd.history)} operations, {crowd.busy} gave up waiting; {dict(said.most_common())}")
    return crowd


def replay(crowd: Crowd) -> Model:
    """The same operations, one after the other, in the order in which the lock was given."""
    model = Model([*THERAPISTS, "therapist-new"], frozenset(THERAPISTS), ["room-1", "room-2", "room-3"])
    for done in sorted(crowd.history, key=lambda done: done.serial):
        said = getattr(model, done.kind)(done.now, **done.asked)
        assert said == done.said, (done, said)
    return model


def assert_the_same(model: Model) -> None:
    """The tables say what the model says."""
    resource = {one.slug: one.resource_id for one in db.session.execute(select(Therapist)).scalars()}
    resource |= {one.slug: one.resource_id for one in db.session.execute(select(Room)).scalars()}
    expected = sorted(
        (resource[who], cell_at_or_before(begins), cell_at_or_after(ends))
        for who, (begins, ends) in model.kept()
    )
    assert active_claims() == expected
    rows = {
        row.id: (
            row.state,
            row.starts_at,
            row.therapist.slug,
            row.room.slug if row.room else None,
            row.row_version,
        )
        for row in db.session.execute(select(Appointment)).scalars()
    }
    assert rows == {
        number: (one.state, one.want.start, one.therapist, one.room, one.version)
        for number, one in model.appointments.items()
    }
    assert len(db.session.execute(select(TimeOff.id)).all()) == len(model.off)


def prove(app: Flask, database_url: str, threads: int, operations: int, tick: timedelta) -> None:
    """Run, replay, compare."""
    model = replay(run(app, threads, operations, tick))
    assert count(database_url, OVERLAPS) == 0
    with app.app_context():
        assert_the_same(model)
        assert first_broken_line() is None
        db.session.remove()


def test_eight_threads_end_where_one_would(app: Flask, database_url: str) -> None:
    prove(app, database_url, 8, 280, timedelta(minutes=4))


@pytest.mark.soak
def test_sixteen_threads_and_ten_thousand_operations_end_where_one_would(
    app: Flask, database_url: str
) -> None:
    prove(app, database_url, 16, 11_200, timedelta(minutes=1))
