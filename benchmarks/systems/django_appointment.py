"""django-appointment as a system: how its questions are put over HTTP, and what it must answer.

It has no question about a month, and none about anyone: a staff member is always chosen. A booking is two requests that
write: the client's details (which make an account), then the code that was sent by mail (which makes the appointment).
"""

import itertools
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import psycopg
from sqlalchemy import make_url

from benchmarks import rows
from benchmarks.clinic import MINUTES, PEOPLE, ZONE, Clinic
from benchmarks.reading import Truth
from benchmarks.serving import Server
from benchmarks.systems.asking import Act, Acts, Place, Race, Supply, compare
from benchmarks.visitor import Visitor

_AJAX = {"X-Requested-With": "XMLHttpRequest"}
_ROOT = "/appointment"
_FORM = "csrfmiddlewaretoken"
_number = itertools.count(1)
_CODE = """select code from appointment_emailverificationcode c join auth_user u on u.id = c.user_id
    where u.email = '{email}' order by c.id desc limit 1"""
_WINNERS = """select count(*) from appointment_appointment a
    join appointment_appointmentrequest r on r.id = a.appointment_request_id
    where r.staff_member_id = {therapist} and r.date = '{day}' and r.start_time = '{time}'"""


class DjangoAppointment:
    """Questions to the project."""

    slow_to_race = True

    def __init__(self, server: Server, url: str, clinic: Clinic, truth: Truth, supply: Supply) -> None:
        self.name = "django-appointment"
        self._server, self._url, self._truth, self._supply = server, url, truth, supply
        self._days = clinic.days()

    @property
    def acts(self) -> Mapping[str, Acts]:
        """By key of a row."""
        return {
            rows.NOTHING.key: lambda count: [self._get("/nothing")] * count,
            rows.DAY.key: lambda count: [self._get(self._day(number)) for number in range(count)],
            rows.NEXT.key: lambda count: [self._get(_next(PEOPLE))] * count,
            rows.PAGE.key: lambda count: [self._get(f"{_ROOT}/request/1/")] * count,
            rows.CONFIRM.key: lambda count: [self._confirming(self._supply.take()) for _ in range(count)],
            rows.JOURNEY.key: lambda count: [self._journey(self._supply.take()) for _ in range(count)],
        }

    def check(self, every: int = 1) -> int:
        """Every day of every therapist, and the next date of the first and of the solid one."""
        visitor = Visitor(self._server.port, _AJAX)
        for therapist in range(1, PEOPLE + 1):
            for day in self._days[::every]:
                answered = visitor.get(_slots(therapist, day)).json()["available_slots"]
                starts = [datetime.fromisoformat(slot[0]).replace(tzinfo=ZONE) for slot in answered]
                compare(f"{self.name}, {day}, {therapist}", starts, self._truth.starts(therapist, day))
        for therapist in (1, PEOPLE):
            told = visitor.get(_next(therapist)).json()["next_available_date"]
            first = self._truth.first(therapist, datetime.now(UTC)).astimezone(ZONE).date()
            compare(f"{self.name}, next date", told, first.isoformat())
        return PEOPLE * len(self._days[::every]) + 2

    def race(self, clients: int) -> Race:
        """So many clients, one free time: everybody is at the last form, then all send it."""
        return DjangoRace(self._server.port, self._url, self._supply.take(), clients)

    def _day(self, number: int) -> str:
        return _slots(1 + number % PEOPLE, self._days[number % len(self._days)])

    def _get(self, path: str) -> Act:
        def act() -> int:
            visitor = Visitor(self._server.port, _AJAX)
            visitor.get(path)
            return visitor.statements

        return act

    def _confirming(self, place: Place) -> Act:
        browser = DjangoBrowser(self._server.port, self._url, place)
        browser.choose_time()
        browser.visitor.statements = 0

        def act() -> int:
            browser.send_details()
            browser.send_code()
            return browser.visitor.statements

        return act

    def _journey(self, place: Place) -> Act:
        def act() -> int:
            browser = DjangoBrowser(self._server.port, self._url, place)
            browser.look_around()
            browser.choose_time()
            browser.send_details()
            browser.visitor.get(browser.next)
            browser.send_code()
            browser.visitor.get(browser.next)
            return browser.visitor.statements

        return act


