"""Form fields that give back domain types, keep what was typed, and say in a sentence what is wrong with it."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Any

from wtforms import FieldList, SelectField, SelectMultipleField, StringField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.domain.practice_file_words import named_price, price_named
from app.domain.text import BadText, clean_block, clean_line
from app.domain.weekly import EARLIEST, LATEST, MIDNIGHT
from app.web.language import Lazy, _, lazy, speaking
from app.web.local_words import in_words, number_words, weekday_words

_DAYS = lazy("Days")
_WHOLE = re.compile(r"[0-9]{1,9}")
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:\s*[:.h]\s*(?P<minute>[0-9]{2})|\s*h)?\s*(?:(?P<half>[ap])\.?m?\.?)?", re.ASCII
)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"[0-9+() ./x-]{3,40}")


class Line(StringField):  # type: ignore[misc]
    """One line of text; ``needed`` is the sentence for somebody who leaves it empty."""

    def __init__(
        self, label: str | Lazy, limit: int, needed: str | Lazy | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.limit, self.needed = limit, needed

    def cleaned(self, typed: str) -> str:
        """What will be kept. Raises BadText."""
        return clean_line(typed, self.limit)

    def pre_validate(self, _form: Any) -> None:
        """Clean it, then look at it."""
        typed: Any = vars(self)["data"]
        try:
            kept: str = self.cleaned(typed or "")
        except BadText as error:
            raise StopValidation(in_words(str(error))) from error
        self.data = kept
        if kept:
            self.inspect(kept)
        elif self.needed:
            raise StopValidation(str(self.needed))

    def inspect(self, text: str) -> None:
        """Refuse a text that is no such thing; for subclasses."""


class Block(Line):
    """Several lines of text."""

    widget = widgets.TextArea()

    def cleaned(self, typed: str) -> str:
        """What will be kept. Raises BadText."""
        return clean_block(typed, self.limit)


class Matching(Line):
    """A line that must look like something."""

    def __init__(
        self, label: str | Lazy, limit: int, pattern: re.Pattern[str], sentence: str | Lazy, **kwargs: Any
    ) -> None:
        super().__init__(label, limit, **kwargs)
        self.pattern, self.sentence = pattern, sentence

    def inspect(self, text: str) -> None:
        """Refuse what does not look like it."""
        if not self.pattern.fullmatch(text):
            raise StopValidation(str(self.sentence))


def email_line(label: str | Lazy) -> Any:
    """An e-mail address, or nothing."""
    return Matching(
        label, 254, _EMAIL, lazy("That is not an e-mail address. It looks like name@example.com.")
    )


def phone_line(label: str | Lazy) -> Any:
    """A telephone number as people write it, or nothing."""
    return Matching(
        label, 40, _PHONE, lazy("That is not a telephone number. Use digits, spaces and + ( ) - only.")
    )


class Typed(StringField):  # type: ignore[misc]
    """A text that means a value: ``value`` is what was understood, ``data`` stays what was typed."""

    def __init__(self, label: str | Lazy, needed: str | Lazy | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.needed = needed
        self.value: Any = None

    def process_data(self, value: Any) -> None:
        """A stored value becomes the text that means it."""
        self.value = value
        self.data = "" if value is None else self.written(value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """What was typed counts, and nothing else; whether it is right is asked later."""
        self.value = None
        self.data = valuelist[0] if valuelist else ""
        with contextlib.suppress(StopValidation):
            self.understand()

    def pre_validate(self, _form: Any) -> None:
        """Understand it, or say what is wrong."""
        self.understand()
        if not (self.data or "").strip() and self.needed:
            raise StopValidation(str(self.needed))

    def understand(self) -> None:
        """Look for the value of what was typed. Raises StopValidation with a sentence."""
        typed = " ".join((self.data or "")[:60].split())
        self.value = self.understood(typed) if typed else None

    def written(self, value: Any) -> str:
        """The text that means a value."""
        return str(value)

    def understood(self, typed: str) -> Any:
        """The value that a text means. Raises StopValidation with a sentence."""
        raise AssertionError(typed)


class Whole(Typed):
    """A whole number between two bounds."""

    def __init__(self, label: str | Lazy, least: int, most: int, step: int = 1, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most, self.step = least, most, step

    def understood(self, typed: str) -> int:
        """The number, in its bounds and on its grid."""
        if len(self.data or "") > 40 or not _WHOLE.fullmatch(typed):
            raise StopValidation(
                _(
                    "Type a whole number from %(least)s to %(most)s.",
                    least=number_words(self.least),
                    most=number_words(self.most),
                )
            )
        number = int(typed)
        if not self.least <= number <= self.most:
            raise StopValidation(
                _(
                    "That must be from %(least)s to %(most)s.",
                    least=number_words(self.least),
                    most=number_words(self.most),
                )
            )
        if number % self.step:
            raise StopValidation(_("That must be a multiple of %(step)s.", step=self.step))
        return number


class WallTime(Typed):
    """A time of day as people type it: 9, 9:30, 17:30, 5:30 pm, noon, midnight. On a step of five minutes."""

    def __init__(self, label: str | Lazy, *, ends: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.ends = ends

    def written(self, value: time) -> str:
        """As the fields show it."""
        return clock_words(value)

    def understood(self, typed: str) -> time:
        """The time."""
        at = time_typed(typed, ends=self.ends) if len(self.data or "") <= 40 else None
        if at is None:
            raise StopValidation(_("That is not a time of day. Type it like 9:00, 5:30 pm or 17:30."))
        if at.minute % 5:
            raise StopValidation(_("Times go in steps of five minutes, such as 9:05."))
        return at

    def reads_as_afternoon(self) -> time | None:
        """The same figures twelve hours later, where what was typed may mean that: 6 is six in the evening, 6 am is not."""
        typed = _CLOCK.fullmatch((self.data or "").strip().casefold())
        if self.value is None or typed is None or typed["half"]:
            return None
        return self.value.replace(hour=self.value.hour + 12) if 1 <= self.value.hour < 12 else None


class Day(Typed):
    """A date, within what settings may hold."""

    widget = widgets.DateInput()

    def written(self, value: date) -> str:
        """As browsers want it."""
        return value.isoformat()

    def understood(self, typed: str) -> date:
        """The date."""
        day = date_typed(typed) if len(self.data or "") <= 40 else None
        if day is None:
            raise StopValidation(_("That is not a date. Type it as year-month-day, such as 2027-03-14."))
        if not EARLIEST <= day <= LATEST:
            raise StopValidation(
                _(
                    "That date is out of reach: it must lie between %(first)s and %(last)s.",
                    first=EARLIEST.year,
                    last=LATEST.year,
                )
            )
        return day


class Price(Typed):
    """An amount in the practice's currency; its value is in the smallest unit. ``currency`` is set by the form."""

    currency: str | None = None

    def understood(self, typed: str) -> int:
        """The amount."""
        if self.currency is None:
            raise StopValidation(_("Set the currency first, on the page Practice and policy."))
        if len(self.data or "") > 40:
            raise StopValidation(_("That is not a price. Type it like 95.00."))
        try:
            return price_named(typed.lstrip("$€£ ").replace(",", ""), self.currency)
        except ValueError as error:
            raise StopValidation(_("That is not a price. Type it like 95.00.")) from error

    def show(self, minor: int | None, currency: str | None) -> None:
        """Write a stored amount into the field."""
        self.value, self.currency = minor, currency
        self.data = "" if minor is None or currency is None else named_price(minor, currency)


