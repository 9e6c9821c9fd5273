"""What the desk fills in for a caller."""

from datetime import datetime, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from app import clock
from app.blueprints.appointments.forms import (
    EMAIL_LIMIT,
    NAME_LIMIT,
    PHONE_LIMIT,
    email_address,
    line,
    offer_languages,
    own_language,
    phone_number,
)
from app.domain.contacts import Detail
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, text_in
from app.web.typed import instant_typed, number_typed

ANYBODY = ""
_NAMELESS = "Enter the caller's name."
_LONGEST_KEY = 64
_FURTHEST = timedelta(days=731)


def _offered(_form: FlaskForm, field: Field) -> None:
    """One of what the page lists."""
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError("That is not on offer. Choose one of the list.")


def _within_reach(_form: FlaskForm, field: Field) -> None:
    """No appointments for grandchildren: the year was mistyped."""
    if field.data and field.data > clock.now().date() + _FURTHEST:
        raise ValidationError("That is more than two years ahead. Check the year.")


class CancelForm(FlaskForm):  # type: ignore[misc]
    """For whom the desk cancels: the client is told that it was the clinic only where it was."""

    by = RadioField(
        "Who cancels?",
        [InputRequired("Say who cancels: the client, or the practice.")],
        choices=[
            SelectChoice("client", "The client asked for it"),
            SelectChoice("clinic", "The practice has to"),
        ],
    )
    row_version = HiddenField()


class CallerForm(FlaskForm):  # type: ignore[misc]
    """Session, therapist, day, time and caller on one page."""

    treatment = SelectField("Session", [_offered], validate_choice=False)
    visit = RadioField("Been here before?", [_offered], validate_choice=False)
    therapist = SelectField("With", [_offered], validate_choice=False)
    location = SelectField("Where", [_offered], validate_choice=False)
    day = DateField("Day", [InputRequired("Choose a day, such as 2026-11-24."), _within_reach])
    start = RadioField("Time", validate_choice=False)
    name = StringField("Name", [InputRequired(_NAMELESS), line(NAME_LIMIT), DataRequired(_NAMELESS)])
    phone = TelField("Telephone", [Optional(), line(PHONE_LIMIT), phone_number])
    email = EmailField("E-mail address", [Optional(), line(EMAIL_LIMIT), email_address])
    detail = SelectField(
        "Our e-mails say",
        choices=[
            SelectChoice(Detail.FULL.value, "everything"),
            SelectChoice(Detail.PAGE.value, "only when and where"),
        ],
        default=Detail.FULL.value,
    )
    language = SelectField("They are written in", [_offered], validate_choice=False, default=own_language)
    key = HiddenField()

    def offer(self, practice: Practice) -> None:
        """Fill the lists with what the practice has."""
        language = practice.language
        self.treatment.choices = [
            SelectChoice(f"{service.slug}:{minutes}", f"{text_in(service.name, language)}, {minutes} minutes")
            for service in practice.services
            for minutes in sorted({variant.minutes for variant in service.variants})
        ]
        self.visit.choices = [
            SelectChoice(RETURNING_VISIT, "Yes"),
            SelectChoice(FIRST_VISIT, "No, first visit"),
        ]
        people = [SelectChoice(one.slug, one.name) for one in practice.therapists]
        self.therapist.choices = [SelectChoice(ANYBODY, "Anybody who is free"), *people]
        self.location.choices = [SelectChoice(one.slug, one.name) for one in practice.locations]
        self.start.choices = []
        offer_languages(self.language)
        for field in (self.therapist, self.location):
            if not field.raw_data and field.choices:
                field.data = (
                    field.data or field.choices[0].value
                )  # not on the page where there is nothing to choose

    def offer_times(self, groups: list[dict[str, Any]]) -> None:
        """The times that can be chosen."""
        offered = [time for group in groups for time in group["times"]]
        self.start.choices = [SelectChoice(time["value"], time["label"]) for time in offered]

    @property
    def service_slug(self) -> str:
        """The chosen session's service."""
        return str(self.treatment.data or "").partition(":")[0]

    @property
    def minutes(self) -> int:
        """The chosen session's minutes; 0 where none were chosen."""
        return number_typed(str(self.treatment.data or "").partition(":")[2]) or 0

    @property
    def starts_at(self) -> datetime | None:
        """The chosen time."""
        return instant_typed(self.start.data)

    @property
    def own_key(self) -> str:
        """The key of this rendered form."""
        return str(self.key.data or "")[:_LONGEST_KEY]

    def has_way_to_reach(self) -> bool:
        """Whether the caller can be told of a change; says so beside the field where not."""
        if self.phone.data or self.email.data or self.phone.errors or self.email.errors:
            return True
        self.phone.errors = [
            *self.phone.errors,
            "Enter a telephone number or an e-mail address, so that changes can be told.",
        ]
        return False

    def begin(self) -> None:
        """What stands chosen before anybody chose, and instead of what is not offered."""
        for field in (self.treatment, self.visit, self.therapist, self.location):
            offered = [choice.value for choice in field.choices]
            if field.data not in offered and offered:
                field.data = offered[0]
