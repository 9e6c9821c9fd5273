"""What is asked before a record is copied, erased or closed."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.actions.exporting import Purpose

ERASE, CLOSE = "erase", "close"
_LONGEST_YEARS = 120
PURPOSES = {
    Purpose.CLIENT: "The client asked for it",
    Purpose.COLLEAGUE: "Another practitioner needs it, and the client agrees",
    Purpose.LAW: "A court, an authority or an insurer may ask for it",
}


class CopyForm(FlaskForm):  # type: ignore[misc]
    """What a copy is for."""

    purpose = RadioField(
        "What is the copy for?",
        [InputRequired("Say what the copy is for.")],
        choices=[SelectChoice(one.value, words) for one, words in PURPOSES.items()],
    )


class ForgetForm(FlaskForm):  # type: ignore[misc]
    """Erase at once, or close until a date."""

    how = RadioField(
        "What shall happen?",
        [InputRequired("Choose one.")],
        choices=[
            SelectChoice(ERASE, "Erase it now"),
            SelectChoice(CLOSE, "Close it now, and erase it on a date: the law wants it kept until then"),
        ],
    )
    until = DateField("Keep it closed until", [Optional()])
    sure = BooleanField(
        "I have checked that nothing here is needed any more", [InputRequired("Tick this to go on.")]
    )

    def __init__(self, today: date, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._today = today

    def validate_how(self, field: RadioField) -> None:
        """A closed record needs its date."""
        if field.data == CLOSE and self.until.data is None and not self.until.errors:
            raise ValidationError("Enter the date until which the law wants it kept.")

    def validate_until(self, field: DateField) -> None:
        """Ahead, and within a life."""
        if self.how.data != CLOSE or field.data is None:
            return
        if not self._today < field.data <= date(self._today.year + _LONGEST_YEARS, 1, 1):
            raise ValidationError("Enter a date to come.")