class OneOf(SelectField):  # type: ignore[misc]
    """One of a list; choices are (value, label)."""

    def __init__(
        self, label: str | Lazy, choices: Sequence[tuple[str, str | Lazy]] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, choices=options(choices), **kwargs)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what was not offered."""
        if self.data not in [choice.value for choice in self.choices]:
            raise StopValidation(_("Choose one of the list."))


class OneOfFew(OneOf):
    """One of a few, all in sight."""

    option_widget = widgets.RadioInput()


class SomeOf(SelectMultipleField):  # type: ignore[misc]
    """Some of a list, as boxes to tick."""

    option_widget = widgets.CheckboxInput()
    widget = widgets.ListWidget(prefix_label=False)

    def __init__(
        self, label: str | Lazy, choices: Sequence[tuple[str, str | Lazy]] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, choices=options(choices), **kwargs)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what was not offered."""
        offered = {choice.value for choice in self.choices}
        if any(value not in offered for value in self.data or ()):
            raise StopValidation(_("Choose from the list only."))


class Weekdays(SomeOf):
    """Days of the week; the value is their numbers, Monday is 0."""

    def __init__(self, label: str | Lazy = _DAYS, **kwargs: Any) -> None:
        super().__init__(label, [(str(number), weekday_words(number)) for number in range(7)], **kwargs)

    @property
    def value(self) -> tuple[int, ...]:
        """The numbers."""
        return tuple(number for number in range(7) if str(number) in (self.data or ()))


class Rows(FieldList):  # type: ignore[misc]
    """Repeating rows. Safe against row numbers that no page of ours has sent."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        number = re.compile(re.escape(prefix) + r"-([0-9]{1,3})-.*", re.DOTALL)
        for key in formdata:
            found = number.fullmatch(key)
            if found:
                yield int(found[1])


def options(choices: Sequence[tuple[str, str | Lazy]]) -> list[SelectChoice]:
    """Choices in the shape that the form library wants."""
    return [SelectChoice(value, label) for value, label in choices]


def clock_words(at: time) -> str:
    """A time of day as staff type it."""
    if at == MIDNIGHT:
        return _("midnight")
    if at == time(12):
        return _("noon")
    if not speaking().startswith("en"):
        return f"{at.hour}:{at:%M}"
    return f"{(at.hour + 11) % 12 + 1}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def time_typed(typed: str, *, ends: bool = False) -> time | None:
    """The time of day that somebody means, or None. 24:00 is midnight, as an end only."""
    text = typed.strip().casefold()
    words = {"noon": time(12), "midday": time(12), "midnight": MIDNIGHT} | (
        {"24:00": MIDNIGHT, "24": MIDNIGHT} if ends else {}
    )
    words |= {_("noon").casefold(): time(12), _("midnight").casefold(): MIDNIGHT}
    if text in words:
        return words[text]
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def date_typed(typed: str) -> date | None:
    """The date of a text such as 2027-03-14, or None."""
    try:
        return date.fromisoformat(typed) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed) else None
    except ValueError:
        return None
