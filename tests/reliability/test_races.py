"""Many programs want the same time at once, over real HTTP: as many get it as there is room for, the rest are told so plainly."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from app import clock
from app.actions.booking import book
from app.actions.holding import hold_slot
from app.actions.outcomes import Booked, Held
from app.actions.settings import Edit, Saved
from app.actions.settings_people import take_time_off
from app.domain.appointments import Actor
from app.domain.spans import Span
from tests.support.arena import THERAPISTS, Arena
from tests.support.audit import halves, overlaps
from tests.support.programs import Reply, figures, instant, statuses, together, wanted
from tests.support.raw import count
from tests.support.rows import at, order, wish
from tests.support.visitors import all_at_once


def whole(place: Arena) -> bool:
    """Nothing overlaps and nothing is half written."""
    assert overlaps(place.database_url) == 0
    assert halves(place.database_url) == {}
    return True


def one_slot(place: Arena, clients: int, rounds: int) -> None:
    """Everybody wants ten o'clock with the same therapist."""
    lost: list[Reply] = []
    for number in range(rounds):
        day = place.new_day()
        replies = together(
            [
                partial(place.program.book, wanted("10:00", day, client), f"slot-{day}-{client}")
                for client in range(clients)
            ]
        )
        assert statuses(replies) == {201: 1, 409: clients - 1}
        lost += [reply for reply in replies if reply.status == 409]
        print(f"round {number + 1}: {statuses(replies)}")
    assert all(reply.headers["content-type"] == "application/problem+json" for reply in lost)
    assert all(reply.json["alternatives"] for reply in lost)
    assert whole(place)
    print(figures("one slot", lost))


def no_preference(place: Arena, clients: int, rounds: int) -> None:
    """Everybody wants ten o'clock, with anyone."""
    for _ in range(rounds):
        day = place.new_day()
        replies = together(
            [
                partial(
                    place.program.book, wanted("10:00", day, client, therapist=None), f"any-{day}-{client}"
                )
                for client in range(clients)
            ]
        )
        assert statuses(replies) == {201: THERAPISTS, 409: clients - THERAPISTS}
        given_to = Counter(reply.json["therapist"] for reply in replies if reply.status == 201)
        assert sorted(given_to.values()) == [1] * THERAPISTS
        print(figures("no preference", replies))
    assert whole(place)


def unequal_starts(place: Arena, clients: int, rounds: int) -> None:
    """Starts five to fifty-five minutes apart, of an hour and of half an hour, with one therapist."""
    for _ in range(rounds):
        day = place.new_day()
        asks = []
        for client in range(clients):
            service = "psoas-release" if client % 2 else "back-massage"
            said = wanted(f"10:{5 * (client % 12):02}", day, client, service=service)
            asks.append(partial(place.program.book, said, f"unequal-{day}-{client}"))
        replies = together(asks)
        assert set(statuses(replies)) == {201, 409}
        assert 1 <= statuses(replies)[201] <= 3
        print(figures(f"unequal starts, {statuses(replies)[201]} won", replies))
    assert whole(place)


def one_key(place: Arena, posts: int, rounds: int) -> None:
    """The same form is sent again and again."""
    for _ in range(rounds):
        day = place.new_day()
        said = wanted("10:00", day)
        replies = together([partial(place.program.book, said, f"the-same-{day}")] * posts)
        assert statuses(replies) == {201: 1, 200: posts - 1}
        assert len({json.dumps(reply.json, sort_keys=True) for reply in replies}) == 1
        other = place.program.book(wanted("12:00", day), f"the-same-{day}")
        assert other.status == 422
        assert count(place.database_url, booked_on(day.isoformat())) == 1
    assert whole(place)


def booked_on(day: str) -> str:
    """Counts a day's appointments."""
    return f"select count(*) from appointment where wall_time like '{day}%'"  # noqa: S608 - a date of ours


