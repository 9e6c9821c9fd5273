"""What was answered, wished for and agreed to, in words for who treats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.actions.consenting import OpenedConsent
from app.actions.reading_health import OpenedAnswers
from app.domain.consent import GivenHow
from app.domain.practice import text_in
from app.domain.reviews import Decision, Review
from app.domain.screening import Outcome, QuestionKind, ScreeningQuestion, day_said, gate_keys
from app.domain.wishes import Chaperone, Gender, Wishes
from app.web.language import _, lazy
from app.web.local_words import full_day_words

OUTCOMES = {
    Outcome.OK: lazy("Nothing stands against it"),
    Outcome.REVIEW: lazy("A therapist looks first"),
    Outcome.CALL: lazy("To be talked over on the telephone"),
    Outcome.URGENT: lazy("Needed help at once"),
}
DECISIONS = {
    Decision.ACCEPTED: lazy("Accepted"),
    Decision.CHANGED: lazy("Accepted with a change"),
    Decision.DECLINED: lazy("Declined"),
    Decision.LAPSED: lazy("Nobody answered in time"),
}
#: How a consent was given to staff.
HOW = {
    GivenHow.PAPER: lazy("on paper"),
    GivenHow.PHONE: lazy("by telephone"),
    GivenHow.IN_PERSON: lazy("by word of mouth"),
}
_GENDERS = {Gender.FEMALE: lazy("by a woman"), Gender.MALE: lazy("by a man")}
_CHAPERONES = {
    Chaperone.WANTED: lazy("wanted"),
    Chaperone.DECLINED: lazy("offered, and declined"),
    Chaperone.NOT_ASKED: lazy("not spoken of"),
}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question with its answer; ``counts``: it is why somebody has to look."""

    question: str
    answer: str
    counts: bool


def answer_lines(opened: OpenedAnswers, language: str) -> list[AnswerLine]:
    """What was asked and said: first what counts, then the rest in its order."""
    weighty = gate_keys(opened.asked, opened.said, opened.weighed_on)
    lines = [
        AnswerLine(text_in(one.text, language), _answer(one, opened, language), one.key in weighty)
        for one in opened.asked.questions
    ]
    return sorted(lines, key=lambda line: not line.counts)


def _answer(question: ScreeningQuestion, opened: OpenedAnswers, language: str) -> str:
    said = opened.said.get(question.key, "")
    if question.kind is QuestionKind.TEXT:
        return said or _("nothing")
    named = next((text_in(one.label, language) for one in question.answers if one.key == said), said)
    on: date | None = day_said(opened.said, question.key)
    return f"{named}, {full_day_words(on)}" if on else named or _("not answered")


def wish_lines(wishes: Wishes) -> list[tuple[str, str]]:
    """What binds the session; what nobody said is left out."""
    said = [
        (_("Treated"), str(_GENDERS.get(wishes.gender, ""))),
        (_("Second person"), str(_CHAPERONES[wishes.chaperone])),
        (_("Comes along"), wishes.companion),
        (_("Pressure"), wishes.pressure),
        (_("Leave out"), wishes.avoid),
        (_("Tools"), "" if wishes.tools else _("hands only")),
    ]
    return [(name, text) for name, text in said if text]


def consent_lines(opened: OpenedConsent, language: str) -> list[tuple[str, str]]:
    """What was agreed to, area by area, and how."""
    terms = opened.terms
    areas = [
        (text_in(area.label, language), _("yes") if terms.areas.get(area.key) else _("no"))
        for area in opened.text.areas
    ]
    rest = [
        (_("Covered"), terms.draping),
        (_("Clothes"), terms.clothing),
        (_("Stop word"), terms.stop_word),
        (_("For a minor agreed"), terms.guardian),
    ]
    return [*areas, *((name, text) for name, text in rest if text)]


def decision_words(review: Review) -> str:
    """What came of it."""
    return str(DECISIONS[review.decision]) if review.decision else _("Settled itself")


def sentence_of(lines: Sequence[tuple[str, str]]) -> str:
    """All of it on one line, for paper."""
    return "; ".join(_("%(name)s: %(value)s", name=name, value=text) for name, text in lines)
