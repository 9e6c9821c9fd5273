"""What is asked before a record is copied, erased or closed."""

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.actions.exporting import Purpose
from app.web.language import _, lazy
from app.web.spoken_form import SpokenForm

ERASE, CLOSE = "erase", "close"
_LONGEST_YEARS = 120
PURPOSES = {
    Purpose.CLIENT: lazy("The client asked for it"),
    Purpose.COLLEAGUE: lazy("Another practitioner needs it, and the client agrees"),
    Purpose.LAW: lazy("A court, an authority or an insurer may ask for it"),
}


class CopyForm(SpokenForm):
    """What a copy is for."""

    purpose = RadioField(
        lazy("What is the copy for?"),
        [InputRequired(lazy("Say what the copy is for."))],
        choices=[SelectChoice(one.value, words) for one, words in PURPOSES.items()],
    )


class ForgetForm(SpokenForm):
    """Erase at once, or close until a date."""

    how = RadioField(
        lazy("What shall happen?"),
        [InputRequired(lazy("Choose one."))],
        choices=[
            SelectChoice(ERASE, lazy("Erase it now")),
            SelectChoice(
                CLOSE, lazy("Close it now, and erase it on a date: the law wants it kept until then")
            ),
        ],
    )
    until = DateField(lazy("Keep it closed until"), [Optional()])
    sure = BooleanField(
        lazy("I have checked that nothing here is needed any more"),
        [InputRequired(lazy("Tick this to go on."))],
    )

    def __init__(self, today: date, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._today = today

    def validate_how(self, field: RadioField) -> None:
        """A closed record needs its date."""
        if field.data == CLOSE and self.until.data is None and not self.until.errors:
            raise ValidationError(_("Enter the date until which the law wants it kept."))

    def validate_until(self, field: DateField) -> None:
        """Ahead, and within a life."""
        if self.how.data != CLOSE or field.data is None:
            return
        if not self._today < field.data <= date(self._today.year + _LONGEST_YEARS, 1, 1):
            raise ValidationError(_("Enter a date to come."))
