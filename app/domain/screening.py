"""Screening: which work needs questions about health first, what is asked, and what follows from the answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.said import said

_Texts = Mapping[str, str]
#: What somebody said: by question key the answer's key, a text, or (under "<key>.on") a date as 2027-03-14.
Said = Mapping[str, str]


class Outcome(StrEnum):
    """What follows, mildest first; of several the worst counts. REVIEW: a therapist looks first. CALL: not online. URGENT: get help now."""

    OK = "ok"
    REVIEW = "review"
    CALL = "call"
    URGENT = "urgent"


class QuestionKind(StrEnum):
    """How a question is answered: by one of its named answers, or in free words."""

    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Phase:
    """Up to so many days after the date that goes with an answer, this outcome holds; after the last phase it is OK."""

    within_days: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """A named answer. With ``phases`` a date is asked too ("When was it?"), and they replace ``outcome``.

    ``advice`` is said to who gives it, in our words; ``not_today``: later times are offered, without a fee.
    """

    key: str
    label: _Texts
    outcome: Outcome = Outcome.OK
    phases: tuple[Phase, ...] = ()
    advice: _Texts | None = None
    not_today: bool = False


@dataclass(frozen=True, slots=True)
class ScreeningQuestion:
    """One fact, asked with its why. Free words never decide: they mean REVIEW at most (``text_outcome``)."""

    key: str
    kind: QuestionKind
    text: _Texts
    why: _Texts
    answers: tuple[Answer, ...] = ()
    text_outcome: Outcome = Outcome.REVIEW
    optional: bool = False
    retired: bool = False  # kept in the set, but asked no longer


@dataclass(frozen=True, slots=True)
class ScreeningSet:
    """One version of a set of questions; ``approved``: the owner stands for it."""

    id: int  # of the version
    slug: str
    version: int
    questions: tuple[ScreeningQuestion, ...]
    approved: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One round of answers: to which questions, when, and what came of it.

    ``is_repeated``: nothing was asked but whether anything has changed; the answers are older ones.
    """

    service_id: int
    version_id: int
    answered_at: datetime
    outcome: Outcome
    is_repeated: bool = False

    def corrects(self, earlier: "Round") -> bool:
        """Whether the same was asked: a later answer then takes the place of the earlier one. Who only repeats answers nothing."""
        is_same = self.service_id == earlier.service_id or self.version_id == earlier.version_id
        return is_same and not self.is_repeated


#: How long an outcome stays with a visit, and answers can still be booked with.
VISIT = timedelta(hours=24)
#: What nobody leaves behind by answering otherwise: it is talked over, or looked at.
GRAVE = (Outcome.CALL, Outcome.URGENT)
YES, NO = "yes", "no"
NOT_SURE = "not_sure"  # the key of the answer of who doesn't know
LONGEST_TEXT = 1000
_LONGEST_AGO = timedelta(days=120 * 366)
_SEVERITY = tuple(Outcome)


