"""A guide's times in words: what its page counts, and what its table says where no script runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.practice_file import GuideStep
from app.domain.selfcare import Guide, Side, Turn, lacks_numbers, total_of, turns_of
from app.web.filters import minutes_words
from app.web.language import _, lazy, ngettext

AS_ADVISED = lazy("as advised by your therapist")
_SIDES = {Side.BOTH: "", Side.FIRST: lazy("First side"), Side.SECOND: lazy("Other side")}


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
    """How long and how often: "30 seconds on each side, 2 times"; what nobody told is as the therapist advises."""
    how = [
        between(step.seconds, step.up_to_seconds or step.seconds) if step.seconds is not None else "",
        ngettext("once", "%(num)d times", step.reps) if step.reps is not None else "",
    ]
    advised = lacks_numbers(step) or not any(how)
    words = str(AS_ADVISED) if advised else ", ".join(part for part in how if part)
    if step.per_side and lacks_numbers(step):
        return _("%(times)s, on each side", times=words)
    words = _("%(times)s on each side", times=words) if step.per_side else words
    if step.sets is None or lacks_numbers(step):
        return words
    return ngettext("%(times)s, %(num)d round", "%(times)s, %(num)d rounds", step.sets, times=words)


def seconds_words(seconds: int) -> str:
    """30 seconds; 1 minute; 1 minute 30."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return ngettext("%(num)d second", "%(num)d seconds", rest)
    words = minutes_words(minutes)
    return f"{words} {rest}" if rest else words


def between(least: int, most: int) -> str:
    """1 minute to 2 minutes, or one of them where they are the same."""
    if least == most:
        return seconds_words(least)
    return _("%(least)s to %(most)s", least=seconds_words(least), most=seconds_words(most))


def _name(turn: Turn, steps: int) -> str:
    parts = [
        _("Step %(number)d", number=turn.step) if steps > 1 else "",
        _("round %(number)d of %(all)d", number=turn.set_number, all=turn.sets) if turn.sets > 1 else "",
        str(_SIDES[turn.side]),
    ]
    return ", ".join(part for part in parts if part) or _("Hold")


def _length(turn: Turn) -> str:
    return between(turn.seconds, turn.up_to_seconds or turn.seconds)
