"""A form that nobody sends: one field of each kind, right and wrong."""

from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.web.language import lazy
from app.web.spoken_form import SpokenForm

_PLACES = [SelectChoice("1", lazy("Harbour room")), SelectChoice("2", lazy("Garden room"))]
_LENGTHS = [SelectChoice("60", lazy("60 minutes")), SelectChoice("90", lazy("90 minutes"))]
_PRESSURES = [
    SelectChoice("light", lazy("Light")),
    SelectChoice("medium", lazy("Medium")),
    SelectChoice("firm", lazy("Firm")),
]


class SampleForm(SpokenForm):
    """What stands in it is made up."""

    name = StringField(lazy("Name"))
    email = StringField(lazy("E-mail"))
    day = DateField(lazy("Day"))
    note = TextAreaField(lazy("Anything we should know?"))
    place = SelectField(lazy("Place"), choices=_PLACES)
    length = RadioField(lazy("How long?"), choices=_LENGTHS)
    pressure = SelectMultipleField(
        lazy("Pressure"),
        choices=_PRESSURES,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    agrees = BooleanField(lazy("I would like reminders"))


def sample_form() -> SampleForm:
    """As a page shows it after something was wrong with the e-mail address."""
    form = SampleForm(
        formdata=None,
        data={"name": "Robin Vale", "email": "robin.example.com", "length": "60", "pressure": ["light"]},
    )
    wrong: Field = form.email
    wrong.errors = [lazy("An e-mail address has an @, like robin@example.com.")]
    return form
