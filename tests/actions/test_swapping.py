"""Two sessions exchange their therapists; a client's minutes late; telling the client or not."""

from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.actions.day import Click, NotPossible, mark_no_show
from app.actions.lateness import note_lateness
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Moved
from app.actions.previewing import preview_swap
from app.actions.swapping import Half, NotSwapped, swap
from app.domain.appointments import Actor, State
from app.domain.notifications import TOLD_OTHERWISE
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.extensions import db
from app.models import AvailabilityRule, Notification, Therapist
from app.store.appointment_facts import list_history
from app.store.appointments import get_appointment
from app.store.overrides import list_overrides
from app.store.practice import raise_revision
from app.store.transactions import Stale, transaction
from tests.support.desk import Desk, make_desk
from tests.support.rows import NOW, active_claims, at, overlapping_claims

SAM = Actor("staff", "desk@example.com")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A practice of two therapists."""
    return make_desk(app)


def change(desk: Desk, reference: str, **more: object) -> Change:
    facts = desk.facts(reference)
    return Change(facts["id"], SAM, facts["row_version"], by_staff=True, **more)  # type: ignore[arg-type]


def half(desk: Desk, reference: str, override: Override | None = None) -> Half:
    return Half(change(desk, reference), override)


def test_two_sessions_at_one_time_exchange_their_therapists(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("10:30", therapist="therapist-2")
    first, second = desk.facts(one)["therapist_id"], desk.facts(other)["therapist_id"]
    with app.app_context():
        assert isinstance(swap(half(desk, one), half(desk, other), NOW), Moved)
        assert overlapping_claims() == 0
    assert (desk.facts(one)["therapist_id"], desk.facts(other)["therapist_id"]) == (second, first)
    assert (desk.facts(one)["starts_at"], desk.facts(other)["starts_at"]) == (at("10:00"), at("10:30"))


def test_both_or_neither(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("12:00", therapist="therapist-2")
    desk.booked("12:30")  # stands in the way of the second
    before = desk.facts(one), desk.facts(other)
    with app.app_context():
        answer = swap(half(desk, one), half(desk, other), NOW)
        assert answer == NotSwapped(Refusal.TAKEN, desk.facts(other)["id"])
    assert (desk.facts(one), desk.facts(other)) == before


def test_the_second_of_two_people_who_swap_is_told(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("10:00", therapist="therapist-2")
    seen = half(desk, one), half(desk, other)
    with app.app_context():
        swap(*seen, NOW)
        with pytest.raises(Stale):
            swap(*seen, NOW)


def away_in_the_afternoon(number: int) -> None:
    """That therapist works until noon."""
    with transaction() as rows:
        own = select(Therapist.id).where(Therapist.slug == f"therapist-{number}").scalar_subquery()
        theirs = update(AvailabilityRule).where(AvailabilityRule.therapist_id == own)
        rows.execute(theirs.values(ends=time(12)))
        raise_revision()


@pytest.mark.parametrize(
    ("aside", "why", "works"),
    [
        (Refusal.NOT_WORKING, "It suits her", True),
        (Refusal.NOT_WORKING, " ", False),
        (Refusal.CLOSED, "It suits her", False),
    ],
)
def test_a_swap_against_a_rule_needs_that_rule_named_and_a_reason(
    app: Flask, desk: Desk, aside: Refusal, why: str, works: bool
) -> None:
    one, other = desk.booked("10:00"), desk.booked("14:00", therapist="therapist-2")
    override = Override(frozenset({aside}), why, frozenset({StaffRole.DESK}))
    with app.app_context():
        away_in_the_afternoon(1)
        answer = swap(half(desk, one), half(desk, other, override), NOW)
        assert isinstance(answer, Moved) is works
        assert overlapping_claims() == 0
        kept = [line.refusal for line in list_overrides(desk.facts(other)["id"])]
        assert (kept, list_overrides(desk.facts(one)["id"])) == ([aside] if works else [], [])


def test_a_look_at_a_swap_counts_the_place_of_either_as_free(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("10:30", therapist="therapist-2")
    numbers = desk.facts(one)["id"], desk.facts(other)["id"]
    with app.app_context():
        claims = active_claims()
        first, second = preview_swap(*numbers, NOW, {StaffRole.DESK})
        assert active_claims() == claims
    assert (first.is_free, second.is_free) == (True, True)
    assert first.seat is not None
    assert second.seat is not None
    assert (first.seat.therapist.slug, second.seat.therapist.slug) == ("therapist-2", "therapist-1")


def test_a_look_at_a_swap_says_of_which_of_the_two_the_rule_speaks(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("14:00", therapist="therapist-2")
    desk.booked("15:30")
    numbers = desk.facts(one)["id"], desk.facts(other)["id"]
    with app.app_context():
        away_in_the_afternoon(1)
        looks = preview_swap(*numbers, NOW, {StaffRole.DESK})
    assert [look.to_set_aside for look in looks] == [(), (Refusal.NOT_WORKING,)]


def test_minutes_late_are_kept_and_taken_back(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        for minutes in (15, None):
            facts = desk.facts(reference)
            assert note_lateness(Click(facts["id"], facts["row_version"], SAM), minutes, at("10:05")) is None
            assert get_appointment(facts["id"]).minutes_late == minutes
        said = [line.detail for line in list_history(facts["id"]) if line.act == "lateness"]
    assert said == [
        {"minutes late": {"from": None, "to": 15}},
        {"minutes late": {"from": 15, "to": None}},
    ]


@pytest.mark.parametrize("minutes", [-1, 241])
def test_nobody_is_late_by_less_than_nothing_or_half_a_day(app: Flask, desk: Desk, minutes: int) -> None:
    facts = desk.facts(desk.booked("10:00"))
    with app.app_context(), pytest.raises(ValueError, match="range"):
        note_lateness(Click(facts["id"], facts["row_version"], SAM), minutes, at("10:05"))


def test_who_did_not_come_was_not_late(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        facts = desk.facts(reference)
        mark_no_show(Click(facts["id"], facts["row_version"], SAM), at("10:20"))
        facts = desk.facts(reference)
        late = note_lateness(Click(facts["id"], facts["row_version"], SAM), 5, at("10:25"))
    assert late == NotPossible(State.NO_SHOW)


@pytest.mark.parametrize(
    ("clock", "is_asked"), [("03:55", False), ("04:00", True), ("10:59", True), ("11:00", False)]
)
def test_lateness_is_noted_from_hours_before_until_the_end(
    app: Flask, desk: Desk, clock: str, is_asked: bool
) -> None:
    reference = desk.booked("10:00")
    facts = desk.facts(reference)
    with app.app_context():
        answer = note_lateness(Click(facts["id"], facts["row_version"], SAM), 30, at(clock))
        assert answer == (None if is_asked else NotPossible(State.BOOKED))
        assert get_appointment(facts["id"]).minutes_late == (30 if is_asked else None)


def test_the_desk_that_tells_the_client_itself_sends_no_notice_and_keeps_the_reminders(
    app: Flask, desk: Desk
) -> None:
    reference = desk.booked(starts_at=at("10:00").replace(day=at("10:00").day + 7))
    later = at("15:00").replace(day=at("15:00").day + 7)
    with app.app_context():
        assert isinstance(move(change(desk, reference, tells_client=False), later, NOW), Moved)
        number = desk.facts(reference)["id"]
        rows = db.session.query(Notification).filter_by(appointment_id=number, revision=1, audience="client")
        stand = {row.step: (row.state, row.why) for row in rows}
    assert stand["moved"] == ("skipped", TOLD_OTHERWISE)
    assert ("planned", None) in [fate for step, fate in stand.items() if step.startswith("before")]


def test_a_cancellation_that_the_desk_tells_itself_sends_nothing(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        cancel(change(desk, reference, tells_client=False), NOW)
        number = desk.facts(reference)["id"]
        row = db.session.query(Notification).filter_by(appointment_id=number, step="cancelled").one()
        assert (row.state, row.why) == ("skipped", TOLD_OTHERWISE)


def test_two_sessions_of_one_therapist_have_nothing_to_exchange(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("12:00")
    before = desk.facts(one), desk.facts(other)
    with app.app_context():
        assert swap(half(desk, one), half(desk, other), NOW) == NotSwapped(Refusal.NOT_OFFERED)
        assert isinstance(swap(half(desk, one), half(desk, one), NOW), NotSwapped)
    assert (desk.facts(one), desk.facts(other)) == before
