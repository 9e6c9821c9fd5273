"""The first and last starts of PuncHIIT, whose page gives its hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from app.actions.clinic import read_documents
from app.domain.choices import Choice, choose
from app.domain.openings import Openings
from app.domain.practice import Practice
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_preview import preview
from app.domain.wallclock import day_span, local_time
from tests.support.run import ROOT

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
MONDAY, FRIDAY, SATURDAY = date(2027, 3, 8), date(2027, 3, 12), date(2027, 3, 13)


@pytest.fixture
def punchiit() -> Practice:
    return preview(parse_practice_file(read_documents(ROOT / "clinics" / "punchiit.toml").with_examples))


def starts(practice: Practice, day: date, visit: str = "returning", minutes: int = 60) -> list[time]:
    """The free starts of a psoas release on a day on which nothing is booked, on the wall clock."""
    choice = choose(practice, service_slug="psoas-release", minutes=minutes, visit=visit)
    assert isinstance(choice, Choice)
    assert choice.location.zone is not None
    question = choice.question(day_span(day, choice.location.zone), NOW)
    found = Openings(question, choice.therapists, {}).slots()
    return [local_time(slot.starts_at, choice.location.zone).time() for slot in found]


def test_the_first_start_is_at_six_on_monday(punchiit: Practice) -> None:
    assert starts(punchiit, MONDAY)[0] == time(6)


def test_clearing_up_may_overrun_closing(punchiit: Practice) -> None:
    assert starts(punchiit, FRIDAY)[-1] == time(19)
    assert (starts(punchiit, SATURDAY)[0], starts(punchiit, SATURDAY)[-1]) == (time(9), time(11))
    assert starts(punchiit, SATURDAY, "first", 75)[-1] == time(10, 45)


def test_a_setting_turns_overrun_off(punchiit: Practice) -> None:
    strict = replace(punchiit, policy=replace(punchiit.policy, may_overrun_closing=False))
    assert starts(strict, FRIDAY)[-1] == time(18, 45)
    assert starts(strict, SATURDAY)[-1] == time(10, 45)
    assert starts(strict, SATURDAY, "first", 75)[-1] == time(10, 30)
