"""What staff may set aside, and what nobody may."""

import pytest

from app.domain.overriding import BEFORE_DEEP_WORK, FREELY, LOAD, Override, may_override, set_aside
from app.domain.slots import Refusal
from app.domain.staff import StaffRole

OWNER, DESK, THERAPIST = (
    frozenset({StaffRole.OWNER}),
    frozenset({StaffRole.DESK}),
    frozenset({StaffRole.THERAPIST}),
)
NEVER = (
    Refusal.TAKEN,
    Refusal.NO_ROOM,
    Refusal.NO_CHAPERONE,
    Refusal.PAST,
    Refusal.NOT_OFFERED,
    Refusal.NEEDS_SCREENING,
)


@pytest.mark.parametrize("refusal", [Refusal.CLOSED, Refusal.NOT_WORKING, Refusal.TIME_OFF])
def test_owner_and_desk_may_book_outside_working_time(refusal: Refusal) -> None:
    assert may_override(refusal, OWNER)
    assert may_override(refusal, DESK)
    assert not may_override(refusal, THERAPIST)


@pytest.mark.parametrize("refusal", sorted(LOAD | BEFORE_DEEP_WORK))
def test_owner_and_desk_may_set_limits_and_unasked_questions_aside_but_no_therapist_alone(
    refusal: Refusal,
) -> None:
    assert may_override(refusal, OWNER)
    assert may_override(refusal, DESK)
    assert not may_override(refusal, THERAPIST)


def test_who_is_qualified_is_the_owners_to_answer_for() -> None:
    assert may_override(Refusal.NOT_QUALIFIED, OWNER)
    assert not may_override(Refusal.NOT_QUALIFIED, DESK)


@pytest.mark.parametrize("refusal", NEVER)
@pytest.mark.parametrize("roles", [OWNER, DESK, OWNER | DESK | THERAPIST])
def test_nobody_makes_two_claims_overlap_or_books_the_past(
    refusal: Refusal, roles: frozenset[StaffRole]
) -> None:
    assert not may_override(refusal, roles)
    assert refusal not in set_aside(Override(frozenset({refusal}), "because", roles), by_staff=True)


def test_without_a_reason_nothing_is_set_aside() -> None:
    assert not Override(frozenset({Refusal.CLOSED}), "  ", OWNER).in_force


def test_of_several_refusals_only_what_the_roles_may_set_aside_is() -> None:
    both = Override(frozenset({Refusal.CLOSED, Refusal.NOT_QUALIFIED}), "she asked for it", DESK)
    assert both.in_force == {Refusal.CLOSED}


def test_staff_begin_on_any_five_minutes_and_the_public_sets_nothing_aside() -> None:
    override = Override(frozenset({Refusal.CLOSED}), "because", OWNER)
    assert set_aside(None, by_staff=True) == FREELY == {Refusal.OFF_STEP}
    assert set_aside(override, by_staff=False) == frozenset()
