"""Guidance: what to do before and after a session, as steps with an offset, a condition and a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

BEFORE, AFTER = "before", "after"

#: The key of the step, among those for afterwards, that a client should have in hand before anything feels wrong.
FEELS_WRONG = "help"


class Condition(StrEnum):
    """When a step applies at all.

    BOOKED_AHEAD: only to who booked at least a day before it is due (others have just read it all).
    NO_NEXT_SESSION: not to who comes again within the step's own offset.
    """

    ALWAYS = "always"
    BOOKED_AHEAD = "booked_ahead"
    NO_NEXT_SESSION = "no_next_session"


@dataclass(frozen=True, slots=True)
class GuidanceStep:
    """One piece of advice. ``offset`` is counted back from the start (``before``) or on from the end (``after``).

    Whole days mean the same wall time that many days earlier or later; shorter offsets are elapsed time. No offset before
    means the arrival: it is told with the last message ahead of the session. ``visit`` narrows a step to first or
    returning visits, ``minutes`` to sessions that last so long (none named: all). With ``check_in`` the client is asked
    how it went.
    """

    key: str
    moment: str  # before or after
    offset: timedelta
    label: Mapping[str, str]  # "The day before"
    text: Mapping[str, str]  # Markdown
    visit: str = "any"
    minutes: tuple[int, ...] = ()
    condition: Condition = Condition.ALWAYS
    check_in: bool = False
    guides: tuple[str, ...] = ()  # self-care guides that go with it, by slug: after a session only

    def suits(self, visit: str, minutes: int) -> bool:
        """Whether it is meant for that visit and length of session."""
        return self.visit in ("any", visit) and (not self.minutes or minutes in self.minutes)


@dataclass(frozen=True, slots=True)
class GuidancePlan:
    """The steps of one version of a plan, in the order in which they apply."""

    slug: str
    version: int
    steps: tuple[GuidanceStep, ...]

    def steps_for(self, visit: str, minutes: int, moment: str) -> tuple[GuidanceStep, ...]:
        """What applies to such a session, before or after it."""
        return tuple(step for step in self.steps if step.moment == moment and step.suits(visit, minutes))

    def steps_named(self, keys: tuple[str, ...]) -> tuple[GuidanceStep, ...]:
        """The steps of those keys that the plan still has, in the plan's order."""
        return tuple(step for step in self.steps if step.key in keys)
