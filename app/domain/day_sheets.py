"""The day on paper: a sheet for each therapist, as values. Health text is on it only where somebody opened it for that."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.clients import Preferences, Pressure
from app.domain.said import said
from app.domain.spans import Span

#: Countries that print on Letter; all others use A4.
LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE"})
#: How firmly somebody likes to be treated, on paper.
PRESSURES = {Pressure.LIGHT: said("light"), Pressure.MEDIUM: said("medium"), Pressure.FIRM: said("firm")}


@dataclass(frozen=True, slots=True)
class SheetSession:
    """A line of the sheet. ``preferences`` are none where nobody opened them, or nothing is known; so is ``wishes``.

    ``flags``: what else must be known, such as that consent is to be asked; nothing of it is about health.
    """

    starts_at: datetime
    ends_at: datetime
    client: str
    phone: str | None
    service: str
    minutes: int
    room: str | None
    first_visit: bool
    reference: str
    preferences: Preferences | None = None
    flags: tuple[str, ...] = ()
    wishes: str = ""


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One therapist's day at one place, or at several."""

    therapist: str
    day: date
    zone: ZoneInfo
    practice: str
    place: str
    working: tuple[Span, ...]
    sessions: tuple[SheetSession, ...]
    printed_at: datetime
    opened: bool = False  # with what clients prefer, and what to heed

    @property
    def first_visits(self) -> int:
        """How many come for the first time."""
        return sum(one.first_visit for one in self.sessions)
