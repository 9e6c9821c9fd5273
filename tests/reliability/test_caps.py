"""A crowd races for what one therapist may still give on a day, over real HTTP: the cap holds, and what is given back is given once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial

import pytest

from tests.support.arena import Arena
from tests.support.audit import halves, overlaps
from tests.support.programs import Reply, figures, statuses, together, wanted
from tests.support.raw import count
from tests.support.safety import describe

WHO = "therapist-9"
#: Starts that don't overlap, whatever is booked at them.
STARTS = [f"{hour:02}:{minute:02}" for hour in range(8, 18) for minute in (0, 30)][::3]
_CAPPED = {"sessions_a_day": 3, "deep_a_day": 2, "deep_in_a_row": 0, "break_after_minutes": 0}


@contextmanager
def capped(place: Arena) -> Iterator[None]:
    """Three sessions a day for that therapist, two of them deep; afterwards no limits of their own."""
    with place.app.app_context():
        describe(WHO, **_CAPPED)
    try:
        yield
    finally:
        with place.app.app_context():
            describe(WHO, **dict.fromkeys(_CAPPED))


def rush(place: Arena, day: date, clients: int, service: str, wave: int) -> list[Reply]:
    """All at once, each for one of the starts."""
    return together(
        [
            partial(
                place.program.book,
                wanted(
                    STARTS[client % len(STARTS)], day, wave * 1000 + client, service=service, therapist=WHO
                ),
                f"cap-{day}-{wave}-{client}",
            )
            for client in range(clients)
        ]
    )


def the_cap_holds(place: Arena, clients: int, rounds: int) -> None:
    """Deep sessions until no more may be, then light ones until the day is full; what is cancelled is sold again, once."""
    with capped(place):
        for _ in range(rounds):
            day = place.new_day()
            deep = rush(place, day, clients, "psoas-release", 1)
            assert statuses(deep) == {201: 2, 409: clients - 2}
            assert reasons(deep) <= {"deep_day_full", "taken"}
            light = rush(place, day, clients, "back-massage", 2)
            assert statuses(light) == {201: 1, 409: clients - 1}
            assert reasons(light) <= {"day_full", "taken"}
            given = next(reply for reply in deep if reply.status == 201)
            ended = place.program.post(f"/appointments/{given.json['id']}/cancel", {})
            assert ended.status == 200
            again = rush(place, day, clients, "psoas-release", 3)
            assert statuses(again) == {201: 1, 409: clients - 1}
            assert overfull_days(place) == 0
            print(figures("cap", [*deep, *light, *again]), dict(Counter(reasons_of(deep))))
    assert overlaps(place.database_url) == 0
    assert halves(place.database_url) == {}


def reasons_of(replies: Sequence[Reply]) -> list[str]:
    """What the losers were told."""
    return [reply.json["reason"] for reply in replies if reply.status == 409]


def reasons(replies: Sequence[Reply]) -> set[str]:
    """The same, each once."""
    return set(reasons_of(replies))


def overfull_days(place: Arena) -> int:
    """Days on which the therapist has more than may be, by a plain reading of the claims; the answer must always be 0."""
    return count(
        place.database_url,
        "select count(*) from (select substr(appointment.wall_time, 1, 10) as day from claim"  # noqa: S608 - ours
        " join appointment on appointment.id = claim.appointment_id"
        " join therapist on therapist.resource_id = claim.resource_id"
        f" where claim.active and therapist.slug = '{WHO}' group by substr(appointment.wall_time, 1, 10)"
        " having count(*) > 3 or sum(case when claim.is_deep then 1 else 0 end) > 2) as too_many",
    )


def test_of_fifty_clients_as_many_get_a_session_as_may_be_given(place: Arena) -> None:
    the_cap_holds(place, 50, 1)


@pytest.mark.soak
def test_of_a_hundred_clients_as_many_get_a_session_as_may_be_given_ten_times(place: Arena) -> None:
    the_cap_holds(place, 100, 10)
