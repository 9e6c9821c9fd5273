"""Gaps: what is left beside a session, and what the practice makes of it. Open from nine to one, a session of an hour."""

from dataclasses import replace
from datetime import date, time

import pytest

from app.domain.cells import cell_at_or_before
from app.domain.openings import Openings
from app.domain.policy import GapRule
from app.domain.practice import Practice, Variant
from app.domain.questions import Diary
from app.domain.slots import Refusal, refusal
from app.domain.wallclock import instant_of, local_time
from tests.domain.builders import (
    HALIFAX,
    location,
    open_policy,
    practice,
    question,
    service,
    therapist,
    weekly,
)

MONDAY = date(2026, 11, 23)
HOUR = Variant(1, 60, buffer_after=0)
EVERY_START = "09:00 09:15 09:30 09:45 10:00 10:15 10:30 10:45 11:00 11:15 11:30 11:45 12:00".split()
WITHOUT_GAP = ["09:00", "10:00", "10:15", "10:30", "10:45", "11:00", "12:00"]


def clinic(rule: GapRule, *variants: Variant, closes: str = "13:00") -> Practice:
    """One therapist; the first variant is the one that is asked about."""
    place = location(hours=weekly(range(5), "09:00", closes))
    return practice(place, service(*(variants or (HOUR,))), therapist(), policy=open_policy(gap_rule=rule))


def taken(begins: str, ends: str) -> Diary:
    """A claim on that Monday, by the wall clock."""
    first, end = (
        cell_at_or_before(instant_of(MONDAY, time.fromisoformat(at), HALIFAX)) for at in (begins, ends)
    )
    return Diary(((first, end),))


def offered(
    whole: Practice, diary: Diary | None = None, *, recommended: bool = False, by_staff: bool = False
) -> list[str]:
    """The starts that are offered that Monday, or those of them that are recommended."""
    asked = replace(question(whole, MONDAY), by_staff=by_staff)
    slots = Openings(asked, whole.therapists, {1: diary or Diary()}).slots()
    shown = (slot for slot in slots if slot.recommended or not recommended)
    return [f"{local_time(slot.starts_at, HALIFAX):%H:%M}" for slot in shown]


def test_starts_that_leave_no_unsellable_gap_are_recommended() -> None:
    assert offered(clinic(GapRule.PREFER), recommended=True) == WITHOUT_GAP


def test_time_right_beside_another_session_is_recommended() -> None:
    diary = taken("10:30", "11:30")
    assert offered(clinic(GapRule.PREFER), diary) == ["09:00", "09:15", "09:30", "11:30", "11:45", "12:00"]
    assert (
        offered(clinic(GapRule.PREFER), diary, recommended=True) == []
    )  # each leaves a gap of up to half an hour


def test_what_is_too_short_depends_on_the_shortest_session_of_the_therapist() -> None:
    half = Variant(2, 30, buffer_after=0)
    diary = taken("10:30", "11:30")
    found = offered(clinic(GapRule.PREFER, HOUR, half), diary, recommended=True)
    assert found == ["09:00", "09:30", "11:30", "12:00"]


def test_the_buffers_of_the_shortest_session_count() -> None:
    half = Variant(2, 30, buffer_after=15)
    diary = taken("10:45", "13:00")  # of what is left three quarters of an hour can still be sold
    found = offered(clinic(GapRule.PREFER, HOUR, half), diary, recommended=True)
    assert found == ["09:00", "09:45"]


def test_where_gaps_do_not_matter_nothing_is_recommended() -> None:
    assert offered(clinic(GapRule.ALL), recommended=True) == []
    assert offered(clinic(GapRule.ALL)) == EVERY_START


def test_the_strict_setting_offers_the_public_only_starts_without_a_gap() -> None:
    strict = clinic(GapRule.ONLY)
    assert offered(strict) == WITHOUT_GAP
    asked = question(strict, MONDAY)
    start = instant_of(MONDAY, time(9, 15), HALIFAX)
    assert refusal(asked, strict.therapists[0], {}, start) is Refusal.LEAVES_GAP


def test_staff_are_offered_all_starts_under_the_strict_setting_too() -> None:
    assert offered(clinic(GapRule.ONLY), by_staff=True) == EVERY_START


def test_where_every_start_leaves_a_gap_the_strict_setting_offers_them_all() -> None:
    diary = taken("10:30", "13:00")  # an hour and a half: nothing fits without half an hour over
    assert offered(clinic(GapRule.ONLY), diary) == ["09:00", "09:15", "09:30"]


def test_a_gap_at_closing_time_counts_by_what_clearing_up_may_overrun() -> None:
    hour = Variant(1, 60, buffer_after=15)
    assert "11:45" in offered(
        clinic(GapRule.PREFER, hour, closes="14:00"), recommended=True
    )  # then 13:00 still fits
    assert "12:00" not in offered(clinic(GapRule.PREFER, hour, closes="14:00"), recommended=True)


@pytest.mark.parametrize(("asked_at", "first"), [("08:00", "09:00"), ("09:20", "09:30"), ("10:05", "10:15")])
def test_what_nobody_can_book_any_more_is_no_gap(asked_at: str, first: str) -> None:
    whole = clinic(GapRule.PREFER)
    now = instant_of(MONDAY, time.fromisoformat(asked_at), HALIFAX)
    slots = Openings(question(whole, MONDAY, now=now), whole.therapists, {}).slots()
    best = next(slot for slot in slots if slot.recommended)
    assert f"{local_time(best.starts_at, HALIFAX):%H:%M}" == first


def test_without_preference_a_time_is_recommended_when_it_leaves_nobody_a_gap() -> None:
    whole = clinic(GapRule.PREFER)
    both = replace(whole, therapists=(therapist(1, name="Dana"), therapist(2, name="Lee")))
    openings = Openings(question(both, MONDAY), both.therapists, {2: taken("09:00", "09:30")})
    marked = {f"{local_time(slot.starts_at, HALIFAX):%H:%M}": slot.recommended for slot in openings.slots()}
    assert marked["09:00"]  # Lee is not free then
    assert not marked["10:00"]  # Lee would be left with half an hour
    assert marked["10:30"]
