"""What requests may say: the schemas that they are read with, and that OpenAPI shows."""

from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, pre_load, validate
from marshmallow.fields import Boolean, Dict, Integer, Nested

from app.blueprints.api.fields import Address, Agreed, Day, Instant, Line, Minutes, Phone, Text
from app.blueprints.appointments.forms import EMAIL_LIMIT, NAME_LIMIT, PHONE_LIMIT
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT
from app.domain.screening import LONGEST_TEXT

_REASON_LIMIT = 500
LONGEST_TERM = 120
#: What only the server decides; whoever sends it is not obeyed.
SERVERS_OWN = frozenset({"ends_at", "price", "status", "currency", "id", "minutes"})
_VISITS = validate.OneOf((FIRST_VISIT, RETURNING_VISIT), error="This has to be first or returning.")


def _about(text: str) -> dict[str, str]:
    return {"description": text}


class ServiceAsked(Schema):
    """Which session is meant."""

    class Meta:
        """Other parameters are none of ours."""

        unknown = EXCLUDE

    service = Text(required=True, metadata=_about("The slug of a service."))
    location = Text(metadata=_about("The slug of a location; the first one where it is left out."))
    duration = Minutes(
        in_address=True, metadata=_about("Minutes; the shortest on offer where it is left out.")
    )
    visit = Text(load_default=RETURNING_VISIT, validate=_VISITS)


class NextAsked(ServiceAsked):
    """Which session, with whom."""

    therapist = Text(metadata=_about("The slug of a therapist; anyone where it is left out."))


class TimesAsked(NextAsked):
    """Which session, with whom, from which day to which."""

    from_ = Day(required=True, data_key="from", metadata=_about("The first day, on the location's calendar."))
    to = Day(required=True, metadata=_about("The last day, included; at most 31 days."))


class DaysAsked(Schema):
    """From which day to which."""

    class Meta:
        """Other parameters are none of ours."""

        unknown = EXCLUDE

    from_ = Day(required=True, data_key="from")
    to = Day(required=True, metadata=_about("The last day, included; at most 31 days."))


class _Body(Schema):
    class Meta:
        """What nobody knows is an error: it may have been meant to matter."""

        unknown = RAISE

    error_messages = {"unknown": "This is not known here.", "type": "This has to be an object."}


class NewClient(_Body):
    """Who is coming."""

    name = Line(NAME_LIMIT, required=True)
    email = Address(EMAIL_LIMIT, required=True, metadata={"format": "email"})
    phone = Phone(PHONE_LIMIT, allow_none=True, load_default=None)


class Terms(_Body):
    """What a client agrees to, as the service's consent text asks it."""

    version = Integer(required=True, strict=True, error_messages={"required": "This is needed."})
    areas = Dict(
        keys=Text(),
        values=Boolean(
            truthy={True}, falsy={False}, error_messages={"invalid": "This has to be true or false."}
        ),
        required=True,
        error_messages={"invalid": "This has to be an object.", "required": "This is needed."},
    )
    draping = Line(LONGEST_TERM, load_default="")
    stop_word = Line(LONGEST_TERM, load_default="")
    clothing = Line(LONGEST_TERM, load_default="")
    guardian = Line(LONGEST_TERM, load_default="")


class NewAppointment(_Body):
    """A session to be booked. End, price and status are the server's: sent along, they are ignored."""

    service = Text(required=True)
    starts_at = Instant(required=True)
    therapist = Text(allow_none=True, load_default=None, metadata=_about("null: no preference."))
    duration = Minutes(metadata=_about("The shortest on offer where it is left out."))
    visit = Text(load_default=RETURNING_VISIT, validate=_VISITS)
    location = Text(allow_none=True, load_default=None)
    client = Nested(
        NewClient,
        required=True,
        error_messages={"required": "This is needed.", "null": "This can't be null."},
    )
    screening = Dict(
        keys=Text(),
        values=Text(validate=validate.Length(max=LONGEST_TEXT, error=f"At most {LONGEST_TEXT} characters.")),
        load_default=dict,
        error_messages={"invalid": "This has to be an object.", "null": "This can't be null."},
        metadata=_about("The answer's key by question, a text, or under KEY.on the date that goes with it."),
    )
    consent = Agreed(
        Terms, metadata=_about("true where the service has no consent text, else what the client agrees to.")
    )

    @pre_load
    def _leave_out_what_is_the_servers(self, said: Any, **_more: Any) -> Any:
        return {name: value for name, value in said.items() if name not in SERVERS_OWN}


class Cancelling(_Body):
    """Giving a time back."""

    reason = Line(
        _REASON_LIMIT, allow_none=True, load_default=None, metadata=_about("Kept encrypted, for who treats.")
    )


class Moving(_Body):
    """Another time, or another therapist."""

    starts_at = Instant(required=True)
    therapist = Text(allow_none=True, load_default=None, metadata=_about("null: the same as before."))
