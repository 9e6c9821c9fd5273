"""Services, durations, techniques and guidance: what is booked keeps what it was booked with."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actions.settings import Edit, NotPossible, OutOfDate, Saved, WouldHit
from app.actions.settings_offer import (
    add_guidance,
    add_service,
    save_guidance,
    save_service,
    save_techniques,
    save_variants,
)
from app.actions.settings_people import add_therapist
from app.actions.settings_places import add_location, bring_back, save_practice
from app.domain.impact import Trouble
from app.extensions import db
from app.models import Appointment, GuidancePlan, Notification, Service, table_of
from app.store import settings as store
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.edits import DANA, booked, edit
from tests.support.rows import NOW, make_practice

pytestmark = pytest.mark.usefixtures("context")


def test_other_durations_leave_what_is_booked_alone() -> None:
    make_practice()
    kept = booked("10:00")
    before = {each.minutes: each.id for each in load_practice().service("psoas-release").variants}  # type: ignore[union-attr]
    rows = [
        {
            "id": before[60],
            "minutes": 50,
            "visit": "returning",
            "price_minor": 9900,
            "buffer_before": 0,
            "buffer_after": 15,
        },
        {
            "id": before[75],
            "minutes": 75,
            "visit": "first",
            "price_minor": 12000,
            "buffer_before": 0,
            "buffer_after": 15,
        },
    ]
    assert isinstance(save_variants("psoas-release", rows, edit("service", "psoas-release")), Saved)
    after = {each.minutes: each for each in load_practice().service("psoas-release").variants}  # type: ignore[union-attr]
    assert (
        after[50].id not in before.values()
    )  # holds and appointments point to the old one, which stays as it was
    assert (after[75].id, after[75].price_minor) == (before[75], 12000)
    assert 60 not in after
    appointment = db.session.get(Appointment, kept)
    assert appointment is not None
    assert (appointment.minutes, appointment.price_minor, appointment.variant.minutes) == (60, 9500, 60)


def test_a_service_loses_its_room_and_that_is_told() -> None:
    make_practice()
    booked("10:00")
    values = {"name": "Psoas release", "depth": "deep", "region": "abdomen", "room_features": ["heated"]}
    answer = save_service("psoas-release", values, ["psoas"], edit("service", "psoas-release"))
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.NO_ROOM


def test_deep_work_on_the_belly_is_marked_for_screening_by_itself() -> None:
    make_practice()
    values = {"name": "Back massage", "depth": "deep", "region": "hips-and-belly"}
    assert isinstance(save_service("back-massage", values, [], edit("service", "back-massage")), Saved)
    assert load_practice().service("back-massage").needs_screening  # type: ignore[union-attr]


def test_a_text_in_another_language_survives_an_edit() -> None:
    make_practice()
    with transaction():
        store.find_thing("service", "back-massage").name = {"en": "Back massage", "fr": "Massage du dos"}  # type: ignore[union-attr]
    values = {"name": "Massage of the back", "depth": "light", "region": None}
    assert isinstance(save_service("back-massage", values, [], edit("service", "back-massage")), Saved)
    row = db.session.execute(select(Service).where(Service.slug == "back-massage")).scalar_one()
    assert row.name == {"en": "Massage of the back", "fr": "Massage du dos"}


def test_a_guidance_plan_gets_a_new_version_and_keeps_the_old_one() -> None:
    make_practice()
    plan = db.session.execute(select(GuidancePlan)).scalar_one()
    first, steps = list(plan.versions[0].steps), store.newest_steps(plan)
    db.session.rollback()
    wanted = [
        replace(steps[0], text={"en": "Rest well.", "fr": "Reposez-vous."}, minutes=(60,), visit="first")
    ]
    assert isinstance(save_guidance("deep", "Deep work", wanted, edit("guidance_plan", "deep")), Saved)
    plan = db.session.execute(select(GuidancePlan)).scalar_one()
    assert [each.version for each in plan.versions] == [1, 2]
    assert plan.versions[0].steps == first
    assert store.newest_steps(plan) == tuple(wanted)
    db.session.rollback()
    again = save_guidance("deep", "Deep work", wanted, edit("guidance_plan", "deep"))
    assert again == Saved("guidance_plan", "deep", changed=False)


def test_steps_in_another_order_are_no_new_version() -> None:
    make_practice()
    steps = store.newest_steps(store.find_thing("guidance_plan", "deep"))
    db.session.rollback()
    again = save_guidance("deep", "Deep work", list(reversed(steps)), edit("guidance_plan", "deep"))
    assert again == Saved("guidance_plan", "deep", changed=False)


def test_a_new_plan_and_new_hours_of_the_night_write_to_nobody_who_has_booked() -> None:
    make_practice()
    booked("10:00")
    before = _notifications()
    assert before
    steps = store.newest_steps(store.find_thing("guidance_plan", "deep"))
    db.session.rollback()
    wanted = [*steps, replace(steps[0], key="new", offset=timedelta(days=2), text={"en": "News."})]
    assert isinstance(save_guidance("deep", "Deep work", wanted, edit("guidance_plan", "deep")), Saved)
    numbers = {"reminder_days": [5], "quiet_from": time(20), "undo_minutes": 0, "merge_minutes": 600}
    assert isinstance(save_practice(numbers, edit("practice")), Saved)
    assert _notifications() == before


def _notifications() -> list[Any]:
    """Every row, with all its columns."""
    found = db.session.execute(select(table_of(Notification)).order_by(table_of(Notification).c.id)).all()
    db.session.rollback()
    return list(found)


def test_what_is_added_begins_out_of_use_and_only_once() -> None:
    make_practice()
    new = Edit(DANA, NOW)
    assert add_service({"name": "Foot massage", "needs_screening": False}, new) == Saved(
        "service", "foot-massage"
    )
    assert add_therapist({"name": "Ana Ruiz"}, new) == Saved("therapist", "ana-ruiz")
    assert add_location({"name": "Second Street"}, new) == Saved("location", "second-street")
    practice = load_practice()
    assert practice.service("foot-massage") is None
    assert practice.therapist("ana-ruiz") is None
    assert len(practice.locations) == 1
    assert isinstance(add_therapist({"name": "Ana Ruiz"}, new), NotPossible)
    assert bring_back("therapist", "ana-ruiz", edit("therapist", "ana-ruiz")) == Saved(
        "therapist", "ana-ruiz"
    )
    assert load_practice().therapist("ana-ruiz") is not None


def test_techniques_are_edited_together() -> None:
    make_practice()
    rows = store.list_things("technique")
    seen = Edit(DANA, NOW, store.version_of_all(rows))
    number = rows[0].id
    db.session.rollback()
    wanted = [
        {"id": number, "name": "Psoas work", "retired": False},
        {"id": None, "name": "Cupping", "retired": False},
    ]
    assert isinstance(save_techniques(wanted, seen), Saved)
    assert [each.name["en"] for each in load_practice().techniques] == ["Psoas work", "Cupping"]
    assert isinstance(save_techniques(wanted, seen), OutOfDate)


def test_a_guidance_plan_is_added() -> None:
    make_practice()
    assert add_guidance("Light work", Edit(DANA, NOW)) == Saved("guidance_plan", "light-work")
