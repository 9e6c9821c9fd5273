"""Forms for what is asked and agreed to before deep work: a question with its outcomes, a consent text with its areas."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from wtforms import BooleanField, widgets
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import OneOf, Whole
from app.blueprints.admin.forms import SettingsForm, blame
from app.blueprints.admin.guidance_forms import ToldBlock, ToldLine
from app.domain.asked_age import mistakes_in_asked, words_with_age
from app.domain.consent import ConsentArea
from app.domain.practice import Texts, text_in
from app.domain.practice_file_safety import (
    LONGEST_BODY,
    LONGEST_LABEL,
    LONGEST_PHASE,
    LONGEST_QUESTION,
    LONGEST_WHY,
)
from app.domain.screening import Answer, Outcome, Phase, QuestionKind, ScreeningQuestion, mistake_in
from app.web.language import Lazy, _, lazy
from app.web.local_words import in_words, languages_with

#: What follows from an answer, as staff read it.
OUTCOMES: Mapping[Outcome, Lazy] = {
    Outcome.OK: lazy("Can be booked"),
    Outcome.REVIEW: lazy("A therapist looks first"),
    Outcome.CALL: lazy("Not online: please phone us"),
    Outcome.URGENT: lazy("No booking: get help now"),
}
_CHOICES = [(outcome.value, words) for outcome, words in OUTCOMES.items()]


class AskedLine(ToldLine):
    """A line of a question, all of it in sight: nothing is filled in there but the age of minors."""

    widget = widgets.TextArea()

    def inspect(self, text: str) -> None:
        """Refuse other braces, and promises."""
        mistakes = mistakes_in_asked(text)
        if mistakes:
            raise StopValidation(" ".join(map(in_words, mistakes)))


class QuestionForm(SettingsForm):
    """A question: its words, and what follows from each answer. ``question_form`` gives it fields."""

    languages: ClassVar[Mapping[str, str]] = {}
    asked: ClassVar[ScreeningQuestion]
    left_out = BooleanField(lazy("Don't ask this any longer"))

    def fits_together(self) -> bool:
        """Refuse outcomes that a question can't have."""
        if self.errors:
            return False
        mistake = mistake_in(self.typed())
        if mistake:
            blame(self.left_out, _("What follows from the answers %(mistake)s.", mistake=in_words(mistake)))
        return mistake is None

    def typed(self) -> ScreeningQuestion:
        """The question as the form says it; languages that the page does not show stay as they were."""
        old = self.asked
        return replace(
            old,
            text=_texts(self, "text", old.text),
            why=_texts(self, "why", old.why),
            answers=tuple(self._answer(answer) for answer in old.answers),
            text_outcome=Outcome(self.text_outcome.data) if _is_text(old) else old.text_outcome,
            retired=self.left_out.data,
        )

    def _answer(self, answer: Answer) -> Answer:
        if not answer.phases:
            return replace(answer, outcome=Outcome(self[outcome_name(answer)].data))
        phases = (
            Phase(self[days_name(answer, index)].value, Outcome(self[outcome_name(answer, index)].data))
            for index, _phase in enumerate(answer.phases)
        )
        return replace(answer, phases=tuple(sorted(phases, key=lambda phase: phase.within_days)))


class ConsentForm(SettingsForm):
    """A consent text: its words, and what each area is called. ``consent_form`` gives it fields."""

    languages: ClassVar[Mapping[str, str]] = {}
    areas: ClassVar[tuple[ConsentArea, ...]] = ()

    def typed_body(self, known: Texts) -> dict[str, str]:
        """The text in every language."""
        return _texts(self, "body", known)

    def typed_areas(self) -> list[ConsentArea]:
        """The areas that are still asked for."""
        return [
            replace(area, label=_texts(self, f"area_{area.key}", area.label))
            for area in self.areas
            if not self[f"drop_{area.key}"].data
        ]


def outcome_name(answer: Answer, phase: int | None = None) -> str:
    """The field of what follows from an answer, or from it in one of its phases."""
    return f"outcome_{answer.key}" if phase is None else f"outcome_{answer.key}_{phase}"


