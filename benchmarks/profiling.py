"""Where the time of one question goes: cProfile in process, on a copy of a kept clinic."""

import cProfile
import pstats
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from flask.testing import FlaskClient

from app.actions.tokens import add_token
from benchmarks.build import application, service_slug, therapist_slug
from benchmarks.clinic import MINUTES, PEOPLE, Clinic
from benchmarks.kept import Shelf
from benchmarks.places import KEPT
from benchmarks.reading import read_truth
from benchmarks.systems.asking import Supply
from benchmarks.systems.stillpoint import asked, new_order

_SERVICE = service_slug(1)
_WARMING = 5
_SHOWN = 45
Ask = Callable[[FlaskClient, int], None]


def profile(what: str, clinic: Clinic, backend: str, shelf: Shelf, times: int, order: str) -> None:
    """Asks so many times, then prints the functions that took longest."""
    with ExitStack() as stack:
        url = stack.enter_context(shelf.copy(clinic, backend, "at-work-profile"))
        app = application(url, QUEUE_URL=f"sqlite:///{KEPT / 'at-work-profile-queue.db'}")
        with app.app_context():
            token = add_token("profile", datetime.now(UTC))
        ask = _asks(clinic, Supply(read_truth(url, datetime.now(UTC).date()), clinic.days()), token)[what]
        client = app.test_client()
        for number in range(_WARMING):
            ask(client, number)
        seen = cProfile.Profile()
        seen.enable()
        for number in range(_WARMING, _WARMING + times):
            ask(client, number)
        seen.disable()
    print(f"{what}, {clinic.name} on {backend}, {times} times; seconds are of all of them together")
    pstats.Stats(seen).strip_dirs().sort_stats(order).print_stats(_SHOWN)


def questions() -> list[str]:
    """What can be profiled."""
    return ["nothing", "day", "next", "days", "month", "page", "services", "book"]


def _asks(clinic: Clinic, supply: Supply, token: str) -> dict[str, Ask]:
    days = clinic.days()
    month = {"from": days[0], "to": days[0].fromordinal(days[0].toordinal() + 30)}

    def get(path: str) -> Ask:
        return lambda client, _number: _expect(client.get(path).status_code, 200)

    def day(client: FlaskClient, number: int) -> None:
        one = days[number % len(days)]
        who = therapist_slug(1 + number % PEOPLE)
        _expect(
            client.get(asked("/availability", therapist=who, **{"from": one, "to": one})).status_code, 200
        )

    def book(client: FlaskClient, number: int) -> None:
        headers, document = new_order(token, supply.take(), number)
        _expect(client.post("/api/v1/appointments", json=document, headers=headers).status_code, 201)

    return {
        "nothing": get("/healthz"),
        "day": day,
        "next": get(asked("/availability/next")),
        "days": get(asked("/availability/days", **month)),
        "month": get(asked("/availability", **month)),
        "page": get(f"/book/{_SERVICE}/time?visit=returning&minutes={MINUTES}"),
        "services": get("/services/"),
        "book": book,
    }


def _expect(status: int, expected: int) -> None:
    if status != expected:
        raise RuntimeError(f"answered {status}, not {expected}")
