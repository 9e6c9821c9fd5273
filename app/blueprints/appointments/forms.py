"""What a client types to book."""

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, StringField, TelField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Optional

from app.domain.text import BadText, clean_block, clean_line

NAME_LIMIT, EMAIL_LIMIT, PHONE_LIMIT, NOTE_LIMIT = 120, 254, 40, 2000


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


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """Who is coming, and where messages go."""

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
    key = HiddenField()