def days_name(answer: Answer, phase: int) -> str:
    """The field of how long a phase lasts."""
    return f"days_{answer.key}_{phase}"


def question_form(question: ScreeningQuestion, language: str, minor_until: int) -> type[QuestionForm]:
    """The form of that question; its answers are called as clients read them."""
    languages = languages_with(language)
    fields: dict[str, Any] = {"languages": languages, "asked": question}
    for code, name in languages.items():
        needed = _("A question needs its words.") if code == language else None
        fields[f"text_{code}"] = AskedLine(
            _("Question (%(name)s)", name=name), LONGEST_QUESTION, needed=needed
        )
        fields[f"why_{code}"] = AskedLine(_("Why it is asked (%(name)s)", name=name), LONGEST_WHY)
    if _is_text(question):
        few = [choice for choice in _CHOICES if choice[0] in (Outcome.OK, Outcome.REVIEW)]
        fields["text_outcome"] = OneOf(_("What follows from an answer in their own words"), few)
    for answer in question.answers:
        fields |= _answer_fields(answer, words_with_age(text_in(answer.label, language), minor_until))
    return type("OneQuestionForm", (QuestionForm,), fields)


def question_values(question: ScreeningQuestion, language: str) -> dict[str, Any]:
    """The question as the form's values."""
    values: dict[str, Any] = {"left_out": question.retired, "text_outcome": question.text_outcome.value}
    for code in languages_with(language):
        values |= {f"text_{code}": question.text.get(code, ""), f"why_{code}": question.why.get(code, "")}
    for answer in question.answers:
        values[outcome_name(answer)] = answer.outcome.value
        for index, phase in enumerate(answer.phases):
            values[outcome_name(answer, index)] = phase.outcome.value
            values[days_name(answer, index)] = phase.within_days
    return values


def consent_form(areas: tuple[ConsentArea, ...], language: str) -> type[ConsentForm]:
    """The form of a text with those areas."""
    languages = languages_with(language)
    fields: dict[str, Any] = {"languages": languages, "areas": areas}
    for code, name in languages.items():
        needed = _("The text can't be empty.") if code == language else None
        fields[f"body_{code}"] = ToldBlock(_("Text (%(name)s)", name=name), LONGEST_BODY, needed=needed)
    for area in areas:
        fields[f"drop_{area.key}"] = BooleanField(_("Don't ask for this area any longer"))
        for code, name in languages.items():
            needed = _("An area needs a name.") if code == language else None
            fields[f"area_{area.key}_{code}"] = ToldLine(
                _("Area (%(name)s)", name=name), LONGEST_LABEL, needed=needed
            )
    return type("OneConsentForm", (ConsentForm,), fields)


def consent_values(body: Texts, areas: tuple[ConsentArea, ...], language: str) -> dict[str, Any]:
    """The text as the form's values."""
    values: dict[str, Any] = {}
    for code in languages_with(language):
        values[f"body_{code}"] = body.get(code, "")
        values |= {f"area_{area.key}_{code}": area.label.get(code, "") for area in areas}
    return values


def _answer_fields(answer: Answer, label: str) -> dict[str, Any]:
    if not answer.phases:
        return {outcome_name(answer): OneOf(label, _CHOICES)}
    fields: dict[str, Any] = {}
    for index, _phase in enumerate(answer.phases):
        fields[days_name(answer, index)] = Whole(
            _("%(label)s: up to so many days after", label=label),
            1,
            LONGEST_PHASE,
            needed=_("Type how many days."),
        )
        fields[outcome_name(answer, index)] = OneOf(_("What follows until then"), _CHOICES)
    return fields


def _is_text(question: ScreeningQuestion) -> bool:
    return question.kind is QuestionKind.TEXT


def _texts(form: Any, name: str, known: Texts) -> dict[str, str]:
    """In the order that was stored, so that nothing counts as changed that says the same."""
    typed = {code: form[f"{name}_{code}"].data for code in form.languages}
    there = {code: typed.pop(code, text) for code, text in known.items()}
    return {code: text for code, text in (there | typed).items() if text}
