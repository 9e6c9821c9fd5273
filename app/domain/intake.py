"""The intake form: which parts a client is asked, what is wrong with an answer, how old somebody is. It decides nothing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from app.domain.intake_questions import PARTS, YES_NO, Kind, Need, Part, Question
from app.domain.said import said
from app.domain.text import BadText, clean_block, clean_line

#: What somebody wrote: by question key, and under "<key>.more" what they add to a yes.
Answers = Mapping[str, str]
MORE = ".more"
_LINE, _TEXT = 200, 2000
_OLDEST = 120
_TICK = said("Choose one of the answers; you can also say it in person.")


@dataclass(frozen=True, slots=True)
class Treatment:
    """What kind of session somebody has booked or had: deep work, and whether questions (and wishes) come before it."""

    deep: bool = False
    screened: bool = False


class Lack(StrEnum):
    """What is missing: the form, as long as it was never complete, or parts that are asked since."""

    FORM = "form"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a client's form has come: which parts are asked of them, which are done. Never what was answered."""

    parts: tuple[Part, ...] = ()
    done: frozenset[str] = frozenset()
    confirmed_at: datetime | None = None

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that nobody has filled in yet."""
        return tuple(part for part in self.parts if part.key not in self.done)

    @property
    def is_complete(self) -> bool:
        """Whether every part that is asked has been filled in."""
        return not self.missing

    @property
    def lack(self) -> Lack | None:
        """What is missing, in a word; none where every part has been filled in."""
        if self.is_complete:
            return None
        return Lack.PARTS if self.confirmed_at else Lack.FORM

    def is_stale(self, now: datetime, months: int) -> bool:
        """Whether it is filled in, but was last said to be true too long ago."""
        return self.is_complete and bool(self.parts) and is_old(self.confirmed_at, now, months)

    def is_asked(self, now: datetime, months: int) -> bool:
        """Whether the client is led to it: something is missing, or it was last said to be true too long ago."""
        return not self.is_complete or self.is_stale(now, months)

    def part(self, key: str) -> Part | None:
        """The part of that name, if it is asked of this client."""
        return next((part for part in self.parts if part.key == key), None)


def parts_for(sessions: Collection[Treatment], screened: Collection[str]) -> tuple[Part, ...]:
    """What is asked of a client with such sessions; nobody is asked without.

    ``screened``: the keys of what the screening has asked them already.
    """
    if not sessions:
        return ()
    wanted = {Need.ALWAYS}
    if any(one.deep or one.screened for one in sessions):
        wanted.add(Need.DEEP)
    if not any(one.screened for one in sessions):
        wanted.add(Need.UNSCREENED)
    narrowed = (_without(part, screened) for part in PARTS if part.need in wanted)
    return tuple(part for part in narrowed if part.questions)


def kept_answers(part: Part, typed: Answers, today: date) -> tuple[dict[str, str], dict[str, str]]:
    """What is kept of what was typed for a part, and by question what is wrong with it."""
    kept: dict[str, str] = {}
    faults: dict[str, str] = {}
    for question in part.questions:
        try:
            kept.update(_answer(question, typed, today))
        except BadText as fault:
            faults[question.key] = str(fault)
    return kept, faults


def birthday(born: str | None) -> date | None:
    """A date as it is kept."""
    try:
        return date.fromisoformat(born or "")
    except ValueError:
        return None


def age_on(born: date, day: date) -> int:
    """How many years old somebody is that day. Whoever was born on 29 February has a birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_old(confirmed_at: datetime | None, now: datetime, months: int) -> bool:
    """Whether so many months have passed since."""
    return confirmed_at is None or now >= _months_later(confirmed_at, months)


def read_out(answers: Answers, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """For who treats: by part its questions and answers in words; what was not answered is left out."""
    told = ((_in(part.title, language), list(_lines(part, answers, language))) for part in PARTS)
    return [(title, lines) for title, lines in told if lines]


def _without(part: Part, screened: Collection[str]) -> Part:
    asked = tuple(one for one in part.questions if one.screened_as is None or one.screened_as not in screened)
    return replace(part, questions=asked)


def _answer(question: Question, typed: Answers, today: date) -> dict[str, str]:
    """The answer as it is kept. Raises BadText with a sentence."""
    given = typed.get(question.key, "")
    if question.kind in (Kind.CHOICE, Kind.YES_NO):
        return _chosen(question, given, typed.get(question.key + MORE, ""))
    if question.kind is Kind.DATE:
        return {question.key: _date(given, today)}
    cleaned = clean_block(given, _TEXT) if question.kind is Kind.TEXT else clean_line(given, _LINE)
    return {question.key: cleaned} if cleaned else {}


def _date(given: str, today: date) -> str:
    day = birthday(given.strip())
    if day is None:
        raise BadText(said("Type the whole date: day, month and year."))
    if day > today:
        raise BadText(said("That day is still to come."))
    if age_on(day, today) > _OLDEST:
        raise BadText(said("That is more than %(years)d years ago.", years=_OLDEST))
    return day.isoformat()


def _chosen(question: Question, given: str, more: str) -> dict[str, str]:
    offered = dict(question.choices or YES_NO)
    if given not in offered and (given or question.kind is Kind.YES_NO):
        raise BadText(_TICK)
    added = clean_line(more, _LINE) if given == "yes" else ""
    kept = {question.key: given} if given else {}
    return kept | ({question.key + MORE: added} if added else {})


def _lines(part: Part, answers: Answers, language: str) -> Iterator[tuple[str, str]]:
    for question in part.questions:
        given = answers.get(question.key)
        if given:
            words = dict(question.choices or YES_NO) if question.kind in (Kind.CHOICE, Kind.YES_NO) else {}
            shown = _in(words[given], language) if given in words else given
            more = answers.get(question.key + MORE)
            yield _in(question.text, language), f"{shown}: {more}" if more else shown


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language.partition("-")[0]) or texts["en"]


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month; where that month is shorter, the first of the next."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    try:
        return moment.replace(year=year, month=month)
    except ValueError:
        return moment.replace(year=year + month // 12, month=month % 12 + 1, day=1)
