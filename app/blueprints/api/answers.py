"""What answers look like, declared for OpenAPI; the answers themselves are plain dicts (shapes.py)."""

from marshmallow import RAISE, Schema
from marshmallow.fields import AwareDateTime, Boolean, Date, Dict, Integer, List, Nested, String, Url

from app.domain.appointments import State
from app.domain.practice import ANY_VISIT, FIRST_VISIT, RETURNING_VISIT

_VISITS = {"enum": [ANY_VISIT, FIRST_VISIT, RETURNING_VISIT]}
_STATES = {"enum": [state.value for state in State]}


class _Whole(Schema):
    class Meta:
        """Nothing else is ever in it."""

        unknown = RAISE


class DurationAnswer(_Whole):
    """One way to have a service."""

    minutes = Integer(required=True)
    visit = String(required=True, metadata=_VISITS)
    price = String(required=True, allow_none=True, metadata={"example": "95.00"})
    currency = String(required=True, allow_none=True, metadata={"example": "CAD"})


class NamedAnswer(_Whole):
    """One of the answers that a question knows; with ``date`` it is asked too when that was."""

    key = String(required=True)
    label = String(required=True)
    date = Boolean(required=True)


class QuestionAnswer(_Whole):
    """A question that is asked before a booking."""

    key = String(required=True)
    question = String(required=True)
    why = String(required=True)
    answers = List(Nested(NamedAnswer), required=True, metadata={"description": "None: in free words."})
    optional = Boolean(required=True)


class AreaAnswer(_Whole):
    """A part of the body that is agreed to, or not, by itself."""

    key = String(required=True)
    label = String(required=True)


class ConsentAnswer(_Whole):
    """What a client agrees to before a booking: Markdown, and areas one by one."""

    version = Integer(required=True)
    text = String(required=True)
    areas = List(Nested(AreaAnswer), required=True)


class ServiceAnswer(_Whole):
    """A session on offer."""

    slug = String(required=True)
    name = String(required=True)
    durations = List(Nested(DurationAnswer), required=True)
    therapists = List(String(), required=True)
    needs_consent = Boolean(required=True)
    screening = List(Nested(QuestionAnswer), required=True)
    consent = Nested(ConsentAnswer, required=True, allow_none=True)


class ServicesAnswer(_Whole):
    """The catalogue."""

    services = List(Nested(ServiceAnswer), required=True)


class SlotAnswer(_Whole):
    """A free time."""

    starts_at = AwareDateTime(required=True)
    ends_at = AwareDateTime(required=True)
    therapists = List(String(), required=True)
    recommended = Boolean(required=True)


class TimesAnswer(_Whole):
    """Free times, in order."""

    time_zone = String(required=True)
    slots = List(Nested(SlotAnswer), required=True)


class DayAnswer(_Whole):
    """A day with space."""

    date = Date(required=True)
    free = Integer(required=True, metadata={"minimum": 1})


class DaysAnswer(_Whole):
    """The days that have space, in order."""

    time_zone = String(required=True)
    days = List(Nested(DayAnswer), required=True)


class NextOfTherapist(_Whole):
    """The next free time of one therapist."""

    therapist = String(required=True)
    slot = Nested(SlotAnswer, required=True, allow_none=True)


class NextAnswer(_Whole):
    """The next free time of anyone, and of each therapist."""

    time_zone = String(required=True)
    anyone = Nested(SlotAnswer, required=True, allow_none=True)
    therapists = List(Nested(NextOfTherapist), required=True)


class ClientAnswer(_Whole):
    """Who is coming, as typed when it was booked."""

    name = String(required=True)
    email = String(required=True, allow_none=True)
    phone = String(required=True, allow_none=True)


class ListedAppointment(_Whole):
    """An appointment in a list."""

    id = String(required=True)
    reference = String(required=True)
    status = String(required=True, metadata=_STATES)
    service = String(required=True)
    starts_at = AwareDateTime(required=True)
    ends_at = AwareDateTime(required=True)
    duration = Integer(required=True)
    visit = String(required=True, metadata=_VISITS)
    therapist = String(required=True)
    location = String(required=True)
    price = String(required=True, allow_none=True)
    currency = String(required=True, allow_none=True)
    client = Nested(ClientAnswer, required=True)


class AppointmentAnswer(ListedAppointment):
    """An appointment."""

    manage_url = Url(required=True)


class AppointmentsAnswer(_Whole):
    """Appointments by their start."""

    appointments = List(Nested(ListedAppointment), required=True)


class ProblemAnswer(Schema):
    """What went wrong (RFC 9457)."""

    type = String(required=True, metadata={"example": "/problems/slot-gone"})
    title = String(required=True)
    status = Integer(required=True)
    detail = String(required=True)
    errors = Dict(keys=String(), values=String(), metadata={"description": "Sentences by field."})
    reason = String(metadata={"description": "Why the time can't be had."})
    alternatives = List(Nested(SlotAnswer), metadata={"description": "The nearest free times."})
    phone = String(allow_none=True, metadata={"description": "Whom to call instead."})
    advice = List(String(), metadata={"description": "What to tell the client about their answers."})
    lighter = List(String(), metadata={"description": "Slugs of services that ask nothing about health."})
    emergency_number = String(
        allow_none=True, metadata={"description": "For an ambulance, where it is known."}
    )
    reference = String(metadata={"description": "Under which our log knows it."})
