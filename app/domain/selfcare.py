"""Self-care guides: what stands in them, how long they take, and which of them a client may see."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.practice_file import GuideStep
from app.domain.screening import Outcome

_Texts = Mapping[str, str]
#: Gates that are no screening keys: pressure on belly or hip flexors; a tool that somebody must have been shown.
ABDOMINAL, TOOL_COACHED = "abdominal", "tool_coached"


class Side(StrEnum):
    """Which side a turn is for; BOTH: there are no sides."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of time of a guide: of which step (counted from 1), which side, which of how many sets."""

    step: int
    side: Side
    seconds: int
    up_to_seconds: int | None = None
    set_number: int = 1
    sets: int = 1


@dataclass(frozen=True, slots=True)
class Guide:
    """An exercise for at home. ``gate``: what hides it. ``wait``: so long after the last session it is allowed at the earliest.

    What a page or a therapist has not told (seconds, repetitions, sets) stays none.
    """

    slug: str
    title: _Texts
    steps: tuple[GuideStep, ...]
    stop_rules: tuple[_Texts, ...] = ()
    gate: frozenset[str] = frozenset()
    equipment: _Texts = field(default_factory=dict)
    source: str | None = None
    wait: timedelta | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None

    @property
    def is_abdominal(self) -> bool:
        """Whether it presses on belly or hip flexors."""
        return ABDOMINAL in self.gate

    @property
    def may_be_approved(self) -> bool:
        """Whether it says what to do, and when to stop wherever it is not for everybody."""
        return bool(self.steps) and bool(self.stop_rules or not self.gate)

    @property
    def screening_gate(self) -> frozenset[str]:
        """The questions of the screening whose answer may hide it."""
        return self.gate - {ABDOMINAL, TOOL_COACHED}


@dataclass(frozen=True, slots=True)
class Screened:
    """What the last answers of a client came to. ``accepted``: a therapist has looked at them and agreed to the session.

    ``clear``: the questions that were answered with a plain all-clear; what was never asked is not among them.
    """

    outcome: Outcome
    accepted: bool = False
    clear: frozenset[str] = frozenset()

    @property
    def lets_through(self) -> bool:
        """Whether deep work may follow from it."""
        return self.outcome is Outcome.OK or (self.outcome is Outcome.REVIEW and self.accepted)


@dataclass(frozen=True, slots=True)
class Reader:
    """A client, as far as guides go. ``screened``: none for who was never asked, or not for too long.

    ``last_session``: when the last one that was given ended.
    """

    screened: Screened | None = None
    tool_coached: bool = False
    last_session: datetime | None = None


def may_see(guide: Guide, reader: Reader, now: datetime) -> bool:
    """Whether that client is shown the guide now; an unapproved one is shown to nobody."""
    return (
        guide.approved_at is not None
        and _is_time(guide, reader, now)
        and (TOOL_COACHED not in guide.gate or reader.tool_coached)
        and not _is_held_back(guide, reader.screened)
    )


def turns_of(steps: Collection[GuideStep]) -> tuple[Turn, ...]:
    """What a timer counts, in order: each set of each step that has a time, one side after the other."""
    return tuple(turn for number, step in enumerate(steps, 1) for turn in _turns(number, step))


def total_of(turns: Collection[Turn]) -> tuple[int, int]:
    """How many seconds all of them take, at the least and at the most."""
    least = sum(turn.seconds for turn in turns)
    return least, sum(turn.up_to_seconds or turn.seconds for turn in turns)


def lacks_numbers(step: GuideStep) -> bool:
    """Whether how long, how often and on how many rounds is left to the therapist."""
    return step.seconds is None and step.reps is None and step.sets is None


def _is_time(guide: Guide, reader: Reader, now: datetime) -> bool:
    if guide.wait is None:
        return True
    return reader.last_session is not None and now >= reader.last_session + guide.wait


def _is_held_back(guide: Guide, screened: Screened | None) -> bool:
    """Whether the screening stands against it, or there is none although the guide needs one."""
    if screened is None:
        return bool(guide.gate - {TOOL_COACHED})
    if guide.is_abdominal and not screened.lets_through:
        return True
    return not guide.screening_gate <= screened.clear


def _turns(number: int, step: GuideStep) -> Iterator[Turn]:
    if step.seconds is None:
        return
    sets = step.sets or 1
    for at in range(1, sets + 1):
        for side in (Side.FIRST, Side.SECOND) if step.per_side else (Side.BOTH,):
            yield Turn(number, side, step.seconds, step.up_to_seconds, at, sets)