def everything_at_once(place: Arena, each: int, rounds: int) -> None:
    """Bookings, moves, holds that are confirmed, and the desk's time off: all want the same half hour; one gets it."""
    for _ in range(rounds):
        day = place.new_day()
        before = [
            place.program.book(
                wanted("10:00", day, 100 + number, therapist=f"therapist-{number}"), f"before-{day}-{number}"
            )
            for number in range(2, 2 + min(each, THERAPISTS - 2))
        ]
        assert statuses(before) == {201: len(before)}
        acts: list[Callable[[], bool]] = [partial(moves, place, reply.json["id"], day) for reply in before]
        for number in range(each):
            acts += [partial(books, place, number, day), partial(holds_and_confirms, place, number, day)]
        blocks: list[Callable[[], bool]] = [
            partial(takes_time_off, place, day)
        ] * 2  # a double click: both are told that it is so
        won: list[bool] = all_at_once(acts + blocks)
        print(f"{sum(won)} of {len(won)} won")
        assert sum(won[: len(acts)]) + any(won[len(acts) :]) == 1
        assert whole(place)


def books(place: Arena, number: int, day: date) -> bool:
    """A program; false where somebody else had it first."""
    return place.program.book(wanted("14:00", day, number), f"at-once-{day}-{number}").status == 201


def moves(place: Arena, public_id: str, day: date) -> bool:
    """A program, with an appointment that it has already."""
    to = {"starts_at": instant(at("14:00", day)), "therapist": "therapist-1"}
    return place.program.post(f"/appointments/{public_id}/move", to).status == 200


def holds_and_confirms(place: Arena, number: int, day: date) -> bool:
    """What a visitor of the pages does."""
    kept = wish(at("14:00", day), service="back-massage", minutes=30)
    with place.app.app_context():
        held = hold_slot(kept, f"visitor {number}", clock.now())
        if not isinstance(held, Held):
            return False
        confirmed = order(kept, name=f"Visitor {number} {day}", key=f"{day}-{number}", hold_token=held.token)
        return isinstance(book(confirmed, clock.now()), Booked)


def takes_time_off(place: Arena, day: date) -> bool:
    """The desk; false where an appointment stands there already."""
    start, desk = at("14:00", day), Edit(Actor("staff", "dana@example.com"), clock.now())
    with place.app.app_context():
        answer = take_time_off("therapist-1", Span(start, start + timedelta(minutes=30)), "Training", desk)
        return isinstance(answer, Saved)


def test_one_slot_is_sold_once(place: Arena) -> None:
    one_slot(place, 30, 2)


def test_ten_free_therapists_give_ten_sessions(place: Arena) -> None:
    no_preference(place, 30, 1)


def test_starts_that_overlap_in_part_are_sold_once(place: Arena) -> None:
    unequal_starts(place, 30, 1)


def test_thirty_posts_of_one_key_make_one_appointment(place: Arena) -> None:
    one_key(place, 30, 1)


def test_whoever_comes_first_of_bookings_moves_holds_and_time_off_has_it(place: Arena) -> None:
    everything_at_once(place, 6, 2)


def test_a_cancelled_time_is_free_at_once_for_the_same_and_for_another_person(place: Arena) -> None:
    day = place.new_day()
    for number, client in enumerate((1, 1, 2)):
        booked = place.program.book(wanted("10:00", day, client), f"again-{day}-{number}")
        assert booked.status == 201, booked.body
        ended = place.program.post(f"/appointments/{booked.json['id']}/cancel", {"reason": "Ill"})
        assert (ended.status, ended.json["status"]) == (200, "cancelled")
    assert whole(place)


@pytest.mark.soak
def test_a_hundred_clients_and_one_slot_twenty_times(place: Arena) -> None:
    one_slot(place, 100, 20)


@pytest.mark.soak
def test_a_hundred_clients_and_ten_free_therapists(place: Arena) -> None:
    no_preference(place, 100, 10)


@pytest.mark.soak
def test_a_hundred_clients_and_starts_that_overlap_in_part(place: Arena) -> None:
    unequal_starts(place, 100, 10)


@pytest.mark.soak
def test_thirty_posts_of_one_key_twenty_times(place: Arena) -> None:
    one_key(place, 30, 20)


@pytest.mark.soak
def test_bookings_moves_holds_and_time_off_twenty_times(place: Arena) -> None:
    everything_at_once(place, 16, 20)
