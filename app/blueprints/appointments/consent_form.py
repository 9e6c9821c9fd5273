"""What is agreed to before deep work, area by area, and how; a guardian agrees for who is under age."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.blueprints.appointments.forms import NAME_LIMIT, line
from app.domain.consent import ConsentTerms, ConsentText
from app.web.language import Lazy, _, lazy
from app.web.local_words import text_words
from app.web.spoken_form import SpokenForm

_AREA, _YES, _NO = "area-", "yes", "no"
_WORD_LIMIT = 40
#: The fields beside the areas.
_TERMS = ("draping", "clothing", "stop_word", "guardian", "agreed", "read_version")
#: As therapists read it later.
_DRAPING = (
    ("covered by a sheet", lazy("Covered by a sheet; only what is worked on is uncovered")),
    ("nothing uncovered", lazy("Nothing uncovered: work through sheet or clothes")),
)
_CLOTHING = (
    ("undressed as far as comfortable", lazy("I undress as far as I feel comfortable")),
    ("stays dressed", lazy("I stay dressed, in something soft")),
)
#: The same in short, for who checks it.
_SHORTLY = {
    _DRAPING[0][0]: lazy("Covered by a sheet"),
    _DRAPING[1][0]: lazy("Nothing uncovered"),
    _CLOTHING[0][0]: lazy("undressed as far as comfortable"),
    _CLOTHING[1][0]: lazy("stays dressed"),
}


def terms_sent(said: Mapping[str, str]) -> dict[str, str]:
    """What of a form belongs to this one."""
    return {name: said[name] for name in said if name in _TERMS or name.startswith(_AREA)}


def _one_of(sentence: Lazy) -> Callable[[FlaskForm, RadioField], None]:
    """One of the choices, or the sentence."""

    def validate(_form: FlaskForm, field: RadioField) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(str(sentence))

    return validate


class ConsentForm(SpokenForm):
    """What all of them share; the areas come from the text."""

    text: ConsentText

    draping = RadioField(
        lazy("How would you like to be covered?"), choices=[SelectChoice(*one) for one in _DRAPING]
    )
    clothing = RadioField(lazy("What about your clothes?"), choices=[SelectChoice(*one) for one in _CLOTHING])
    stop_word = StringField(
        lazy("Which word ends it at once?"),
        [line(_WORD_LIMIT), DataRequired(lazy("Choose a word that ends the session at once."))],
        default="Stop",
    )
    agreed = BooleanField(
        lazy("I have read this, and I agree"), [InputRequired(lazy("Tick the box if you agree."))]
    )
    read_version = StringField()  # the page writes that of the text which it shows, whatever was sent before

    def validate_agreed(self, _field: BooleanField) -> None:
        """Nobody agrees to words that they have not seen: the text may have changed since the page was made."""
        if self.read_version.data != str(self.text.id):
            raise ValidationError(_("The text has changed since you opened this page. Please read it again."))

    @property
    def areas(self) -> list[Any]:
        """The fields of the areas."""
        return [self[_AREA + area.key] for area in self.text.areas]

    @property
    def terms(self) -> ConsentTerms:
        """What was agreed to."""
        return ConsentTerms(
            areas={area.key: self[_AREA + area.key].data == _YES for area in self.text.areas},
            draping=self.draping.data or "",
            stop_word=self.stop_word.data or "",
            clothing=self.clothing.data or "",
            guardian=(self["guardian"].data or "") if "guardian" in self else "",
        )

    @property
    def lines(self) -> list[str]:
        """The same in words, for who checks it before booking."""
        areas = [
            _("%(area)s: yes", area=field.label.text)
            if field.data == _YES
            else _("%(area)s: no", area=field.label.text)
            for field in self.areas
        ]
        guardian = (
            [_("For the client agrees: %(name)s", name=self["guardian"].data)] if "guardian" in self else []
        )
        how = [f"{_SHORTLY.get(self.draping.data, '')}; {_SHORTLY.get(self.clothing.data, '')}"]
        return [*areas, *how, _("Stop word: %(word)s", word=self.stop_word.data), *guardian]

    @property
    def sent(self) -> dict[str, str]:
        """What is kept of it until it is booked."""
        kept = [*self.areas, self.draping, self.clothing, self.stop_word, self.read_version]
        if "guardian" in self:
            kept.append(self["guardian"])
        carried = {field.name: str(field.data) for field in kept if field.data}
        return carried | ({"agreed": "y"} if self.agreed.data else {})


def consent_form(
    text: ConsentText,
    language: str,
    *,
    is_minor: bool,
    is_empty: bool = False,
    typed: Mapping[str, str] | None = None,
    kind: type[ConsentForm] = ConsentForm,
) -> ConsentForm:
    """The form for a text; filled with what was typed before, else from what was sent unless it shall be empty."""
    fields: dict[str, Any] = {"text": text}
    for area in text.areas:
        fields[_AREA + area.key] = RadioField(
            text_words(area.label, language),
            [_one_of(lazy("Say yes or no: both are fine."))],
            choices=[SelectChoice(_YES, _("Yes")), SelectChoice(_NO, _("No"))],
            validate_choice=False,
        )
    if is_minor:
        fields["guardian"] = StringField(
            _("Name of the parent or guardian who agrees"),
            [line(NAME_LIMIT), DataRequired(_("Enter the name of the parent or guardian who agrees."))],
        )
    made = type("AgreedForm", (kind,), fields)
    if typed is not None:
        return cast("ConsentForm", made(formdata=MultiDict(typed)))
    return cast("ConsentForm", made(formdata=None) if is_empty else made())
