"""What the booking core should do if everybody came one after the other: lists of spans, searched from end to end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.support.rows import HALIFAX

#: By service: minutes of the session, and minutes of turnover after it.
SERVICES = {"psoas-release": (60, 15), "back-massage": (30, 10)}
NOTICE, KEPT_FOR, CHANGE_UNTIL = timedelta(hours=1), timedelta(minutes=10), timedelta(hours=24)
EARLY = timedelta(hours=6)
EXTENSIONS = 10
NAMES = {
    "therapist-1": "Therapist 1",
    "therapist-2": "Therapist 2",
    "therapist-3": "Therapist 3",
    "therapist-new": "Nell New",
}
_REASONS = ("past", "too_soon", "time_off", "taken", "no_room")
Stretch = tuple[datetime, datetime]


def occupied(service: str, start: datetime) -> Stretch:
    """What a session takes from a diary."""
    return start, start + timedelta(minutes=sum(SERVICES[service]))


def meet(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches share any time."""
    return one[0] < other[1] and other[0] < one[1]


def outward(exact: Stretch) -> Stretch:
    """Time off counts from the five minutes in which it begins to those in which it ends."""
    cell, (begins, ends) = timedelta(minutes=5), exact
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return begins - (begins - epoch) % cell, ends + (epoch - ends) % cell


@dataclass(frozen=True, slots=True)
class Want:
    """A service at a time, with somebody or (none) with anyone who gives it."""

    service: str
    start: datetime
    therapist: str | None


@dataclass(slots=True)
class Kept:
    """A hold or an appointment: who and which room, from when, and whether they are kept at present."""

    want: Want
    therapist: str
    room: str
    active: bool = True
    state: str = "booked"
    version: int = 1
    created_at: datetime | None = None
    ends_at: datetime | None = None  # of a hold
    extended: int = 0
    became: int | None = None

    @property
    def stretch(self) -> Stretch:
        """The time that is kept."""
        return occupied(self.want.service, self.want.start)