def worst_of(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of them; of none, OK."""
    return max(outcomes, key=_SEVERITY.index, default=Outcome.OK)


def settled(outcome: Outcome, worst: Outcome | None) -> Outcome:
    """The outcome of who answers again, ``worst`` being their worst so far: once CALL or URGENT, it is REVIEW at best."""
    return worst_of((outcome, Outcome.REVIEW)) if worst in GRAVE else outcome


def standing_cry(rounds: Iterable[Round], now: datetime) -> Round | None:
    """The cry for help that still stands among one person's rounds, oldest first; none where there is none.

    An URGENT answer stands for a day, for whatever is booked, unless the same questions were answered otherwise since.
    """
    standing: list[Round] = []
    for one in rounds:
        if one.answered_at > now - VISIT:
            standing = [*(earlier for earlier in standing if not one.corrects(earlier)), one]
    return next((one for one in standing if one.outcome is Outcome.URGENT), None)


def outcome_of(asked: ScreeningSet, told: Said, on: date) -> Outcome:
    """What follows from all answers together, asked on that local date. What is missing or unknown counts as its worst."""
    return worst_of(_outcome(question, told, on) for question in asked.questions)


def gate_keys(asked: ScreeningSet, told: Said, on: date) -> frozenset[str]:
    """The questions whose answer is not OK; what was never answered is among them."""
    return frozenset(
        question.key for question in asked.questions if _outcome(question, told, on) is not Outcome.OK
    )


def faults_of(asked: ScreeningSet, told: Said, on: date) -> dict[str, str]:
    """By question what its answer lacks, as a sentence; without any the outcome can be relied on."""
    found = ((question.key, _fault(question, told, on)) for question in asked.questions)
    return {key: fault for key, fault in found if fault}


def advices(asked: ScreeningSet, told: Said, on: date | None = None) -> tuple[_Texts, ...]:
    """What is said to who gave these answers, each once, the worst first; with a date, nothing about what is OK by then."""
    given = [
        (_outcome(question, told, on or date.min), _given(question, told)) for question in asked.questions
    ]
    found = [
        (outcome, answer.advice)
        for outcome, answer in given
        if answer is not None and answer.advice and not (on and outcome is Outcome.OK)
    ]
    in_order = sorted(found, key=lambda one: -_SEVERITY.index(one[0]))
    return tuple(
        advice for index, (_, advice) in enumerate(in_order) if advice not in _texts(in_order[:index])
    )


def is_not_today(asked: ScreeningSet, told: Said) -> bool:
    """Whether an answer says that any day is better than this one: later times are offered, without a fee."""
    given = (_given(question, told) for question in asked.questions)
    return any(answer.not_today for answer in given if answer is not None)


def mistake_in(question: ScreeningQuestion) -> str | None:
    """Why a question can't be asked like that, as a sentence without its beginning; None if it can."""
    if question.kind is QuestionKind.TEXT:
        decides = worst_of((question.text_outcome, Outcome.REVIEW)) is not Outcome.REVIEW
        return said("must be ok or review: free words never decide") if decides else None
    keys = [answer.key for answer in question.answers]
    if len(keys) < 2:
        return said("must be at least two")
    if len(set(keys)) < len(keys):
        return said("must each have a key of its own")
    return _mistake_of_unsure(question)


def _mistake_of_unsure(question: ScreeningQuestion) -> str | None:
    """Who is not sure is never let through, unless no answer would stop anybody."""
    matters = any(worst_of_answer(answer) is not Outcome.OK for answer in question.answers)
    unsure_ones = [answer for answer in question.answers if answer.key == NOT_SURE]
    if matters and any(answer.outcome is Outcome.OK or answer.phases for answer in unsure_ones):
        return said("must give not_sure an outcome of review or worse")
    return None


def day_key(question_key: str) -> str:
    """Where the date that goes with an answer stands."""
    return f"{question_key}.on"


def day_said(told: Said, question_key: str) -> date | None:
    """The date that was given with an answer, if it is one."""
    try:
        return date.fromisoformat(told.get(day_key(question_key), "").strip())
    except ValueError:
        return None


def _texts(told: Iterable[tuple[Outcome, _Texts | None]]) -> list[_Texts | None]:
    return [text for _, text in told]


def _given(question: ScreeningQuestion, told: Said) -> Answer | None:
    key = told.get(question.key, "")
    return next((answer for answer in question.answers if answer.key == key), None)


def _outcome(question: ScreeningQuestion, told: Said, on: date) -> Outcome:
    words = told.get(question.key, "").strip()
    if not words and question.optional:
        return Outcome.OK
    if question.kind is QuestionKind.TEXT:
        return question.text_outcome
    answer = _given(question, told)
    if answer is None:
        return worst_of(worst_of_answer(one) for one in question.answers)
    return _on_day(answer, day_said(told, question.key), on)


def worst_of_answer(answer: Answer) -> Outcome:
    """The worst that an answer can lead to, whenever it was."""
    return worst_of(phase.outcome for phase in answer.phases) if answer.phases else answer.outcome


def _on_day(answer: Answer, since: date | None, on: date) -> Outcome:
    if not answer.phases:
        return answer.outcome
    if since is None:
        return worst_of_answer(answer)
    held = (phase for phase in sorted(answer.phases, key=_length) if (on - since).days <= phase.within_days)
    return next((phase.outcome for phase in held), Outcome.OK)


def _length(phase: Phase) -> int:
    return phase.within_days


def _fault(question: ScreeningQuestion, told: Said, on: date) -> str | None:
    words = told.get(question.key, "").strip()
    if not words:
        return None if question.optional else said("Please answer this question.")
    if question.kind is QuestionKind.TEXT:
        is_long = len(words) > LONGEST_TEXT
        return said("Please use at most %(limit)d characters.", limit=LONGEST_TEXT) if is_long else None
    answer = _given(question, told)
    if answer is None:
        return said("Please choose one of the answers.")
    return _day_fault(told, question.key, on) if answer.phases else None


def _day_fault(told: Said, key: str, on: date) -> str | None:
    if not told.get(day_key(key), "").strip():
        return said("Please say when that was; a guess will do.")
    since = day_said(told, key)
    if since is None or on - since > _LONGEST_AGO:
        return said("Please give a date that exists, such as 14 March 2026.")
    return said("Please give a date that is not in the future.") if since > on else None


#: Beginnings and parts of words for belly, pelvis and the hip flexors inside: "iliopsoas" and "lower-abdomen" count too.
_TENDER = (
    "psoas",
    "iliac",
    "belly",
    "bellies",
    "abdom",
    "stomach",
    "tummy",
    "viscer",
    "pelv",
    "groin",
    "inguin",
    "perine",
    "diaphragm",
)
_FRONT_OF_HIP = ("flexor", "front")


def must_be_screened(depth: str, region: str | None) -> bool:
    """Whether work of that depth on that body region always needs screening; ``region`` is words joined by hyphens."""
    words = (region or "").casefold()
    tender = any(word in words for word in _TENDER)
    return depth == "deep" and (tender or ("hip" in words and any(word in words for word in _FRONT_OF_HIP)))
