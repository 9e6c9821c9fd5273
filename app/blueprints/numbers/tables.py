"""The numbers as tables: what the page prints and spreadsheets get, from one place."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.numbers import Outcome, Stretch, Use, median, share
from app.domain.practice import text_in
from app.store.numbers import ClientCount, LeadCount, MessageCount, OutcomeCount, RoomCount, ServiceCount
from app.web.language import _

Cell = str | int | float | Stretch | None


class Kind(StrEnum):
    """How a column is written."""

    STRETCH = "stretch"
    TEXT = "text"
    COUNT = "count"
    HOURS = "hours"  # given in minutes
    PERCENT = "percent"  # given as a part of one
    DAYS = "days"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``wide`` ones stand in the spreadsheet, and on the page where there is room."""

    name: str
    kind: Kind
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rows, and the one that sums them up."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    each_once: bool = False  # the total is of people, who may stand in several rows

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was counted."""
        rows = (row[1:] for row in self.rows)
        return not any(isinstance(cell, int | float) and cell for row in rows for cell in row)


Bookable = Mapping[int, Sequence[int]]  # by id of therapist or room: minutes in each stretch


def utilisation(stretches: Sequence[Stretch], outcomes: Iterable[OutcomeCount], bookable: Bookable) -> Table:
    """How full the practice was, stretch by stretch."""
    sessions, minutes = Counter[int](), Counter[int]()
    for one in outcomes:
        if one.outcome is Outcome.GIVEN:
            sessions[one.stretch] += one.sessions
            minutes[one.stretch] += one.minutes
    uses = [
        Use(minutes[number], sum(each[number] for each in bookable.values()))
        for number in range(len(stretches))
    ]
    rows = [
        (stretch, sessions[number], uses[number].given, uses[number].bookable, uses[number].share)
        for number, stretch in enumerate(stretches)
    ]
    whole = sum(uses, Use())
    total = (_("All"), sessions.total(), whole.given, whole.bookable, whole.share)
    columns = (
        _stretch(),
        _count(_("Sessions")),
        _hours(_("Given")),
        _hours(_("Bookable")),
        _percent(_("Utilisation")),
    )
    return Table("utilisation", _("Utilisation"), columns, tuple(rows), total)


_MISSED = (Outcome.NO_SHOW, Outcome.LATE, Outcome.BY_CLIENT, Outcome.BY_CLINIC)


def therapists(
    labels: Sequence[str], outcomes: Sequence[OutcomeCount], bookable: Bookable, names: Mapping[int, str]
) -> Table:
    """The same by therapist, with what did not take place; who is no longer at work stands last."""
    known = dict(names) | {
        one.therapist_id: one.therapist for one in outcomes if one.therapist_id not in names
    }
    rows = []
    for therapist_id, name in known.items():
        own = [one for one in outcomes if one.therapist_id == therapist_id]
        given = [one for one in own if one.outcome is Outcome.GIVEN]
        uses = _uses(given, bookable.get(therapist_id), len(labels))
        whole, missed = sum(uses, Use()), _sessions_by_outcome(own)
        rows.append(
            (
                name,
                sum(one.sessions for one in given),
                whole.given,
                whole.bookable,
                whole.share,
                *tuple(missed[outcome] for outcome in _MISSED),
                *tuple(use.share for use in uses),
            )
        )
    columns = (
        *(
            Column(_("Therapist"), Kind.TEXT),
            _count(_("Sessions")),
            _hours(_("Given")),
            _hours(_("Bookable")),
        ),
        *(_percent(_("Utilisation")), _count(_("No-shows")), _count(_("Late cancellations"))),
        *(_count(_("Other, by client")), _count(_("Other, by clinic"))),
        *(Column(label, Kind.PERCENT, wide=True) for label in labels),
    )
    return Table("therapists", _("By therapist"), columns, tuple(rows))


def rooms(
    labels: Sequence[str], counts: Sequence[RoomCount], bookable: Bookable, names: Mapping[int, str]
) -> Table:
    """How full the rooms were; sessions without a room stand last."""
    known: dict[int | None, str] = {number: name for number, name in names.items()}  # noqa: C416 - wider keys
    known |= {one.room_id: one.room or _("No room") for one in counts if one.room_id not in known}
    rows = []
    for room_id, name in known.items():
        own = [one for one in counts if one.room_id == room_id]
        uses = _uses(own, bookable.get(room_id or 0), len(labels))
        whole = sum(uses, Use())
        rows.append(
            (
                name,
                sum(one.sessions for one in own),
                whole.given,
                whole.bookable,
                whole.share,
                *tuple(use.share for use in uses),
            )
        )
    columns = (
        *(Column(_("Room"), Kind.TEXT), _count(_("Sessions")), _hours(_("Given")), _hours(_("Open"))),
        _percent(_("Utilisation")),
        *(Column(label, Kind.PERCENT, wide=True) for label in labels),
    )
    return Table("rooms", _("By room"), columns, tuple(rows))


def missed(stretches: Sequence[Stretch], outcomes: Iterable[OutcomeCount]) -> Table:
    """No-shows, late cancellations and the others, stretch by stretch; shares are of all sessions that were promised."""
    counts: dict[int, Counter[Outcome]] = defaultdict(Counter)
    for one in outcomes:
        counts[one.stretch][one.outcome] += one.sessions
    rows = [_missed_row(stretch, counts[number]) for number, stretch in enumerate(stretches)]
    total = _missed_row(_("All"), sum(counts.values(), Counter()))
    columns = (
        *(_stretch(), _count(_("Promised")), _count(_("No-shows")), _percent(_("No-shows, share"))),
        *(_count(_("Late cancellations")), _percent(_("Late, share"))),
        *(_count(_("Other, by client")), _count(_("Other, by clinic"))),
    )
    return Table("missed", _("No-shows and cancellations"), columns, tuple(rows), total)


def lead_time(stretches: Sequence[Stretch], leads: Iterable[LeadCount]) -> Table:
    """How many days ahead people book: the middle one."""
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for one in leads:
        counts[one.stretch][one.days] += one.sessions
    rows = [
        (stretch, counts[number].total(), median(counts[number])) for number, stretch in enumerate(stretches)
    ]
    everything = sum(counts.values(), Counter[int]())
    columns = (_stretch(), _count(_("Sessions")), Column(_("Lead time"), Kind.DAYS))
    total = (_("All"), everything.total(), median(everything))
    return Table("lead-time", _("Lead time"), columns, tuple(rows), total)


def clients(stretches: Sequence[Stretch], counts: Iterable[ClientCount]) -> Table:
    """People, new ones and returning ones; over all stretches nobody counts twice."""
    found = {one.stretch: one for one in counts}
    columns = (_stretch(), _count(_("Clients")), _count(_("New")), _count(_("Returning")))
    rows = [
        _people(stretch, found.get(number, ClientCount(number, 0, 0)))
        for number, stretch in enumerate(stretches)
    ]
    total = _people(_("All, each once"), found.get(None, ClientCount(None, 0, 0)))
    return Table("clients", _("New and returning clients"), columns, tuple(rows), total, each_once=True)


def services(counts: Sequence[ServiceCount], language: str) -> Table:
    """What is given most."""
    everything = sum(one.sessions for one in counts)
    rows = [
        (text_in(one.service, language), one.sessions, one.minutes, share(one.sessions, everything))
        for one in counts
    ]
    columns = (
        *(Column(_("Service"), Kind.TEXT), _count(_("Sessions"))),
        *(_hours(_("Given")), _percent(_("Share of sessions"))),
    )
    return Table("services", _("Service mix"), columns, tuple(rows))


def messages(stretches: Sequence[Stretch], counts: Iterable[MessageCount]) -> Table:
    """What was sent, and what failed."""
    found = Counter({(one.stretch, one.state): one.count for one in counts})
    rows = [
        (stretch, found[number, "sent"], found[number, "failed"]) for number, stretch in enumerate(stretches)
    ]
    total = (_("All"), sum(row[1] for row in rows), sum(row[2] for row in rows))
    columns = (_stretch(), _count(_("Sent")), _count(_("Failed")))
    return Table("messages", _("Messages"), columns, tuple(rows), total)


def _stretch() -> Column:
    return Column(_("Days"), Kind.STRETCH)


def _count(name: str) -> Column:
    return Column(name, Kind.COUNT)


def _hours(name: str) -> Column:
    return Column(name, Kind.HOURS)


def _percent(name: str) -> Column:
    return Column(name, Kind.PERCENT)


def _uses(
    counts: Iterable[OutcomeCount | RoomCount], bookable: Sequence[int] | None, number: int
) -> list[Use]:
    minutes = Counter[int]()
    for one in counts:
        minutes[one.stretch] += one.minutes
    return [Use(minutes[place], bookable[place] if bookable else 0) for place in range(number)]


def _sessions_by_outcome(counts: Iterable[OutcomeCount]) -> Counter[Outcome]:
    found: Counter[Outcome] = Counter()
    for one in counts:
        found[one.outcome] += one.sessions
    return found


def _missed_row(stretch: Cell, counts: Counter[Outcome]) -> tuple[Cell, ...]:
    promised, no_shows, late = counts.total(), counts[Outcome.NO_SHOW], counts[Outcome.LATE]
    shares = share(no_shows, promised), share(late, promised)
    others = counts[Outcome.BY_CLIENT], counts[Outcome.BY_CLINIC]
    return (stretch, promised, no_shows, shares[0], late, shares[1], *others)


def _people(stretch: Cell, count: ClientCount) -> tuple[Cell, ...]:
    return stretch, count.clients, count.new, count.clients - count.new
