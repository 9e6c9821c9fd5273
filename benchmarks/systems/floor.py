"""The floor as a system: how its questions are put, and what it must answer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, insert, select

from benchmarks import rows
from benchmarks.clinic import MINUTES, PEOPLE, Clinic
from benchmarks.floor_app import booked, metadata, open_engine
from benchmarks.reading import Truth
from benchmarks.serving import Server
from benchmarks.systems.asking import Act, Acts, Place, Race, Supply, compare
from benchmarks.visitor import Visitor


def fill(url: str, truth: Truth) -> None:
    """The floor's own table, from the plain reading of the clinic."""
    engine = open_engine(url)
    metadata.create_all(engine)
    taken = [
        {"therapist": therapist, "begins": _minute(begun), "ends": _minute(ended)}
        for therapist, spans in truth.booked.items()
        for begun, ended in spans
    ]
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN") if engine.dialect.name == "sqlite" else None
        connection.execute(insert(booked), taken)
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


class Floor:
    """Questions to the floor."""

    slow_to_race = False

    def __init__(self, server: Server, url: str, clinic: Clinic, truth: Truth, supply: Supply) -> None:
        self.name = "floor"
        self._server, self._url, self._truth = server, url, truth
        self._days = clinic.days()
        self._supply = supply

    @property
    def acts(self) -> Mapping[str, Acts]:
        """By key of a row."""
        first = self._days[0].isoformat()
        return {
            rows.NOTHING.key: lambda count: [self._get("/nothing")] * count,
            rows.DAY.key: lambda count: [self._get(self._day(number)) for number in range(count)],
            rows.NEXT.key: lambda count: [self._get(f"/next?therapist={PEOPLE}")] * count,
            rows.MONTH_DAYS.key: lambda count: [self._get(f"/month?from={first}")] * count,
            rows.BOOKING.key: lambda count: [self._booking(self._supply.take()) for _ in range(count)],
        }

    def check(self, every: int = 1) -> int:
        """Every day of every therapist, the next free time of each, and the month."""
        visitor = Visitor(self._server.port)
        for therapist in range(1, PEOPLE + 1):
            for day in self._days[::every]:
                answered = visitor.get(f"/day?therapist={therapist}&day={day}").json()["slots"]
                compare(f"floor, {day}", answered, list(map(_minute, self._truth.starts(therapist, day))))
            answered = visitor.get(f"/next?therapist={therapist}").json()["slot"]
            compare("floor, next", answered, _minute(self._truth.first(therapist, datetime.now(UTC))))
        month = visitor.get(f"/month?from={self._days[0]}").json()["days"]
        expected = {str(day): len(self._truth.starts_of_anyone(day)) for day in month_of(self._days[0])}
        compare("floor, month", month, expected)
        return PEOPLE * (len(self._days[::every]) + 1) + 1

    def race(self, clients: int) -> Race:
        """So many clients, one free time."""
        return FloorRace(self._server, self._url, self._supply.take(), clients)

    def _day(self, number: int) -> str:
        return f"/day?therapist={1 + number % PEOPLE}&day={self._days[number % len(self._days)]}"

    def _get(self, path: str) -> Act:
        def act() -> int:
            visitor = Visitor(self._server.port)
            visitor.get(path)
            return visitor.statements

        return act

    def _booking(self, place: Place) -> Act:
        def act() -> int:
            visitor = Visitor(self._server.port)
            visitor.post_json("/book", {"therapist": place[0], "begins": _minute(place[1])})
            return visitor.statements

        return act


class FloorRace:
    """Everybody books the same hour."""

    def __init__(self, server: Server, url: str, place: Place, clients: int) -> None:
        self._url, self._place = url, place
        order = f'{{"therapist": {place[0]}, "begins": {_minute(place[1])}}}'
        kind = {"Content-Type": "application/json"}

        def act() -> int:
            return Visitor(server.port).ask("POST", "/book", order, kind).status

        self.acts: Sequence[Act] = [act] * clients

    def winners(self) -> int:
        """How many rows there are for that hour."""
        therapist, begins = self._place[0], _minute(self._place[1])
        there = (booked.c.therapist == therapist, booked.c.begins < begins + MINUTES, booked.c.ends > begins)
        engine = open_engine(self._url)
        with engine.connect() as connection:
            count = connection.execute(select(func.count()).where(*there)).scalar_one()
        engine.dispose()
        return int(count)


def month_of(first: date) -> list[date]:
    """The 31 days that the month's question is about."""
    return [first + timedelta(days=offset) for offset in range(31)]


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60
