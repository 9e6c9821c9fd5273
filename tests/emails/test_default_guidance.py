"""The guidance that a practice begins with."""

import re
import tomllib
from datetime import timedelta
from typing import Any

import pytest

from app.domain.guidance import AFTER, BEFORE, FEELS_WRONG, Condition, GuidancePlan
from app.domain.placeholders import mistakes_in
from app.domain.practice_file_parsing import parse_practice_file
from app.emails.markdown import markdown_text
from app.wording import markdown_html
from tests.support.run import ROOT

#: A diagnosis, a promise, or what nobody ever found in a body.
NEVER = re.compile(
    r"diagnos|toxi|d[ée]tox|gu[ée]ri|\bheal(s|ing)?\b|soign|miracle|garanti|guarantee|\bcure", re.IGNORECASE
)
DOCUMENT: dict[str, Any] = tomllib.loads((ROOT / "clinics" / "library" / "guidance.toml").read_text("utf-8"))
STEPS = [(plan["slug"], step) for plan in DOCUMENT["guidance_plan"] for step in plan["step"]]
EVERY_STEP = pytest.mark.parametrize(
    ("plan", "step"), STEPS, ids=[f"{plan}-{step['key']}" for plan, step in STEPS]
)


def plans() -> dict[str, GuidancePlan]:
    read = parse_practice_file({"practice": {"slug": "a", "name": "A", "currency": "CAD"}, **DOCUMENT})
    return {entry.slug: GuidancePlan(entry.slug, 1, entry.steps) for entry in read.plans}


@EVERY_STEP
def test_each_text_is_there_in_english_and_french(plan: str, step: dict[str, Any]) -> None:
    assert set(step["label"]) == set(step["text"]) == {"en", "fr"}
    assert step["text"]["en"] != step["text"]["fr"]


@EVERY_STEP
def test_no_text_promises_or_has_a_placeholder_that_is_none(plan: str, step: dict[str, Any]) -> None:
    for text in [*step["label"].values(), *step["text"].values()]:
        assert mistakes_in(text) == []
        assert not NEVER.search(text)


@EVERY_STEP
def test_each_text_reads_well_with_and_without_its_marks(plan: str, step: dict[str, Any]) -> None:
    for text in step["text"].values():
        assert "**" not in markdown_text(text)
        assert "*" not in markdown_html(text)


def test_deep_work_has_the_eight_steps_at_their_times() -> None:
    told = {step.key: (step.moment, step.offset) for step in plans()["deep-work"].steps}
    assert told == {
        "week": (BEFORE, timedelta(days=7)),
        "three-days": (BEFORE, timedelta(days=3)),
        "day-before": (BEFORE, timedelta(days=1)),
        "hours-before": (BEFORE, timedelta(hours=3)),
        "arrival-first": (BEFORE, timedelta()),
        "arrival": (BEFORE, timedelta()),
        FEELS_WRONG: (AFTER, timedelta()),
        "evening": (AFTER, timedelta(hours=2)),
        "next-day": (AFTER, timedelta(days=1)),
        "week-after": (AFTER, timedelta(days=7)),
    }


def test_only_the_next_day_asks_how_it_went_and_two_steps_have_a_condition() -> None:
    steps = plans()["deep-work"].steps
    assert [step.key for step in steps if step.check_in] == ["next-day"]
    assert {step.key: step.condition for step in steps if step.condition is not Condition.ALWAYS} == {
        "week": Condition.BOOKED_AHEAD,
        "week-after": Condition.NO_NEXT_SESSION,
    }


def test_lighter_work_says_less() -> None:
    keys = [step.key for step in plans()["light-work"].steps]
    assert keys == ["day-before", "arrival-first", "arrival", FEELS_WRONG, "evening"]


@pytest.mark.parametrize("plan", ["deep-work", "light-work"])
@pytest.mark.parametrize("visit", ["first", "returning"])
def test_everybody_is_told_of_arriving_once(plan: str, visit: str) -> None:
    before = plans()[plan].steps_for(visit, 60, BEFORE)
    assert len([step for step in before if not step.offset]) == 1
