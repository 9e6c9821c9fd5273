"""Stillpoint as a system: how its questions are put over HTTP, and what it must answer."""

import itertools
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from benchmarks import reading, rows
from benchmarks.build import service_slug, therapist_slug
from benchmarks.clinic import MINUTES, PEOPLE, ZONE, Clinic
from benchmarks.reading import Truth
from benchmarks.serving import Server
from benchmarks.systems.asking import Act, Acts, Place, Race, Supply, compare
from benchmarks.visitor import Visitor

_SERVICE = service_slug(1)
_API = "/api/v1"
_number = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Its:
    """What belongs to one installation: its database, what is in it, a token, and the free times to be used up."""

    url: str
    clinic: Clinic
    truth: Truth
    token: str
    supply: Supply


class Stillpoint:
    """Questions to one running Stillpoint."""

    slow_to_race = False

    def __init__(self, name: str, server: Server, its: Its) -> None:
        self.name = name
        self._server, self._url, self._truth, self._token = server, its.url, its.truth, its.token
        self._days, self._supply = its.clinic.days(), its.supply

    @property
    def acts(self) -> Mapping[str, Acts]:
        """By key of a row."""
        first = self._days[0]
        month = {"from": first, "to": first + timedelta(days=30)}
        page = f"/book/{_SERVICE}/time?visit=returning&minutes={MINUTES}"
        solid = asked("/availability/next", therapist=therapist_slug(PEOPLE))
        return {
            rows.NOTHING.key: lambda count: [self._get("/healthz")] * count,
            rows.DAY.key: lambda count: [self._get(self._day(number)) for number in range(count)],
            rows.NEXT.key: lambda count: [self._get(solid)] * count,
            rows.NEXT_OF_ALL.key: lambda count: [self._get(asked("/availability/next"))] * count,
            rows.MONTH_DAYS.key: lambda count: [self._get(asked("/availability/days", **month))] * count,
            rows.MONTH_SLOTS.key: lambda count: [self._get(asked("/availability", **month))] * count,
            rows.PAGE.key: lambda count: [self._get(page)] * count,
            rows.SERVICES.key: lambda count: [self._get("/services/")] * count,
            rows.BOOKING.key: lambda count: [self._booking(self._supply.take()) for _ in range(count)],
            rows.CONFIRM.key: lambda count: [self._confirming(self._supply.take()) for _ in range(count)],
            rows.JOURNEY.key: lambda count: [self._journey(self._supply.take()) for _ in range(count)],
        }

    def check(self, every: int = 1) -> int:
        """Every day of every therapist, the next free time of each and of anyone, the month in both forms."""
        visitor = Visitor(self._server.port)
        for therapist in range(1, PEOPLE + 1):
            for day in self._days[::every]:
                path = asked("/availability", therapist=therapist_slug(therapist), **{"from": day, "to": day})
                answered = starts_of(visitor.get(path).json()["slots"])
                expected = [(start, [therapist]) for start in self._truth.starts(therapist, day)]
                compare(f"{self.name}, {day}, therapist {therapist}", answered, expected)
        self._check_next(visitor)
        self._check_month(visitor)
        return PEOPLE * (len(self._days[::every]) + 1) + 3

    def race(self, clients: int) -> Race:
        """So many clients, one free time."""
        place = self._supply.take()
        return StillpointRace(self._url, place, [self._program_order(place) for _ in range(clients)])

    def _check_next(self, visitor: Visitor) -> None:
        answered = visitor.get(asked("/availability/next")).json()
        soonest = datetime.now(UTC) + timedelta(hours=2)  # the notice that the practice asks for
        expected = {number: self._truth.first(number, soonest) for number in range(1, PEOPLE + 1)}
        told = {one["therapist"]: one["slot"] for one in answered["therapists"]}
        for number, start in expected.items():
            compare(f"{self.name}, next", starts_of([told[therapist_slug(number)]]), [(start, [number])])
        earliest = min(expected.values())
        who = [number for number, start in expected.items() if start == earliest]
        compare(f"{self.name}, next of anyone", starts_of([answered["anyone"]]), [(earliest, who)])

    def _check_month(self, visitor: Visitor) -> None:
        first = self._days[0]
        last = first + timedelta(days=30)
        month = {"from": first, "to": last}
        listed = starts_of(visitor.get(asked("/availability", **month)).json()["slots"])
        days = visitor.get(asked("/availability/days", **month)).json()["days"]
        expected: list[tuple[datetime, list[int]]] = []
        counted = []
        for offset in range(31):
            day = first + timedelta(days=offset)
            starts = self._truth.starts_of_anyone(day)
            expected += starts.items()
            counted += [{"date": day.isoformat(), "free": len(starts)}] if starts else []
        compare(f"{self.name}, month", listed, expected)
        compare(f"{self.name}, days", days, counted)

    def _day(self, number: int) -> str:
        day = self._days[number % len(self._days)]
        therapist = therapist_slug(1 + number % PEOPLE)
        return asked("/availability", therapist=therapist, **{"from": day, "to": day})

    def _get(self, path: str) -> Act:
        def act() -> int:
            visitor = Visitor(self._server.port)
            visitor.get(path)
            return visitor.statements

        return act

    def _booking(self, place: Place) -> Act:
        order = self._program_order(place)

        def act() -> int:
            visitor = order.visitor()
            visitor.post_json(f"{_API}/appointments", order.document, 201, order.headers)
            return visitor.statements

        return act

    def _program_order(self, place: Place) -> "ProgramOrder":
        return ProgramOrder(self._server.port, self._token, place, next(_number))

    def _confirming(self, place: Place) -> Act:
        browser = Browser(self._server.port, place, next(_number))
        browser.choose_time()
        browser.check()
        browser.visitor.statements = 0

        def act() -> int:
            browser.confirm()
            return browser.visitor.statements

        return act

    def _journey(self, place: Place) -> Act:
        def act() -> int:
            browser = Browser(self._server.port, place, next(_number))
            browser.look_around()
            browser.choose_time()
            browser.check()
            browser.confirm()
            browser.visitor.get(browser.done)
            return browser.visitor.statements

        return act