class DjangoBrowser:
    """A person who books there, all steps in the order of its pages."""

    def __init__(self, port: int, url: str, place: Place) -> None:
        self.visitor = Visitor(port)
        self.next = ""
        self._url = url
        self._therapist, self._start = place[0], place[1].astimezone(ZONE)
        self._email = f"visitor-{next(_number)}@example.com"
        self._token = ""

    def look_around(self) -> None:
        """The page of the service, with what its script asks for: the days off, the times of the day."""
        self._see(f"{_ROOT}/request/1/")
        self.visitor.get(f"{_ROOT}/ajax/request_staff_info/?staff_member={self._therapist}")
        self.visitor.headers = _AJAX
        self.visitor.get(_slots(self._therapist, self._start.date()))
        self.visitor.headers = {}

    def choose_time(self) -> None:
        """One of the times; then the form for the details."""
        if not self._token:
            self._see(f"{_ROOT}/request/1/")
        ends = self._start + timedelta(minutes=MINUTES)
        chosen = {
            "date": self._start.date().isoformat(),
            "start_time": f"{self._start:%H:%M}",
            "end_time": f"{ends:%H:%M}",
            "service": "1",
            "staff_member": str(self._therapist),
        }
        self._send(f"{_ROOT}/request-submit/", chosen)
        self._see(self.next)

    def send_details(self) -> None:
        """Who is coming: an account is made, a code is sent."""
        details = {
            "name": "Visiting Client",
            "email": self._email,
            "phone_0": "CA",
            "phone_1": "9025550100",
            "address": "",
            "additional_info": "",
            "payment_type": "full",
        }
        self._send(self.next, details)

    def send_code(self) -> None:
        """The code from the mail: the appointment is made."""
        self._send(self.next, {"code": str(_query(self._url, _CODE.format(email=self._email)))})

    def _see(self, path: str) -> None:
        self._token = self.visitor.get(path).hidden(_FORM)

    def _send(self, path: str, fields: Mapping[str, str]) -> None:
        self.next = self.visitor.post_form(path, {_FORM: self._token, **fields}, 302).location


class DjangoRace:
    """Everybody holds the code for the same hour, then sends it."""

    def __init__(self, port: int, url: str, place: Place, clients: int) -> None:
        self._url, self._place = url, place
        browsers = [DjangoBrowser(port, url, place) for _ in range(clients)]
        for browser in browsers:
            browser.choose_time()
            browser.send_details()

        def act(browser: DjangoBrowser) -> Act:
            def send() -> int:
                browser.send_code()
                return 302

            return send

        self.acts: Sequence[Act] = [act(browser) for browser in browsers]

    def winners(self) -> int:
        """How many appointments there are for that hour with that therapist."""
        start = self._place[1].astimezone(ZONE)
        asked = _WINNERS.format(therapist=self._place[0], day=start.date(), time=f"{start:%H:%M:%S}")
        return int(str(_query(self._url, asked)))


def _slots(therapist: int, day: date) -> str:
    asked = {"selected_date": day.isoformat(), "staff_member": therapist, "service_id": 1}
    return f"{_ROOT}/ajax/available_slots/?{urlencode(asked)}"


def _next(therapist: int) -> str:
    return f"{_ROOT}/ajax/request_next_available_slot/1/?staff_member={therapist}"


def _query(url: str, query: str) -> object:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(make_url(url).database or "", timeout=20)
        row = connection.execute(query).fetchone()
        connection.close()
    else:
        with psycopg.connect(url) as postgres:
            row = postgres.execute(query.encode()).fetchone()
    return row[0] if row else None
