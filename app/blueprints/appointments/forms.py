"""What a client types to book, and chooses about e-mails."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    RadioField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from app.domain.clients import Pressure
from app.domain.contacts import Detail, languages_offered
from app.domain.mistyped import likely_meant
from app.domain.text import BadText, clean_block, clean_line
from app.domain.wishes import Chaperone, Gender, Wishes
from app.languages import known_languages, own_name
from app.store.practice import load_practice
from app.web.language import _, lazy, speaking
from app.web.local_words import in_words
from app.web.spoken_form import SpokenForm

NAME_LIMIT, EMAIL_LIMIT, PHONE_LIMIT, NOTE_LIMIT, WISH_LIMIT = 120, 254, 40, 2000, 200
#: What can be wished for.
PRESSURES = [
    SelectChoice(Pressure.UNKNOWN.value, lazy("As you think best")),
    SelectChoice(Pressure.LIGHT.value, lazy("Light")),
    SelectChoice(Pressure.MEDIUM.value, lazy("Medium")),
    SelectChoice(Pressure.FIRM.value, lazy("Firm")),
]
TOOLS = [SelectChoice("tools", lazy("Tools are fine")), SelectChoice("hands", lazy("Hands only"))]
_NO_WISH_OR_TOOLS = [SelectChoice("", lazy("No wish")), *TOOLS]
#: What is kept of the details until it is booked.
DETAILS = (
    "name",
    "email",
    "phone",
    "note",
    "detail",
    "language",
    "pressure",
    "tools",
    "avoid",
    "same_areas",
    "companion",
)


def line(limit: int) -> object:
    """A validator that cleans one line in place."""

    def validate(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = clean_line(field.data or "", limit)
        except BadText as problem:
            raise ValidationError(in_words(str(problem))) from problem

    return validate


def block(limit: int) -> object:
    """A validator that cleans several lines in place."""

    def validate(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = clean_block(field.data or "", limit)
        except BadText as problem:
            raise ValidationError(in_words(str(problem))) from problem

    return validate


def email_address(_form: FlaskForm, field: Field) -> None:
    """An address that mail can be sent to; its letters are folded, its box is not asked."""
    if not field.data:
        return
    try:
        checked = validate_email(field.data, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as problem:
        raise ValidationError(_("Enter an e-mail address such as name@example.com.")) from problem
    field.data = checked.normalized.lower()


def phone_number(_form: FlaskForm, field: Field) -> None:
    """Any way of writing a number that holds enough digits to be called; it is kept as typed."""
    digits = sum(character.isdigit() for character in field.data or "")
    if field.data and not 5 <= digits <= 18:
        raise ValidationError(_("Enter a telephone number with its area code, such as 902-555-0100."))


def own_language() -> str:
    """What the practice writes in where nobody has chosen."""
    return load_practice().language


def page_language() -> str:
    """What stands chosen before a client chose: the language of the page, where the practice writes in it."""
    own = own_language()
    return speaking() if speaking() in languages_offered(own, known_languages()) else own


def offer_languages(field: Field) -> None:
    """Fill the choice with what the practice writes in; a practice of one language asks nothing."""
    codes = languages_offered(load_practice().language, known_languages())
    field.choices = [SelectChoice(code, own_name(code)) for code in codes]


def how_much() -> RadioField:
    """How much mails may say: the same question wherever it is asked."""
    return RadioField(
        lazy("How much may our e-mails say?"),
        choices=[
            SelectChoice(Detail.FULL.value, lazy("Everything")),
            SelectChoice(Detail.PAGE.value, lazy("Only when and where")),
        ],
        default=Detail.FULL.value,
    )


class DetailsForm(SpokenForm):
    """Who is coming, where messages go, and what is wished for."""

    name = StringField(lazy("Your name"), [line(NAME_LIMIT), DataRequired(lazy("Enter your name."))])
    email = EmailField(
        lazy("E-mail address"),
        [
            line(EMAIL_LIMIT),
            DataRequired(lazy("Enter your e-mail address: the confirmation goes there.")),
            email_address,
        ],
    )
    phone = TelField(lazy("Telephone"), [Optional(), line(PHONE_LIMIT), phone_number])
    note = TextAreaField(
        lazy("Anything your therapist should know before the session?"), [Optional(), block(NOTE_LIMIT)]
    )
    detail = how_much()
    language = RadioField(lazy("In which language?"), default=page_language)
    pressure = RadioField(lazy("How firm?"), choices=PRESSURES, default=Pressure.UNKNOWN.value)
    tools = RadioField(lazy("Hands only, or tools too?"), choices=_NO_WISH_OR_TOOLS, default="")
    avoid = StringField(lazy("Areas to leave alone"), [Optional(), line(WISH_LIMIT)])
    same_areas = BooleanField(lazy("Leave the areas alone that I named last time, too"))
    companion = StringField(lazy("Somebody who comes along"), [Optional(), line(NAME_LIMIT)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer_languages(self.language)

    def follow_page(self, language: str | None) -> None:
        """Whoever has just chosen another language for the page gets mails in it, too, unless they choose otherwise."""
        if language in [choice.value for choice in self.language.choices]:
            self.language.data = language

    @property
    def likely_meant(self) -> str | None:
        """The address that was likely meant, where what was typed looks like a slip."""
        return likely_meant(self.email.data or "")

    @property
    def sent(self) -> dict[str, str]:
        """What is kept of it until it is booked."""
        kept = [self[name] for name in DETAILS]
        typed = {field.name: field.data for field in kept if field.data and isinstance(field.data, str)}
        return typed | ({"same_areas": "y"} if self.same_areas.data else {})

    def wishes(
        self, gender: Gender, chaperone: Chaperone, same_areas: str = "", *, usual_tools: bool = True
    ) -> Wishes:
        """With what was asked before, and the areas that were named last time where they are to be left alone again.

        ``usual_tools``: whether tools come in where nothing was wished.
        """
        typed = self.avoid.data or ""
        return Wishes(
            gender=gender,
            chaperone=chaperone,
            pressure=self.pressure.data or "",
            avoid="; ".join(part for part in (same_areas, typed) if part),
            tools=self.tools.data == "tools" if self.tools.data else usual_tools,
            companion=self.companion.data or "",
        )


class MessagesForm(SpokenForm):
    """How somebody wants to be written to, behind the manage link."""

    detail = how_much()
    language = RadioField(lazy("In which language?"), default=page_language)
    aftercare = BooleanField(lazy("Write to me after my sessions, too"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer_languages(self.language)
