"""The way of a new owner: what is done and what comes next follows from facts alone."""

from dataclasses import replace

import pytest

from app.domain.look import Look
from app.domain.onboarding import (
    SETTLED_BY_WORD,
    Deeds,
    Step,
    Stop,
    Waiting,
    checklist,
    count_done,
    first_open,
)
from app.domain.practice import Practice
from app.domain.practice_file_document import read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_preview import preview
from app.domain.readiness import missing
from tests.domain.test_readiness import READY

ALL = Deeds(mail_sent=True, booked_online=True, came_by_link=True)


@pytest.fixture
def ready() -> Practice:
    """Complete, with a look of its own."""
    return replace(preview(parse_practice_file(read_toml(READY))), look=Look("#7a1f4b"))


def open_steps(stops: tuple[Stop, ...]) -> list[Step]:
    return [stop.step for stop in stops if not stop.is_done]


def test_when_all_is_there_and_tried_nothing_is_left(ready: Practice) -> None:
    stops = checklist(ready, ALL)
    assert (open_steps(stops), count_done(stops), first_open(stops)) == ([], len(Step), None)


def test_an_empty_practice_begins_with_its_name_and_has_everything_before_it() -> None:
    empty = preview(parse_practice_file(read_toml(b'[practice]\nslug = "practice"\nshort_code = "SP"\n')))
    stops = checklist(empty, Deeds())
    assert open_steps(stops) == list(Step)
    going_on = first_open(stops)
    assert going_on is not None
    assert (going_on.step, going_on.leads) == (Step.PRACTICE, "practice.name")


def test_whatever_keeps_the_pages_closed_stands_at_one_stop(ready: Practice) -> None:
    """No fact that is missing gets lost on the way to the list."""
    poor = replace(
        ready,
        name="",
        locations=tuple(
            replace(one, zone=None, phone=None, address_periods=(), opening_hours=(), rooms=())
            for one in ready.locations
        ),
        services=tuple(
            replace(one, variants=(), room_features=frozenset({"warm"})) for one in ready.services
        ),
        therapists=tuple(replace(one, qualifications=(), availability_rules=()) for one in ready.therapists),
    )
    told = [one for stop in checklist(poor, ALL) for one in stop.open]
    assert {one.key for one in missing(poor)} == {
        one.key for one in told if one.key not in (Step.LIVE, Step.ROOMS)
    }


@pytest.mark.parametrize(
    ("deeds", "step"),
    [
        (replace(ALL, mail_sent=False), Step.MAIL),
        (replace(ALL, booked_online=False), Step.BOOKING),
        (replace(ALL, came_by_link=False), Step.SHARE),
    ],
)
def test_what_was_not_done_yet_is_left(ready: Practice, deeds: Deeds, step: Step) -> None:
    assert open_steps(checklist(ready, deeds)) == [step]


def test_a_site_that_may_frame_is_a_way_to_the_pages_too(ready: Practice) -> None:
    shared = replace(ready, embed_origins=("https://www.example.com",))
    assert open_steps(checklist(shared, replace(ALL, came_by_link=False))) == []


def test_it_is_open_when_nobody_tries_it_out_any_more(ready: Practice) -> None:
    for still in (replace(ready, try_out_email="owner@example.com"), replace(ready, demonstration=True)):
        assert open_steps(checklist(still, ALL)) == [Step.LIVE]


def test_a_mail_that_waits_is_not_asked_for_again(ready: Practice) -> None:
    """Else the page would say "it is on its way" and "none has been sent" at once."""
    stops = checklist(ready, replace(ALL, mail_sent=False, mail_waits=True))
    (stop,) = (one for one in stops if not one.is_done)
    assert [str(one.sentence) for one in stop.open] == [
        "A mail is on its way. Look into your mail, then load this page again."
    ]
    assert open_steps(checklist(ready, replace(ALL, mail_waits=True))) == []


def test_the_hours_of_a_place_that_waits_are_its_own_and_not_those_of_a_second_place(ready: Practice) -> None:
    waiting = replace(ALL, out_of_use={"location": Waiting("queen-street", "Queen Street")})
    leads = {stop.step: stop.leads for stop in checklist(replace(ready, locations=()), waiting)}
    assert leads[Step.PLACE] == "location[queen-street]"
    assert leads[Step.HOURS] == "location[queen-street].opening_hours"


@pytest.mark.parametrize("step", sorted(SETTLED_BY_WORD))
def test_where_nothing_is_to_do_the_owners_word_is_enough(ready: Practice, step: Step) -> None:
    bare = replace(ready, look=Look(None), locations=tuple(replace(one, rooms=()) for one in ready.locations))
    deeds = replace(ALL, came_by_link=False, settled=SETTLED_BY_WORD - {step})
    assert open_steps(checklist(bare, deeds)) == [step]
    assert open_steps(checklist(bare, replace(deeds, settled=SETTLED_BY_WORD))) == []


def test_deep_work_that_every_therapist_may_give_is_asked_about(ready: Practice) -> None:
    """Else the first psoas session of a new practice could be booked with whoever works there."""
    (service,) = ready.services
    for_all = replace(service, needs_screening=True, techniques=())
    (stop,) = (
        one for one in checklist(replace(ready, services=(for_all,)), ALL) if one.step is Step.QUALIFIED
    )
    assert stop.leads == f"service[{service.slug}].technique"
    light = replace(for_all, needs_screening=False)
    assert Step.QUALIFIED not in open_steps(checklist(replace(ready, services=(light,)), ALL))


def test_a_thing_that_waits_to_be_used_is_what_to_finish(ready: Practice) -> None:
    waiting = replace(ALL, out_of_use={"therapist": Waiting("ana", "Ana Example")})
    (stop,) = (
        one for one in checklist(replace(ready, therapists=()), waiting) if one.step is Step.THERAPISTS
    )
    assert stop.leads == "therapist[ana]"
    assert [str(one.sentence) for one in stop.open] == [
        "Ana Example is not in use yet. Its page says what is missing, and has the button that brings it into use."
    ]
    assert open_steps(checklist(ready, waiting)) == []
