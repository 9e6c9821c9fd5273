"""Guidance: what to do before and after a session, as steps with an offset and a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class GuidanceStep:
    """One piece of advice. ``offset`` is counted back from the start (``before``) or on from the end (``after``).

    Whole days mean the same wall time that many days earlier or later; shorter offsets are elapsed time.
    ``visit`` narrows a step to first or returning visits.
    """

    key: str
    moment: str  # before or after
    offset: timedelta
    label: Mapping[str, str]  # "The day before"
    text: Mapping[str, str]  # Markdown
    visit: str = "any"


@dataclass(frozen=True, slots=True)
class GuidancePlan:
    """The steps of one version of a plan, in the order in which they apply."""

    slug: str
    version: int
    steps: tuple[GuidanceStep, ...]

    def steps_for(self, visit: str, moment: str) -> tuple[GuidanceStep, ...]:
        """What applies to a first or a returning visit, before or after the session."""
        return tuple(step for step in self.steps if step.moment == moment and step.visit in ("any", visit))


def steps_due_with(
    steps: Sequence[GuidanceStep], days_before: int, reminder_days: Sequence[int]
) -> tuple[GuidanceStep, ...]:
    """The preparation that a reminder carries: all that applies from its day on, until the next reminder takes over.

    The last reminder carries everything that is left, up to the arrival. Example: reminders 3 days and 1 day before; the
    first carries the steps of 2 and 3 days before, the second those of the day before and of the day itself.
    """
    later = [days for days in reminder_days if days < days_before]
    next_reminder = timedelta(days=max(later)) if later else timedelta(days=-1)
    return tuple(
        step
        for step in steps
        if step.moment == BEFORE and next_reminder < step.offset <= timedelta(days=days_before)
    )
