"""The kinds of values in requests: strict, cleaned as the booking form cleans them, with sentences of our own."""

from datetime import date, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields

from app.domain.text import BadText, clean_line
from app.web.typed import date_typed, instant_typed, number_typed

_Sentences = dict[str, str | list[Any] | dict[Any, Any]]
_NEEDED: _Sentences = {"required": "This is needed.", "null": "This can't be null."}
_PHONE_DIGITS = range(5, 19)


class Text(fields.String):
    """A text as it is, such as a slug."""

    default_error_messages = _NEEDED | {
        "invalid": "This has to be a text.",
        "invalid_utf8": "This has to be a text.",
    }


class Line(Text):
    """A line that people wrote: cleaned, never longer than ``limit``, never blank."""

    def __init__(self, limit: int, **more: Any) -> None:
        super().__init__(**more | {"metadata": {"maxLength": limit, **more.get("metadata", {})}})
        self.limit = limit

    def _deserialize(self, value: Any, *_more: Any, **_also: Any) -> str:
        try:
            line = clean_line(super()._deserialize(value, *_more, **_also), self.limit)
        except BadText as problem:
            raise ValidationError(str(problem)) from problem
        if not line:
            raise ValidationError("This can't be blank.")
        return line


class Address(Line):
    """An e-mail address that mail can be sent to; its box is not asked."""

    def _deserialize(self, value: Any, *_more: Any, **_also: Any) -> str:
        line = super()._deserialize(value, *_more, **_also)
        try:
            checked = validate_email(line, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError as problem:
            raise ValidationError("This has to be an e-mail address such as name@example.com.") from problem
        return checked.normalized.lower()


class Phone(Line):
    """Any way of writing a telephone number that holds enough digits to be called."""

    def _deserialize(self, value: Any, *_more: Any, **_also: Any) -> str:
        line = super()._deserialize(value, *_more, **_also)
        if sum(character.isdigit() for character in line) not in _PHONE_DIGITS:
            raise ValidationError("This has to be a telephone number such as 902-555-0100.")
        return line


class Day(fields.Date):
    """A date such as 2026-11-24."""

    default_error_messages = _NEEDED

    def _deserialize(self, value: Any, *_more: Any, **_also: Any) -> date:
        day = date_typed(value) if isinstance(value, str) else None
        if day is None:
            raise ValidationError("This has to be a date such as 2026-11-24.")
        return day


class Instant(fields.AwareDateTime):
    """A time with its offset such as 2026-11-24T14:30:00-04:00."""

    default_error_messages = _NEEDED

    def _deserialize(self, value: Any, *_more: Any, **_also: Any) -> datetime:
        instant = instant_typed(value) if isinstance(value, str) else None
        if instant is None:
            raise ValidationError("This has to be a time with offset such as 2026-11-24T14:30:00-04:00.")
        return instant


class Minutes(fields.Integer):
    """A small whole number; in an address its digits."""

    default_error_messages = _NEEDED

    def __init__(self, *, in_address: bool = False, **more: Any) -> None:
        super().__init__(**more)
        self.in_address = in_address

    def _deserialize(self, value: Any, *_more: Any, **_also: Any) -> int:
        if self.in_address:
            number = number_typed(value)
        else:
            number = value if type(value) is int and 0 <= value < 1_000_000 else None
        if number is None:
            raise ValidationError("This has to be a whole number of minutes.")
        return number


class Agreed(fields.Nested):
    """What can only be agreed to: true, or an object that says what."""

    default_error_messages = _NEEDED

    def _deserialize(self, value: Any, *more: Any, **also: Any) -> Any:
        if value is True:
            return True
        if not isinstance(value, dict):
            raise ValidationError(
                "This can only be true, or what is agreed to: without consent there is no booking."
            )
        return super()._deserialize(value, *more, **also)