class ProgramOrder:
    """One booking by the JSON API, with a key and a client of its own."""

    def __init__(self, port: int, token: str, place: Place, number: int) -> None:
        self._port = port
        self.headers, self.document = new_order(token, place, number)

    def visitor(self) -> Visitor:
        """Who sends it."""
        return Visitor(self._port)

    def send(self) -> int:
        """Sends it; answers the status."""
        visitor = self.visitor()
        visitor.headers = self.headers | {"Content-Type": "application/json"}
        return visitor.ask("POST", f"{_API}/appointments", json.dumps(self.document), {}).status


class StillpointRace:
    """Everybody books the same hour by the API."""

    def __init__(self, url: str, place: Place, orders: Sequence[ProgramOrder]) -> None:
        self._url, self._place = url, place
        self.acts: Sequence[Act] = [order.send for order in orders]

    def winners(self) -> int:
        """How many appointments there are for that hour with that therapist."""
        therapist, starts_at = self._place
        booked = reading.read_truth(self._url, starts_at.date()).booked.get(therapist, [])
        return sum(begun == starts_at for begun, _ in booked)


class Browser:
    """A person who books on the pages, with cookies and form tokens, all steps in the order of the pages."""

    def __init__(self, port: int, place: Place, number: int) -> None:
        self.visitor = Visitor(port)
        self.done = ""
        self._chosen = {
            "visit": "returning",
            "minutes": str(MINUTES),
            "therapist": therapist_slug(place[0]),
        }
        self._start = place[1].astimezone(ZONE)
        self._who = {
            "name": f"Visiting Client {number}",
            "email": f"visitor-{number}@example.com",
            "phone": "902-555-0100",
            "note": "",
        }
        self._form: dict[str, str] = {}
        self._details = ""

    def look_around(self) -> None:
        """The services, one of them, the choices."""
        self.visitor.get("/services/")
        self.visitor.get(f"/services/{_SERVICE}")
        self.visitor.get(f"/book/{_SERVICE}")
        self.visitor.get(f"/book/{_SERVICE}?visit=returning")

    def choose_time(self) -> None:
        """The times of the day, one of them held, the form for the details."""
        day = {"date": self._start.date().isoformat()}
        page = self.visitor.get(f"/book/{_SERVICE}/time?{urlencode(self._chosen | day)}")
        start = {"start": self._start.isoformat(timespec="minutes")}
        sent = self._chosen | start | {"csrf_token": page.hidden("csrf_token")}
        self._details = self.visitor.post_form(f"/book/{_SERVICE}/hold", sent, 303).location
        page = self.visitor.get(self._details)
        self._form = self._who | day | {"csrf_token": page.hidden("csrf_token")}

    def check(self) -> None:
        """Check your answers."""
        sent = self.visitor.post_form(self._details.replace("/details/", "/check/"), self._form, 303)
        page = self.visitor.get(sent.location)
        self._form = {name: page.hidden(name) for name in ("csrf_token", "key")}

    def confirm(self) -> None:
        """The request that books."""
        confirm = self._details.replace("/details/", "/confirm/")
        self.done = self.visitor.post_form(confirm, self._form, 303).location


def new_order(token: str, place: Place, number: int) -> tuple[dict[str, str], dict[str, object]]:
    """Headers and body of a booking by the API, with a key and a client of its own."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
    return headers, {
        "service": _SERVICE,
        "starts_at": place[1].astimezone(ZONE).isoformat(),
        "therapist": therapist_slug(place[0]),
        "client": {"name": f"Program Client {number}", "email": f"program-{number}@example.com"},
        "consent": True,
    }


def asked(path: str, **more: object) -> str:
    """The address of a question to the API about the service."""
    said = {"service": _SERVICE} | {name: str(value) for name, value in more.items()}
    return f"{_API}{path}?{urlencode(said)}"


def starts_of(slots: Sequence[Mapping[str, Any]]) -> list[tuple[datetime, list[int]]]:
    """Starts in UTC with the numbers of the therapists."""
    return [
        (
            datetime.fromisoformat(slot["starts_at"]).astimezone(UTC),
            [int(slug.rpartition("-")[2]) for slug in slot["therapists"]],
        )
        for slot in slots
    ]
