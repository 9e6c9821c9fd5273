"""The questions before a session as a form, made from the set in force: asked on the web, behind the manage link, at the desk."""

from datetime import date
from typing import Any, cast

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.domain.screening import (
    LONGEST_TEXT,
    QuestionKind,
    Said,
    ScreeningQuestion,
    ScreeningSet,
    day_key,
    faults_of,
)
from app.domain.wishes import Chaperone, Wishes
from app.web.language import _
from app.web.local_words import in_words, text_words
from app.web.spoken_form import SpokenForm

#: Before a question's key, so that no key can be taken for something else in the form.
_ANSWER, _DAY = "q-", "on-"
_CHAPERONE = "second-person"


class QuestionsForm(SpokenForm):
    """What all of them share; the fields come from the set."""

    asked: ScreeningSet

    @property
    def said(self) -> Said:
        """What stands in it, by question."""
        told: dict[str, str] = {}
        for question in self.asked.questions:
            told[question.key] = str(self[_ANSWER + question.key].data or "")
            if _DAY + question.key in self:
                told[day_key(question.key)] = str(self[_DAY + question.key].data or "")
        return told

    @property
    def wishes(self) -> Wishes:
        """What was asked beside the questions: whether a second person is wanted."""
        chosen = self[_CHAPERONE].data if self.offers_chaperone else None
        return Wishes(chaperone=Chaperone(chosen) if chosen in set(Chaperone) else Chaperone.NOT_ASKED)

    @property
    def offers_chaperone(self) -> bool:
        """Whether a second person is offered at the end."""
        return _CHAPERONE in self

    @property
    def rows(self) -> list[tuple[ScreeningQuestion, Any, Any]]:
        """Each question with its field and, where a date goes with it, that."""
        return [
            (
                question,
                self[_ANSWER + question.key],
                self._fields.get(_DAY + question.key),
            )
            for question in self.asked.questions
        ]

    @property
    def second_person(self) -> Any:
        """The field that offers one."""
        return self[_CHAPERONE]

    def is_sound(self, on: date) -> bool:
        """Whether everything is answered; what is missing is said beside its field."""
        sent = bool(self.validate_on_submit())
        faults = faults_of(self.asked, self.said, on)
        for question, field, day in self.rows:
            if question.key in faults:
                at_date = day is not None and _asks_when(question, field.data)
                (day if at_date else field).errors = [in_words(faults[question.key])]
        if self.offers_chaperone and self.second_person.data not in (Chaperone.WANTED, Chaperone.DECLINED):
            self.second_person.errors = [_("Please choose one of the two.")]
            return False
        return sent and not faults


def questions_form(
    asked: ScreeningSet, language: str, *, with_chaperone: bool = False, is_empty: bool = False
) -> QuestionsForm:
    """The form for a set; filled from what was sent unless it shall be empty."""
    fields: dict[str, Any] = {"asked": asked}
    for question in asked.questions:
        fields[_ANSWER + question.key] = _field(question, language)
        if any(answer.phases for answer in question.answers):
            fields[_DAY + question.key] = StringField(_("When was that?"))
    if with_chaperone:
        fields[_CHAPERONE] = RadioField(
            _("Would you like a second person from our team in the room?"),
            choices=[
                SelectChoice(Chaperone.DECLINED.value, _("No, thank you")),
                SelectChoice(Chaperone.WANTED.value, _("Yes, please")),
            ],
            validate_choice=False,
        )
    made = type("AskedForm", (QuestionsForm,), fields)
    return cast("QuestionsForm", made(formdata=None) if is_empty else made())


def _field(question: ScreeningQuestion, language: str) -> Any:
    label = text_words(question.text, language)
    if question.kind is QuestionKind.TEXT:
        return TextAreaField(label, render_kw={"maxlength": LONGEST_TEXT})
    choices = [SelectChoice(answer.key, text_words(answer.label, language)) for answer in question.answers]
    return RadioField(label, choices=choices, validate_choice=False)


def _asks_when(question: ScreeningQuestion, key: str | None) -> bool:
    return any(answer.key == key and answer.phases for answer in question.answers)
