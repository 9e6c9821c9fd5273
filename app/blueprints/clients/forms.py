"""What staff fill in about a client."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation

from app.actions.clients import Details
from app.blueprints.appointments.forms import (
    EMAIL_LIMIT,
    NAME_LIMIT,
    PHONE_LIMIT,
    block,
    email_address,
    line,
    offer_languages,
    phone_number,
)
from app.domain.clients import NoteKind, Preferences, Pressure
from app.domain.contacts import Detail
from app.store.client_pages import Who
from app.web.language import _, lazy
from app.web.spoken_form import SpokenForm
from app.web.typed import number_typed

NOTE_LIMIT, PREFERENCE_LIMIT = 2000, 500
PRESSURES = {
    Pressure.UNKNOWN: lazy("Not known"),
    Pressure.LIGHT: lazy("Light"),
    Pressure.MEDIUM: lazy("Medium"),
    Pressure.FIRM: lazy("Firm"),
}
_NAMELESS = lazy("Enter the client's name.")


def _offered(_form: FlaskForm, field: Field) -> None:
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(_("That is not on offer. Choose one of the list."))


def _sent(_form: FlaskForm, field: Field) -> None:
    """A field that is left empty is sent empty; one that is missing would erase unseen what is stored."""
    if not field.raw_data:
        raise StopValidation(_("This was missing from what was sent. Check it, and save again."))


def _says_version(_form: FlaskForm, field: Field) -> None:
    if not field.raw_data or number_typed(field.raw_data[0]) is None:
        raise ValidationError(_("The page did not say what it was based on. Check, and save again."))


class DetailsForm(SpokenForm):
    """Who a client is, and how they are written to."""

    name = StringField(lazy("Name"), [InputRequired(_NAMELESS), line(NAME_LIMIT), DataRequired(_NAMELESS)])
    guardian = StringField(lazy("Parent or guardian"), [Optional(), line(NAME_LIMIT)])
    phone = TelField(lazy("Telephone"), [Optional(), line(PHONE_LIMIT), phone_number])
    email = EmailField(lazy("E-mail address"), [Optional(), line(EMAIL_LIMIT), email_address])
    detail = SelectField(
        lazy("Our e-mails say"),
        [_offered],
        choices=[
            SelectChoice(Detail.FULL.value, lazy("everything")),
            SelectChoice(Detail.PAGE.value, lazy("only when and where")),
        ],
        validate_choice=False,
    )
    language = SelectField(lazy("They are written in"), [_offered], validate_choice=False)
    whose = RadioField(lazy("For whom?"), [Optional()], choices=[], validate_choice=False)
    row_version = HiddenField(validators=[_says_version])

    def __init__(self, who: Who, *args: Any, **more: Any) -> None:
        stored = {
            "name": who.name,
            "guardian": who.guardian,
            "phone": who.phone,
            "email": who.email,
            "detail": who.detail,
            "language": who.language,
            "row_version": str(who.row_version),
        }
        super().__init__(*args, data=stored, **more)
        offer_languages(self.language)
        if who.language not in [choice.value for choice in self.language.choices]:
            self.language.choices.append(SelectChoice(who.language, who.language))
        if who.others:
            others = ", ".join(who.others)
            self.whose.choices = [
                SelectChoice("person", _("Only for %(name)s", name=who.name)),
                SelectChoice(
                    "everybody",
                    _("For everybody reached there: %(name)s, %(others)s", name=who.name, others=others),
                ),
            ]

    @property
    def details(self) -> Details:
        """What it says."""
        return Details(
            name=self.name.data,
            email=self.email.data or None,
            phone=self.phone.data or None,
            language=self.language.data,
            detail=Detail(self.detail.data),
            guardian=self.guardian.data or None,
        )


class NoteForm(SpokenForm):
    """A note, for whom it is."""

    kind = HiddenField(default=NoteKind.DESK.value)
    text = TextAreaField(lazy("Note"), [DataRequired(lazy("Write the note first.")), block(NOTE_LIMIT)])


class PreferencesForm(SpokenForm):
    """How a client likes to be treated."""

    pressure = RadioField(
        lazy("Pressure"),
        [_sent, _offered],
        choices=[SelectChoice(one.value, words) for one, words in PRESSURES.items()],
        default=Pressure.UNKNOWN.value,
        validate_choice=False,
    )
    avoid = TextAreaField(lazy("Areas to leave out"), [_sent, Optional(), block(PREFERENCE_LIMIT)])
    heed = TextAreaField(lazy("To heed, for safety"), [_sent, Optional(), block(PREFERENCE_LIMIT)])
    row_version = HiddenField(validators=[_says_version])

    @property
    def lacks_something(self) -> bool:
        """Whether it was sent in part, as no page of ours sends it."""
        return bool(self.row_version.errors) or not all(
            field.raw_data for field in (self.pressure, self.avoid, self.heed)
        )

    @property
    def preferences(self) -> Preferences:
        """What it says."""
        return Preferences(Pressure(self.pressure.data), self.avoid.data or "", self.heed.data or "")


class MergeForm(SpokenForm):
    """Which of two rows goes on."""

    kept = RadioField(lazy("Whose name and address go on?"), [_offered], choices=[], validate_choice=False)
    versions = HiddenField()

    def offer(self, one: Who, other: Who) -> None:
        """The two, the first of them chosen."""
        self.kept.choices = [SelectChoice(str(who.id), _said(who)) for who in (one, other)]
        if not self.kept.raw_data:
            self.kept.data = str(one.id)
            self.versions.data = versions_of(one, other)


def versions_of(one: Who, other: Who) -> str:
    """How both rows stand: 12.3-15.1."""
    return "-".join(f"{who.id}.{who.row_version}" for who in sorted((one, other), key=lambda who: who.id))


def _said(who: Who) -> str:
    ways = " · ".join(way for way in (who.email, who.phone) if way)
    return f"{who.name}{f' ({ways})' if ways else ''}"
