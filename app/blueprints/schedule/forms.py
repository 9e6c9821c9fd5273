"""What the desk fills in for a caller."""

from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, HiddenField, RadioField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.blueprints.appointments.forms import (
    EMAIL_LIMIT,
    NAME_LIMIT,
    PHONE_LIMIT,
    email_address,
    line,
    phone_number,
)
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, text_in
from app.web.typed import instant_typed, number_typed

ANYBODY = ""
_LONGEST_KEY = 64


class CallerForm(FlaskForm):  # type: ignore[misc]
    """Session, therapist, day, time and caller on one page."""

    session = SelectField("Session", validate_choice=False)
    visit = RadioField("Been here before?", validate_choice=False)
    therapist = SelectField("With", validate_choice=False)
    location = SelectField("Where", validate_choice=False)
    day = DateField("Day", [InputRequired("Choose a day.")])
    start = RadioField("Time", validate_choice=False)
    name = StringField("Name", [InputRequired("Enter the caller's name."), line(NAME_LIMIT)])
    phone = TelField("Telephone", [Optional(), line(PHONE_LIMIT), phone_number])
    email = EmailField("E-mail address", [Optional(), line(EMAIL_LIMIT), email_address])
    key = HiddenField()

    def offer(self, practice: Practice) -> None:
        """Fill the lists with what the practice has."""
        language = practice.language
        self.session.choices = [
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
        self._begin_with_the_first()

    def offer_times(self, groups: list[dict[str, Any]]) -> None:
        """The times that can be chosen."""
        offered = [time for group in groups for time in group["times"]]
        self.start.choices = [SelectChoice(time["value"], time["label"]) for time in offered]

    @property
    def service_slug(self) -> str:
        """The chosen session's service."""
        return str(self.session.data or "").partition(":")[0]

    @property
    def minutes(self) -> int:
        """The chosen session's minutes; 0 where none were chosen."""
        return number_typed(str(self.session.data or "").partition(":")[2]) or 0

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

    def _begin_with_the_first(self) -> None:
        """What stands chosen before anybody chose, and instead of what is not offered."""
        for field in (self.session, self.visit, self.therapist, self.location):
            offered = [choice.value for choice in field.choices]
            if field.data not in offered and offered:
                field.data = offered[0]
