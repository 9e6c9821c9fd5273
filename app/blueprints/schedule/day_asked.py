"""How somebody wants to look at a day or a week: where, by whom or by room, and of what; kept in every address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.appointments import AHEAD, State
from app.web.language import Lazy, lazy

BY_THERAPIST, BY_ROOM = "therapist", "room"
#: What can be picked out: key, how it is called, which states.
SHOWN: Mapping[str, tuple[Lazy, frozenset[State]]] = {
    "open": (lazy("Not marked yet"), frozenset(AHEAD)),
    "requested": (lazy("To approve"), frozenset({State.REQUESTED})),
    "booked": (lazy("Booked"), frozenset({State.BOOKED})),
    "arrived": (lazy("Arrived"), frozenset({State.ARRIVED})),
    "completed": (lazy("Done"), frozenset({State.COMPLETED})),
    "no_show": (lazy("No-show"), frozenset({State.NO_SHOW})),
}
NAMES = ("location", "by", "therapist", "show")
WEEK = "week"
#: What is sent along to come back to where one was: a day, or the week that it lies in, as it was looked at.
WAY_BACK = ("day", "as", *NAMES)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address (or a form that leads back to it) says; nonsense counts as not said."""

    location: str | None = None
    by: str = BY_THERAPIST
    therapist: str | None = None
    show: str | None = None

    def query(self, **instead: str | None) -> dict[str, Any]:
        """The same for another address; what is not said is left out."""
        by = self.by if self.by != BY_THERAPIST else None
        said = {"location": self.location, "by": by, "therapist": self.therapist, "show": self.show} | instead
        return {name: value for name, value in said.items() if value}

    def own(self) -> "Asked":
        """For who sees the own diary only: no rooms, which are everybody's, and nobody else's column."""
        return replace(self, by=BY_THERAPIST, therapist=None)

    def by_therapist(self) -> "Asked":
        """For pages that know no rooms."""
        return replace(self, by=BY_THERAPIST)

    def wants(self, state: State) -> bool:
        """Whether sessions in that state are asked for."""
        return self.show is None or state in SHOWN[self.show][1]


def read_asked(values: Mapping[str, str]) -> Asked:
    """From an address or a form."""
    said = {name: (values.get(name) or "")[:_LONGEST] or None for name in NAMES}
    return Asked(
        location=said["location"],
        by=BY_ROOM if said["by"] == BY_ROOM else BY_THERAPIST,
        therapist=said["therapist"],
        show=said["show"] if said["show"] in SHOWN else None,
    )


def endpoint_of(values: Mapping[str, str]) -> str:
    """The page that an address or a form means: the day's, or that of the week that it lies in."""
    return "schedule.week" if values.get("as") == WEEK else "schedule.day"
