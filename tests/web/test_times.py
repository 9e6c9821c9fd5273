"""Free times as buttons: which come first, how they are grouped, and what they say."""

from collections.abc import Sequence
from datetime import date, datetime, time

import pytest

from app.domain.choices import Choice
from app.domain.policy import GapRule, Policy
from app.domain.practice import Therapist
from app.domain.slots import Slot
from app.domain.wallclock import instant_of
from app.web.times import groups_by_day, groups_of_day, worth_recommending
from tests.domain import builders

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
DANA, LEE = builders.therapist(1, name="Dana Reyes"), builders.therapist(2, name="Lee Morgan")
CROWD = (DANA, LEE, builders.therapist(3, name="Ann Moss"), builders.therapist(4, name="Ben Stone"))


def at(clock: str, day: date = MONDAY) -> datetime:
    """An instant on the Halifax wall clock."""
    return instant_of(day, time.fromisoformat(clock), builders.HALIFAX)


def slots(*clocks: str, best: Sequence[str] = (), by: Sequence[Therapist] = (DANA,)) -> list[Slot]:
    """Times of the Monday, some of them recommended."""
    return [Slot(at(clock), tuple(one.id for one in by), clock in best) for clock in clocks]


def choice(*people: Therapist, policy: Policy | None = None) -> Choice:
    """An hour with those people."""
    whole = builders.practice(builders.location(), builders.service(), *(people or (DANA,)), policy=policy)
    treatment = whole.services[0]
    return Choice(whole, whole.locations[0], treatment, treatment.variants[0], whole.therapists, "returning")


def named(groups: list[dict[str, object]]) -> dict[str, list[str]]:
    """What the buttons of each group say."""
    return {str(group["label"]): [one["label"] for one in group["times"]] for group in groups}  # type: ignore[attr-defined]


def test_recommended_times_come_first_and_no_time_comes_twice() -> None:
    free = slots("09:00", "09:15", "13:00", "13:15", "18:00", best=("09:15", "18:00"))
    groups = groups_of_day(free, choice())
    assert named(groups) == {
        "Recommended": ["9:15 am", "6:00 pm"],
        "Morning": ["9:00 am"],
        "Afternoon": ["1:00 pm", "1:15 pm"],
    }
    assert [group["heading"] for group in groups] == [None, "Other times", None]
    assert [bool(group["hint"]) for group in groups] == [True, False, False]


@pytest.mark.parametrize(
    ("best", "shown"),
    [((), 0), (("09:00",), 1), (("09:00", "09:15"), 2), (("09:00", "09:15", "09:30"), 0)],
)
def test_where_more_than_two_thirds_are_recommended_none_is_preferred(
    best: Sequence[str], shown: int
) -> None:
    free = slots("09:00", "09:15", "09:30", best=best)
    assert len(worth_recommending(free, GapRule.PREFER)) == shown


def test_where_nothing_is_recommended_there_are_no_headings() -> None:
    groups = groups_of_day(slots("09:00", "13:00"), choice())
    assert [(group["label"], group["heading"], group["hint"]) for group in groups] == [
        ("Morning", None, None),
        ("Afternoon", None, None),
    ]


def test_where_the_public_is_offered_nothing_else_only_staff_see_marks() -> None:
    strict = choice(policy=builders.open_policy(gap_rule=GapRule.ONLY))
    free = slots("09:00", "09:15", best=("09:00",))
    assert list(named(groups_of_day(free, strict))) == ["Morning"]
    assert list(named(groups_of_day(free, strict, by_staff=True))) == ["Recommended", "Morning"]


def test_no_times_make_no_groups() -> None:
    assert groups_of_day([], choice()) == []
    assert groups_by_day([], choice()) == []


def test_a_button_says_who_is_free_only_where_there_is_a_choice() -> None:
    alone, both = groups_of_day(slots("09:00"), choice()), choice(DANA, LEE)
    assert alone[0]["times"] == [{"value": "2026-11-23T09:00-04:00", "label": "9:00 am", "note": None}]
    assert groups_of_day(slots("09:00", by=(LEE,)), both)[0]["times"][0]["note"] == "Lee"
    assert groups_of_day(slots("09:00", by=(DANA, LEE)), both)[0]["times"][0]["note"] == "Dana, Lee"


def test_of_many_therapists_a_button_names_two() -> None:
    groups = groups_of_day(slots("09:00", by=CROWD), choice(*CROWD))
    assert groups[0]["times"][0]["note"] == "Dana, Lee, 2 more"


def test_times_near_another_stand_under_their_days_in_order() -> None:
    near = [Slot(at("09:00", TUESDAY), (1,)), *slots("17:00", "16:45")]
    groups = groups_by_day(near, choice())
    assert list(named(groups).items()) == [
        ("Monday 23 November", ["4:45 pm", "5:00 pm"]),
        ("Tuesday 24 November", ["9:00 am"]),
    ]
