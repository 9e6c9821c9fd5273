"""What a client types to book, and chooses about e-mails."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
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
from app.domain.text import BadText, clean_block, clean_line
from app.domain.wishes import Chaperone, Gender, Wishes
from app.store.practice import load_practice

NAME_LIMIT, EMAIL_LIMIT, PHONE_LIMIT, NOTE_LIMIT, WISH_LIMIT = 120, 254, 40, 2000, 200
#: What can be wished for.
PRESSURES = [
    SelectChoice(Pressure.UNKNOWN.value, "As you think best"),
    SelectChoice(Pressure.LIGHT.value, "Light"),
    SelectChoice(Pressure.MEDIUM.value, "Medium"),
    SelectChoice(Pressure.FIRM.value, "Firm"),
]
TOOLS = [SelectChoice("tools", "Tools are fine"), SelectChoice("hands", "Hands only")]
#: What a form that comes after the details carries along.
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
            raise ValidationError(str(problem)) from problem

    return validate


def block(limit: int) -> object:
    """A validator that cleans several lines in place."""

    def validate(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = clean_block(field.data or "", limit)
        except BadText as problem:
            raise ValidationError(str(problem)) from problem

    return validate


def email_address(_form: FlaskForm, field: Field) -> None:
    """An address that mail can be sent to; its letters are folded, its box is not asked."""
    if not field.data:
        return
    try:
        checked = validate_email(field.data, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as problem:
        raise ValidationError("Enter an e-mail address such as name@example.com.") from problem
    field.data = checked.normalized.lower()


def phone_number(_form: FlaskForm, field: Field) -> None:
    """Any way of writing a number that holds enough digits to be called; it is kept as typed."""
    digits = sum(character.isdigit() for character in field.data or "")
    if field.data and not 5 <= digits <= 18:
        raise ValidationError("Enter a telephone number with its area code, such as 902-555-0100.")


def own_language() -> str:
    """What stands chosen before anybody chose."""
    return load_practice().language


def offer_languages(field: Field) -> None:
    """Fill the choice with what the practice writes in; a practice of one language asks nothing."""
    field.choices = [
        SelectChoice(code, name) for code, name in languages_offered(load_practice().language).items()
    ]


def how_much() -> RadioField:
    """How much mails may say: the same question wherever it is asked."""
    return RadioField(
        "How much may our e-mails say?",
        choices=[
            SelectChoice(Detail.FULL.value, "Everything"),
            SelectChoice(Detail.PAGE.value, "Only when and where"),
        ],
        default=Detail.FULL.value,
    )


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """Who is coming, where messages go, and what is wished for."""

    name = StringField("Your name", [line(NAME_LIMIT), DataRequired("Enter your name.")])
    email = EmailField(
        "E-mail address",
        [
            line(EMAIL_LIMIT),
            DataRequired("Enter your e-mail address: the confirmation goes there."),
            email_address,
        ],
    )
    phone = TelField("Telephone", [Optional(), line(PHONE_LIMIT), phone_number])
    note = TextAreaField(
        "Anything your therapist should know before the session?", [Optional(), block(NOTE_LIMIT)]
    )
    detail = how_much()
    language = RadioField("In which language?", default=own_language)
    pressure = RadioField("How firm?", choices=PRESSURES, default=Pressure.UNKNOWN.value)
    tools = RadioField("Hands only, or tools too?", choices=TOOLS, default="tools")
    avoid = StringField("Areas to leave alone", [Optional(), line(WISH_LIMIT)])
    same_areas = BooleanField("Leave the areas alone that I named last time, too")
    companion = StringField("Somebody who comes along", [Optional(), line(NAME_LIMIT)])
    key = HiddenField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer_languages(self.language)

    @property
    def sent(self) -> dict[str, str]:
        """What the next form carries along."""
        kept = [self[name] for name in DETAILS]
        typed = {field.name: field.data for field in kept if field.data and isinstance(field.data, str)}
        return typed | ({"same_areas": "y"} if self.same_areas.data else {})

    def wishes(self, gender: Gender, chaperone: Chaperone, same_areas: str = "") -> Wishes:
        """With what was asked before, and the areas that were named last time where they are to be left alone again."""
        typed = self.avoid.data or ""
        return Wishes(
            gender=gender,
            chaperone=chaperone,
            pressure=self.pressure.data or "",
            avoid="; ".join(part for part in (same_areas, typed) if part),
            tools=self.tools.data != "hands",
            companion=self.companion.data or "",
        )


class MessagesForm(FlaskForm):  # type: ignore[misc]
    """How somebody wants to be written to, behind the manage link."""

    detail = how_much()
    language = RadioField("In which language?", default=own_language)
    aftercare = BooleanField("Write to me after my sessions, too")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer_languages(self.language)