@dataclass
class Model:
    """A practice with its appointments, holds and time off; every answer is a word."""

    therapists: Sequence[str]  # in the practice's order
    qualified: frozenset[str]
    rooms: Sequence[str]
    appointments: dict[int, Kept] = field(default_factory=dict)
    holds: dict[str, Kept] = field(default_factory=dict)
    off: set[tuple[str, Stretch]] = field(default_factory=set)

    def book(self, now: datetime, made: int | None, want: Want, hold: str | None, by_staff: bool) -> str:
        """An appointment, perhaps in the place of a hold; ``made`` is its number in the history."""
        held = self.holds[hold] if hold else None
        if held and held.became and self.appointments[held.became].active:
            return "booked before"
        living = held if held and held.ends_at and held.ends_at > now else None
        seat = self._promised(living, want, now) if living else self._free(held, want, now, by_staff)
        if isinstance(seat, str):
            return seat
        if made is None:
            return "booked"  # and the history says something else
        self._end_holds(now)
        self.appointments[made] = Kept(want, *seat)
        if held and (held.want.service, held.want.start) == (want.service, want.start):
            held.became = made  # though it was over a moment ago
        if living:
            living.active = False
        return "booked"

    def move(
        self,
        now: datetime,
        number: int,
        start: datetime,
        therapist: str | None,
        seen: int | None,
        by_staff: bool,
    ) -> str:
        """The same appointment at another time."""
        one = self.appointments[number]
        if seen not in (None, one.version):
            return "stale"
        if one.state != "booked" or not (by_staff or now < one.want.start - CHANGE_UNTIL):
            return "too late"
        whom = therapist or one.therapist
        if (start, whom) == (one.want.start, one.therapist):
            return "moved"
        want = Want(one.want.service, start, whom)
        seat = self._seat(want, [whom], now, by_staff=by_staff, without=one, room=one.room)
        if isinstance(seat, str):
            return seat
        self._end_holds(now)
        one.want, (one.therapist, one.room), one.version = want, seat, one.version + 1
        return "moved"

    def cancel(self, now: datetime, number: int, seen: int | None, by_staff: bool) -> str:
        """Give the time back."""
        one = self.appointments[number]
        if seen not in (None, one.version):
            return "stale"
        if one.state == "cancelled":
            return "cancelled"
        if not (by_staff or now < one.want.start - CHANGE_UNTIL):
            return "too late"
        one.state, one.active, one.version = "cancelled", False, one.version + 1
        return "cancelled"

    def arrive(self, now: datetime, number: int, seen: int) -> str:
        """The client is here."""
        one = self.appointments[number]
        if seen != one.version:
            return "stale"
        over = one.want.start + timedelta(minutes=SERVICES[one.want.service][0])
        if one.state != "booked" or not one.want.start - EARLY <= now < over:
            return "not possible"
        one.state, one.version = "arrived", one.version + 1
        return "marked"

    def undo(self, now: datetime, number: int, seen: int) -> str:
        """No, the client is not."""
        one = self.appointments[number]
        if seen != one.version:
            return "stale"
        if one.state != "arrived":
            return "not possible"
        one.state, one.version = "booked", one.version + 1
        return "marked"

    def hold(self, now: datetime, made: str | None, want: Want) -> str:
        """Keep a time for a while; ``made`` is its token in the history."""
        seat = self._seat(want, self._who(want), now)
        if isinstance(seat, str):
            return seat
        if made is None:
            return "held"  # and the history says something else
        self._end_holds(now)
        self.holds[made] = Kept(want, *seat, created_at=now, ends_at=now + KEPT_FOR)
        return "held"

    def extend(self, now: datetime, token: str) -> str:
        """Another while."""
        held = self.holds[token]
        assert held.ends_at is not None
        if held.became or not held.active or held.ends_at <= now or held.extended >= EXTENSIONS:
            return "nothing"
        held.ends_at, held.extended = now + KEPT_FOR, held.extended + 1
        return "held"

    def give_back(self, now: datetime, token: str) -> str:
        """The visitor went back."""
        held = self.holds[token]
        assert held.ends_at is not None
        if not held.became:
            held.active, held.ends_at = False, min(held.ends_at, now)
        return "nothing"

    def block(self, now: datetime, therapist: str, span: Stretch) -> str:
        """Time off, unless it would hit somebody who was not hit before."""
        before = [outward(exact) for who, exact in self.off if who == therapist and exact[1] > now]
        for one in self.appointments.values():
            over = one.want.start + timedelta(minutes=SERVICES[one.want.service][0])
            ahead = one.active and one.therapist == therapist and over > now and span[1] > now
            hit = ahead and meet(one.stretch, outward(span))
            if hit and not any(meet(one.stretch, stretch) for stretch in before):
                return "would hit"
        self.off.add((therapist, span))
        return "saved"

    def unblock(self, now: datetime, therapist: str, gone: Stretch | None) -> str:
        """Work after all; ``gone`` is what was struck out in the history."""
        if gone is None:
            return "not there"
        self.off.remove((therapist, gone))  # a KeyError: it was struck out twice
        return "saved"

    def kept(self) -> Iterator[tuple[str, Stretch]]:
        """Everything that is kept, by therapist and by room."""
        for one in (*self.appointments.values(), *self.holds.values()):
            if one.active:
                yield one.therapist, one.stretch
                yield one.room, one.stretch

    def _end_holds(self, now: datetime) -> None:
        for held in self.holds.values():
            held.active = held.active and held.ends_at is not None and held.ends_at > now

    def _promised(self, held: Kept, want: Want, now: datetime) -> tuple[str, str] | str:
        if held.want.start <= now:
            return "past"
        return self._seat(want, [held.therapist], now, as_of=held.created_at, without=held, room=held.room)

    def _free(self, held: Kept | None, want: Want, now: datetime, by_staff: bool) -> tuple[str, str] | str:
        if held is not None:
            seat = self._seat(want, [held.therapist], now, by_staff=by_staff)
            if not isinstance(seat, str):
                return seat
        return self._seat(want, self._who(want), now, by_staff=by_staff)

    def _who(self, want: Want) -> Sequence[str]:
        if want.therapist:
            return [want.therapist]
        gives_it = self.qualified if want.service == "psoas-release" else frozenset(self.therapists)
        return [one for one in self.therapists if one in gives_it]

    def _seat(
        self,
        want: Want,
        who: Sequence[str],
        now: datetime,
        *,
        by_staff: bool = False,
        without: Kept | None = None,
        as_of: datetime | None = None,
        room: str | None = None,
    ) -> tuple[str, str] | str:
        stretch = occupied(want.service, want.start)
        taken = self._taken(stretch, now, without)
        free = [one for one in self.rooms if one not in taken]
        first = as_of or now
        reasons: dict[str, str | None] = {}
        for one in who:
            against = (
                want.start < first,
                not by_staff and want.start < first + NOTICE,
                any(whose == one and meet(stretch, outward(exact)) for whose, exact in self.off),
                one in taken,
                not free,
            )
            reasons[one] = next((name for name, holds in zip(_REASONS, against, strict=True) if holds), None)
        able = [one for one, reason in reasons.items() if reason is None]
        if not able:
            return max((reason for reason in reasons.values() if reason), key=_REASONS.index)
        return min(able, key=lambda one: self._load(one, want.start)), room if room in free else free[0]

    def _taken(self, stretch: Stretch, now: datetime, without: Kept | None) -> set[str]:
        found: set[str] = set()
        for one in (*self.appointments.values(), *self.holds.values()):
            living = one.active and (one.ends_at is None or one.ends_at > now)
            if living and one is not without and meet(one.stretch, stretch):
                found |= {one.therapist, one.room}
        return found

    def _load(self, therapist: str, start: datetime) -> tuple[int, int, str]:
        """Minutes of that day, then of all (they lie in one week), then the name."""
        own = [one for one in self.appointments.values() if one.active and one.therapist == therapist]
        day = start.astimezone(HALIFAX).date()
        minutes = [(SERVICES[one.want.service][0], one.want.start.astimezone(HALIFAX).date()) for one in own]
        return sum(m for m, on in minutes if on == day), sum(m for m, _ in minutes), NAMES[therapist]
