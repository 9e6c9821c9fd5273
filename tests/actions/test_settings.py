"""Changing settings: never over somebody else's change, never without telling what it hits."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.actions.settings import Edit, NotPossible, NotThere, OutOfDate, Saved, WouldHit
from app.actions.settings_offer import (
    add_guidance,
    add_service,
    save_guidance,
    save_service,
    save_techniques,
    save_variants,
)
from app.actions.settings_people import (
    add_therapist,
    give_back_time_off,
    save_availability,
    save_therapist,
    take_time_off,
)
from app.actions.settings_places import (
    add_location,
    add_room,
    bring_back,
    retire,
    save_addresses,
    save_closures,
    save_location,
    save_opening_hours,
    save_practice,
    save_room,
)
from app.domain.addresses import address_on
from app.domain.appointments import Actor
from app.domain.impact import Trouble
from app.domain.slots import Refusal
from app.domain.spans import Span
from app.extensions import db
from app.models import Appointment, AuditLine, GuidancePlan, Practice, Service, Technique, Therapist, TimeOff
from app.store import settings as store
from app.store.audit import first_broken_line, list_audit_lines
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.rows import MONDAY, NOW, at, make_practice, order, wish

pytestmark = pytest.mark.usefixtures("context")
DANA, LEE = Actor("staff", "dana@example.com"), Actor("staff", "lee@example.com")


def version(kind: str, slug: str = "") -> int:
    """What a form that is opened now remembers."""
    found = store.version_of(store.find_thing(kind, slug))
    db.session.rollback()
    return found


def edit(kind: str, slug: str = "", actor: Actor = DANA) -> Edit:
    """An edit that begins now."""
    return Edit(actor, NOW, version(kind, slug))


def booked(clock: str = "10:00", **more: Any) -> int:
    """The id of an appointment on Monday."""
    answer = book(order(wish(at(clock), **more), key=f"key-{clock}"), NOW)
    assert isinstance(answer, Booked), answer
    return answer.appointment_id


def profile(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Therapist 1",
        "role_title": None,
        "email": "therapist-1@example.com",
        "about": "",
    } | changes


def psoas() -> dict[int, date | None]:
    found = db.session.execute(select(Technique.id)).scalar_one()
    db.session.rollback()
    return {found: None}


def week(starts: int = 8, ends: int = 20, days: Any = range(7)) -> list[dict[str, Any]]:
    """Working hours at the only location."""
    columns = {
        "starts": time(starts),
        "ends": time(ends),
        "location_id": 1,
        "valid_from": None,
        "valid_until": None,
    }
    return [{"weekday": day, **columns} for day in days]


def hours(opens: int, closes: int, days: Any = range(7)) -> list[dict[str, Any]]:
    columns = {"opens": time(opens), "closes": time(closes), "valid_from": None, "valid_until": None}
    return [{"weekday": day, **columns} for day in days]


def revision() -> tuple[int, str]:
    row = db.session.execute(select(Practice.revision, Practice.settings_source)).one()
    db.session.rollback()
    return row[0], row[1]


def test_a_change_is_kept_raises_the_revision_and_is_written_down() -> None:
    make_practice()
    before, _ = revision()
    answer = save_therapist(
        "therapist-1", profile(name="Dana Reyes"), psoas(), edit("therapist", "therapist-1")
    )
    assert answer == Saved("therapist", "therapist-1")
    assert revision() == (before + 1, "pages")
    assert [each.name for each in load_practice().therapists] == ["Dana Reyes", "Nell New"]
    line = list_audit_lines("therapist", 1)[-1]
    assert (line.actor, line.act) == ("dana@example.com", "settings changed")
    assert line.detail == {"name": {"from": "Therapist 1", "to": "Dana Reyes"}}
    assert first_broken_line() is None


def test_saving_what_is_so_already_changes_nothing() -> None:
    make_practice()
    before = revision()
    answer = save_therapist("therapist-1", profile(), psoas(), edit("therapist", "therapist-1"))
    assert answer == Saved("therapist", "therapist-1", changed=False)
    assert revision() == before
    assert list_audit_lines("therapist", 1) == []


def test_the_second_of_two_people_is_told_by_whom_and_nothing_is_overwritten() -> None:
    make_practice()
    mine, theirs = edit("therapist", "therapist-1", DANA), edit("therapist", "therapist-1", LEE)
    assert isinstance(save_therapist("therapist-1", profile(name="By Lee"), psoas(), theirs), Saved)
    answer = save_therapist("therapist-1", profile(name="By Dana"), psoas(), mine)
    assert isinstance(answer, OutOfDate)
    assert (answer.by, answer.at) == ("lee@example.com", NOW)
    assert load_practice().therapists[0].name == "By Lee"


def test_two_people_at_different_parts_of_one_therapist_are_told_as_well() -> None:
    make_practice()
    mine, theirs = edit("therapist", "therapist-1"), edit("therapist", "therapist-1", LEE)
    assert isinstance(save_availability("therapist-1", week(9, 17), theirs), Saved)
    assert isinstance(save_therapist("therapist-1", profile(name="By Dana"), {}, mine), OutOfDate)


def test_two_people_at_different_therapists_do_not_hinder_each_other() -> None:
    make_practice(therapists=2)
    mine, theirs = edit("therapist", "therapist-1"), edit("therapist", "therapist-2", LEE)
    other = profile(name="By Lee", email="therapist-2@example.com")
    assert isinstance(save_therapist("therapist-2", other, psoas(), theirs), Saved)
    assert isinstance(save_therapist("therapist-1", profile(name="By Dana"), psoas(), mine), Saved)


def test_a_forged_or_missing_version_saves_nothing() -> None:
    make_practice()
    for seen in (None, 0, 999):
        answer = save_practice({"name": "Forged"}, Edit(DANA, NOW, seen))
        assert isinstance(answer, OutOfDate)
    assert load_practice().name == "Example Bodywork"


def test_something_that_is_not_there_is_answered_so() -> None:
    make_practice()
    assert retire("room", "no-such-room", Edit(DANA, NOW, 1)) == NotThere()
    assert take_time_off("nobody", Span(at("09:00"), at("10:00")), None, Edit(DANA, NOW)) == NotThere()


def test_shorter_hours_name_the_appointments_they_hit_and_save_nothing() -> None:
    make_practice()
    struck = booked("18:00")
    booked("09:00")
    before = revision()
    answer = save_opening_hours("main", hours(8, 17), edit("location", "main"))
    assert isinstance(answer, WouldHit)
    assert answer.ids == (struck,)
    assert answer.struck[0].hit.trouble is Trouble.CLOSED
    assert answer.struck[0].planned.client == "Jo Park"
    assert revision() == before
    assert load_practice().locations[0].opening_hours[0].closes == time(20)


def test_a_confirmed_change_is_saved_and_cancels_nothing() -> None:
    make_practice()
    struck = booked("18:00")
    told = replace(edit("location", "main"), confirmed=frozenset({struck}))
    assert isinstance(save_opening_hours("main", hours(8, 17), told), Saved)
    assert load_practice().locations[0].opening_hours[0].closes == time(17)
    assert db.session.get(Appointment, struck).state == "booked"  # type: ignore[union-attr]


def test_a_confirmation_does_not_cover_what_was_booked_since() -> None:
    make_practice()
    told = replace(edit("location", "main"), confirmed=frozenset({booked("18:00")}))
    later = booked("19:30", therapist="therapist-new", service="back-massage", minutes=30)
    answer = save_opening_hours("main", hours(8, 17), told)
    assert isinstance(answer, WouldHit)
    assert later in answer.ids


def test_a_room_in_use_is_retired_only_after_it_was_told() -> None:
    make_practice(rooms=2)
    struck = booked("10:00")
    asked = edit("room", "room-1")
    answer = retire("room", "room-1", asked)
    assert isinstance(answer, WouldHit)
    assert [each.hit.trouble for each in answer.struck] == [Trouble.ROOM_RETIRED]
    assert retire("room", "room-1", replace(asked, confirmed=frozenset({struck}))) == Saved("room", "room-1")
    assert [room.slug for room in load_practice().locations[0].rooms] == ["room-2"]
    assert bring_back("room", "room-1", edit("room", "room-1")) == Saved("room", "room-1")
    assert [room.slug for room in load_practice().locations[0].rooms] == ["room-1", "room-2"]


def test_a_room_that_nobody_uses_is_retired_at_once() -> None:
    make_practice(rooms=2)
    booked("10:00")
    assert isinstance(retire("room", "room-2", edit("room", "room-2")), Saved)


@pytest.mark.parametrize(
    ("kind", "slug", "trouble"),
    [
        ("therapist", "therapist-1", Trouble.THERAPIST_RETIRED),
        ("service", "psoas-release", Trouble.SERVICE_RETIRED),
        ("location", "main", Trouble.LOCATION_RETIRED),
    ],
)
def test_whatever_is_retired_names_its_appointments(kind: str, slug: str, trouble: Trouble) -> None:
    make_practice()
    booked("10:00")
    answer = retire(kind, slug, edit(kind, slug))
    assert isinstance(answer, WouldHit)
    assert [each.hit.trouble for each in answer.struck] == [trouble]


def test_a_qualification_that_ends_hits_what_comes_after_its_last_day() -> None:
    make_practice()
    booked("10:00")
    technique = next(iter(psoas()))
    last_day = {technique: MONDAY}
    assert isinstance(
        save_therapist("therapist-1", profile(), last_day, edit("therapist", "therapist-1")), Saved
    )
    day_before = {technique: MONDAY - timedelta(days=1)}
    answer = save_therapist("therapist-1", profile(), day_before, edit("therapist", "therapist-1"))
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.NOT_QUALIFIED


def test_working_hours_hit_what_lies_outside_of_them() -> None:
    make_practice()
    booked("10:00")
    answer = save_availability("therapist-1", week(12, 20), edit("therapist", "therapist-1"))
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.NOT_WORKING
    assert isinstance(save_availability("therapist-1", week(9, 12), edit("therapist", "therapist-1")), Saved)


def test_a_closure_hits_its_days_only() -> None:
    make_practice()
    booked("10:00")
    shut = {"starts_on": MONDAY, "ends_on": MONDAY, "label": "Holiday"}
    answer = save_closures("main", [shut], edit("location", "main"))
    assert isinstance(answer, WouldHit)
    day_after = MONDAY + timedelta(days=1)
    after = {"starts_on": day_after, "ends_on": day_after, "label": None}
    assert isinstance(save_closures("main", [after], edit("location", "main")), Saved)


def test_time_off_over_an_appointment_is_told_first_and_then_stands() -> None:
    make_practice()
    struck = booked("10:00")
    span, asked = Span(at("09:00"), at("12:00")), Edit(DANA, NOW)
    answer = take_time_off("therapist-1", span, "Training", asked)
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.TIME_OFF
    assert db.session.execute(select(TimeOff)).first() is None
    assert isinstance(
        take_time_off("therapist-1", span, "Training", replace(asked, confirmed=frozenset({struck}))), Saved
    )
    assert take_time_off("therapist-1", span, "Training", asked) == Saved(
        "time_off", "therapist-1", changed=False
    )
    refused = book(order(wish(at("11:00")), key="later", name="Ada Moss"), NOW)
    assert getattr(refused, "refusal", None) in (Refusal.TIME_OFF, Refusal.TAKEN)


def test_time_off_is_given_back_by_whose_it_is_only() -> None:
    make_practice(therapists=2)
    take_time_off("therapist-1", Span(at("09:00"), at("12:00")), None, Edit(DANA, NOW))
    number = db.session.execute(select(TimeOff.id)).scalar_one()
    assert give_back_time_off("therapist-2", number, Edit(DANA, NOW)) == NotThere()
    assert isinstance(give_back_time_off("therapist-1", number, Edit(DANA, NOW)), Saved)
    assert give_back_time_off("therapist-1", number, Edit(DANA, NOW)) == NotThere()


def test_an_announced_move_gets_its_date_and_the_address_follows() -> None:
    make_practice()
    old = {"lines": "1 Example Street\nHalifax, NS", "valid_from": None, "announced": False, "note": None}
    move: dict[str, Any] = {"lines": None, "valid_from": None, "announced": True, "note": "early in the year"}
    assert isinstance(save_addresses("main", [old, move], edit("location", "main")), Saved)
    location = load_practice().locations[0]
    assert address_on(location, MONDAY).note == "early in the year"
    struck = booked("10:00")
    dated = move | {"lines": "9 New Street\nHalifax, NS", "valid_from": MONDAY}
    answer = save_addresses("main", [old, dated], edit("location", "main"))
    assert isinstance(answer, WouldHit)
    assert [each.hit.trouble for each in answer.struck] == [Trouble.ADDRESS_CHANGED]
    told = replace(edit("location", "main"), confirmed=frozenset({struck}))
    assert isinstance(save_addresses("main", [old, dated], told), Saved)
    location = load_practice().locations[0]
    assert address_on(location, MONDAY).lines == "9 New Street\nHalifax, NS"
    assert address_on(location, MONDAY - timedelta(days=1)).lines == "1 Example Street\nHalifax, NS"


def test_another_zone_hits_every_appointment_whose_clock_would_change() -> None:
    make_practice()
    booked("10:00")
    values = {
        "name": "Main Street",
        "zone": "America/Vancouver",
        "country": "CA",
        "phone": "902-555-0100",
        "arrival": "",
    }
    answer = save_location("main", values, edit("location", "main"))
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.CLOCK_CHANGED


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
    first = list(plan.versions[0].steps)
    db.session.rollback()
    steps = [{**first[0], "text": {"en": "Rest well."}}]
    assert isinstance(save_guidance("deep", "Deep work", steps, edit("guidance_plan", "deep")), Saved)
    plan = db.session.execute(select(GuidancePlan)).scalar_one()
    assert [(each.version, each.steps) for each in plan.versions] == [(1, first), (2, steps)]
    db.session.rollback()
    again = save_guidance("deep", "Deep work", steps, edit("guidance_plan", "deep"))
    assert again == Saved("guidance_plan", "deep", changed=False)


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


def test_a_new_room_can_be_booked_and_changed() -> None:
    make_practice()
    assert add_room("main", {"name": "Garden", "features": []}, Edit(DANA, NOW)) == Saved("room", "garden")
    saved = save_room("garden", {"name": "Garden room", "features": ["heated"]}, edit("room", "garden"))
    assert saved == Saved("room", "garden")
    assert [(room.name, room.features) for room in load_practice().locations[0].rooms][-1] == (
        "Garden room",
        frozenset({"heated"}),
    )
    assert isinstance(
        add_room("no-such-place", {"name": "Attic", "features": []}, Edit(DANA, NOW)), NotPossible
    )


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


def test_a_published_practice_is_told_before_its_pages_close() -> None:
    make_practice(demonstration=False)
    asked = edit("location", "main")
    values = {"name": "Main Street", "zone": "America/Halifax", "country": "CA", "phone": None, "arrival": ""}
    answer = save_location("main", values, asked)
    assert isinstance(answer, WouldHit)
    assert answer.missing == ("The telephone number of Main Street is not known yet.",)
    assert answer.ids == (0,)
    assert isinstance(save_location("main", values, replace(asked, confirmed=frozenset({0}))), Saved)


def test_long_texts_are_cut_in_the_log() -> None:
    make_practice()
    save_practice({"about": "Calm. " * 200}, edit("practice"))
    line = db.session.execute(select(AuditLine).where(AuditLine.subject == "practice")).scalar_one()
    assert len(line.detail["about"]["to"]["en"]) == 300


def test_time_off_and_retiring_are_in_the_log() -> None:
    make_practice()
    take_time_off("therapist-1", Span(at("09:00"), at("12:00")), "A private reason", Edit(LEE, NOW))
    retire("therapist", "therapist-new", edit("therapist", "therapist-new"))
    lines = db.session.execute(select(AuditLine).order_by(AuditLine.id)).scalars().all()
    assert [(line.actor, line.act) for line in lines] == [
        ("lee@example.com", "time off taken"),
        ("dana@example.com", "settings retired"),
    ]
    assert "private" not in str(lines[0].detail)
    assert (
        db.session.execute(select(Therapist).where(Therapist.retired_at.is_not(None))).scalar_one().slug
        == "therapist-new"
    )
