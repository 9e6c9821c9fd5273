"""A guide's times in words: what its page counts, and what its table says where no script runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.practice_file import GuideStep
from app.domain.selfcare import Guide, Side, Turn, lacks_numbers, total_of, turns_of

AS_ADVISED = "as advised by your therapist"
_SIDES = {Side.BOTH: "", Side.FIRST: "First side", Side.SECOND: "Other side"}


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """A row of the table, and what the timer says when it begins."""

    of: Turn
    name: str
    length: str

    @property
    def is_switch(self) -> bool:
        """Whether one turns over before it."""
        return self.of.side is Side.SECOND


@dataclass(frozen=True, slots=True)
class TimedGuide:
    """A guide with everything of it that is a number as words."""

    of: Guide
    steps: tuple[tuple[Mapping[str, str], str], ...]
    turns: tuple[TimedTurn, ...]
    total: str

    @property
    def has_choice(self) -> bool:
        """Whether it may last longer or shorter."""
        return any(turn.of.up_to_seconds for turn in self.turns)


def timed(guide: Guide) -> TimedGuide:
    """The guide with its times in words."""
    turns = turns_of(guide.steps)
    return TimedGuide(
        of=guide,
        steps=tuple((step.text, numbers_of(step)) for step in guide.steps),
        turns=tuple(TimedTurn(turn, _name(turn, len(guide.steps)), _length(turn)) for turn in turns),
        total=between(*total_of(turns)) if turns else "",
    )


def numbers_of(step: GuideStep) -> str:
    """How long and how often: "30 seconds a side, 2 times"; what nobody told is as the therapist advises."""
    if lacks_numbers(step):
        return f"{AS_ADVISED}, on each side" if step.per_side else AS_ADVISED
    said = []
    if step.seconds is not None:
        said.append(between(step.seconds, step.up_to_seconds or step.seconds))
    if step.reps is not None:
        said.append("once" if step.reps == 1 else f"{step.reps} times")
    words = ", ".join(said) or AS_ADVISED
    words += " on each side" if step.per_side else ""
    return words if step.sets is None else f"{words}, {step.sets} {'round' if step.sets == 1 else 'rounds'}"


def seconds_words(seconds: int) -> str:
    """30 seconds; 1 minute; 1 minute 30."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return "1 second" if rest == 1 else f"{rest} seconds"
    words = "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{words} {rest}" if rest else words


def between(least: int, most: int) -> str:
    """1 minute to 2 minutes, or one of them where they are the same."""
    return seconds_words(least) if least == most else f"{seconds_words(least)} to {seconds_words(most)}"


def _name(turn: Turn, steps: int) -> str:
    parts = [
        f"Step {turn.step}" if steps > 1 else "",
        f"round {turn.set_number} of {turn.sets}" if turn.sets > 1 else "",
        _SIDES[turn.side],
    ]
    return ", ".join(part for part in parts if part) or "Hold"


def _length(turn: Turn) -> str:
    return between(turn.seconds, turn.up_to_seconds or turn.seconds)
