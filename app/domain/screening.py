"""Screening: which work needs questions about health first, what is asked, and what follows from the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class ScreeningSet:
    """One version of a set of questions; ``approved``: the owner stands for it."""

    id: int  # of the version
    slug: str
    version: int
    questions: tuple[ScreeningQuestion, ...]
    approved: bool


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
