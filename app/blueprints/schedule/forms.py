"""What the desk fills in for a caller."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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
from app.blueprints.admin.fields import time_typed
from app.blueprints.appointments.booking_query import gender_typed
from app.blueprints.appointments.forms import (
    EMAIL_LIMIT,
    NAME_LIMIT,
    PHONE_LIMIT,
    PRESSURES,
    TOOLS,
    WISH_LIMIT,
    email_address,
    line,
    offer_languages,
    own_language,
    phone_number,
)
from app.blueprints.schedule.act_forms import OverrideForm
from app.domain.contacts import Detail
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, text_in
from app.domain.questions import STAFF_HORIZON
from app.domain.wallclock import NoSuchLocalTime, instant_of
from app.domain.wishes import Chaperone, Gender, Wishes
from app.web.filters import minutes_words
from app.web.language import _, lazy
from app.web.local_words import either_words
from app.web.typed import instant_typed, number_typed

ANYBODY = ""
_ANY, _UNSAID = Gender.ANY.value, Chaperone.NOT_ASKED.value
_GENDERS = [
    SelectChoice(_ANY, lazy("No preference")),
    SelectChoice(Gender.FEMALE.value, lazy("A woman")),
    SelectChoice(Gender.MALE.value, lazy("A man")),
]
_CHAPERONES = [
    SelectChoice(_UNSAID, lazy("Not spoken of")),
    SelectChoice(Chaperone.DECLINED.value, lazy("Offered, not wanted")),
    SelectChoice(Chaperone.WANTED.value, lazy("Wanted")),
]
_NAMELESS = lazy("Enter the caller's name.")
_LONGEST_KEY, _LONGEST_TYPED = 64, 40


def _offered(_form: FlaskForm, field: Field) -> None:
    """One of what the page lists."""
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(_("That is not on offer. Choose one of the list."))


def _within_reach(_form: FlaskForm, field: Field) -> None:
    """No appointments for grandchildren: the year was mistyped."""
    if field.data and field.data > clock.now().date() + STAFF_HORIZON:
        raise ValidationError(_("That is more than two years ahead. Check the year."))


class CallerForm(OverrideForm):
    """Session, therapist, day, time and caller on one page."""

    client_id = HiddenField()
    walk_in = HiddenField()
    aside_for = HiddenField()
    screening = HiddenField()  # the token of what the caller answered

    treatment = SelectField(lazy("Session"), [_offered], validate_choice=False)
    visit = RadioField(lazy("Been here before?"), [_offered], validate_choice=False)
    therapist = SelectField(lazy("With"), [_offered], validate_choice=False)
    location = SelectField(lazy("Where"), [_offered], validate_choice=False)
    day = DateField(lazy("Day"), [InputRequired(lazy("Choose a day, such as 2026-11-24.")), _within_reach])
    start = RadioField(lazy("Time"), validate_choice=False)
    at = StringField(lazy("At another time"))
    room = SelectField(lazy("Room"), [_offered], validate_choice=False)
    name = StringField(lazy("Name"), [InputRequired(_NAMELESS), line(NAME_LIMIT), DataRequired(_NAMELESS)])
    phone = TelField(lazy("Telephone"), [Optional(), line(PHONE_LIMIT), phone_number])
    email = EmailField(lazy("E-mail address"), [Optional(), line(EMAIL_LIMIT), email_address])
    detail = SelectField(
        lazy("Our e-mails say"),
        choices=[
            SelectChoice(Detail.FULL.value, lazy("everything")),
            SelectChoice(Detail.PAGE.value, lazy("only when and where")),
        ],
        default=Detail.FULL.value,
    )
    language = SelectField(
        lazy("They are written in"), [_offered], validate_choice=False, default=own_language
    )
    gender = SelectField(
        lazy("Treated by"), [_offered], choices=_GENDERS, validate_choice=False, default=_ANY
    )
    second_person = SelectField(
        lazy("A second person in the room"),
        [_offered],
        choices=_CHAPERONES,
        validate_choice=False,
        default=_UNSAID,
    )
    pressure = SelectField(lazy("Pressure"), [_offered], choices=PRESSURES, validate_choice=False, default="")
    tools = SelectField(
        lazy("Hands or tools"), [_offered], choices=TOOLS, validate_choice=False, default="tools"
    )
    avoid = StringField(lazy("Leave alone"), [Optional(), line(WISH_LIMIT)])
    companion = StringField(lazy("Who comes along"), [Optional(), line(NAME_LIMIT)])
    key = HiddenField()

    def offer(self, practice: Practice) -> None:
        """Fill the lists with what the practice has."""
        self.treatment.choices = _treatments(practice)
        self.visit.choices = [
            SelectChoice(RETURNING_VISIT, _("Yes")),
            SelectChoice(FIRST_VISIT, _("No, first visit")),
        ]
        people = [SelectChoice(one.slug, one.name) for one in practice.therapists]
        self.therapist.choices = [SelectChoice(ANYBODY, _("Anybody who is free")), *people]
        self.location.choices = [SelectChoice(one.slug, one.name) for one in practice.locations]
        self.room.choices = [SelectChoice(ANYBODY, _("Any that is free")), *_rooms(practice)]
        self.start.choices = []
        offer_languages(self.language)
        self._choose_what_is_not_asked()

    def _choose_what_is_not_asked(self) -> None:
        """Where there is nothing to choose, the field is not on the page."""
        for field in (self.therapist, self.location, self.room):
            if not field.raw_data and field.choices:
                field.data = field.data or field.choices[0].value

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

    def chosen_start(self, zone: ZoneInfo) -> datetime | None:
        """The time: the one that was typed, else the one that was chosen. What is wrong is said beside its field."""
        typed = (self.at.data or "").strip()
        if not typed:
            starts_at = instant_typed(self.start.data)
            if starts_at is None:
                self.start.errors = [_("Choose a time.")]
            return starts_at
        at = time_typed(typed) if len(typed) <= _LONGEST_TYPED else None
        if at is None:
            self.at.errors = [_("That is not a time of day. Type it like 9:00, 5:30 pm or 17:30.")]
        if at is None or not self.day.data:
            return None
        try:
            return instant_of(self.day.data, at, zone)
        except NoSuchLocalTime:
            self.at.errors = [_("The clocks go forward over that time: it does not exist on that day.")]
            return None

    def about(self, starts_at: datetime | None) -> str:
        """What the rules that are set aside were named for; another time, or another therapist, is asked about anew."""
        parts = (
            starts_at.isoformat() if starts_at else "",
            self.treatment.data,
            self.therapist.data,
            self.room.data,
        )
        return " ".join(str(part) for part in parts)

    @property
    def wishes(self) -> Wishes:
        """What binds the session."""
        chosen = self.second_person.data
        return Wishes(
            gender=gender_typed(self.gender.data),
            chaperone=Chaperone(chosen) if chosen in set(Chaperone) else Chaperone.NOT_ASKED,
            pressure=self.pressure.data or "",
            avoid=self.avoid.data or "",
            tools=self.tools.data != "hands",
            companion=self.companion.data or "",
        )

    @property
    def known_id(self) -> int | None:
        """The number of the client who was chosen."""
        return number_typed(self.client_id.data)

    @property
    def own_key(self) -> str:
        """The key of this rendered form."""
        return str(self.key.data or "")[:_LONGEST_KEY]

    def has_way_to_reach(self, *, is_needless: bool = False) -> bool:
        """Whether the caller can be told of a change; says so beside the field where not. Needless of who is known, and of who stands here."""
        if is_needless or self.phone.data or self.email.data or self.phone.errors or self.email.errors:
            return True
        self.phone.errors = [
            *self.phone.errors,
            _("Enter a telephone number or an e-mail address, so that changes can be told."),
        ]
        return False

    def fits_visit(self, practice: Practice) -> bool:
        """Whether the chosen session is offered for that visit; where not, says beside the field what is."""
        service, visit = practice.service(self.service_slug), self.visit.data
        if service is None or visit not in (FIRST_VISIT, RETURNING_VISIT):
            return True
        offered = sorted({one.minutes for one in service.variants_for(visit)})
        if not self.minutes or self.minutes in offered:
            return True
        self.treatment.errors = [
            _not_for_visit(visit, text_in(service.name, practice.language), [*map(minutes_words, offered)])
        ]
        return False

    def begin(self) -> None:
        """What stands chosen before anybody chose, and instead of what is not offered."""
        for field in (self.treatment, self.visit, self.therapist, self.location, self.room):
            offered = [choice.value for choice in field.choices]
            if field.data not in offered and offered:
                field.data = offered[0]


def _not_for_visit(visit: str, service: str, lengths: list[str]) -> str:
    if not lengths and visit == FIRST_VISIT:
        return _("%(service)s is for clients who were here before.", service=service)
    if not lengths:
        return _("%(service)s is for a first visit only.", service=service)
    said = {"service": service, "lengths": either_words(lengths)}
    if visit == FIRST_VISIT:
        return _(
            "This length is not offered for a first visit, for which %(service)s takes %(lengths)s.", **said
        )
    return _("This length is for a first visit only: after it, %(service)s takes %(lengths)s.", **said)


def _treatments(practice: Practice) -> list[SelectChoice]:
    """Each service in each of its lengths."""
    return [
        SelectChoice(
            f"{service.slug}:{minutes}",
            f"{text_in(service.name, practice.language)}, {minutes_words(minutes)}",
        )
        for service in practice.services
        for minutes in sorted({variant.minutes for variant in service.variants})
    ]


def _rooms(practice: Practice) -> Iterator[SelectChoice]:
    """Each with its location, where there are several."""
    several = len(practice.locations) > 1
    for place in practice.locations:
        yield from (
            SelectChoice(one.slug, f"{one.name}, {place.name}" if several else one.name)
            for one in place.rooms
        )
