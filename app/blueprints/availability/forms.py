"""Forms for a therapist's weekly hours and time off."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Day, Line, OneOf, WallTime, clock_words, options
from app.blueprints.admin.forms import (
    SettingsForm,
    WindowRow,
    blame,
    counting,
    mean_the_afternoon,
    rows_of,
    window_columns,
    without_overlap,
)
from app.domain.spans import Span
from app.domain.wallclock import MIDNIGHT, NoSuchLocalTime, day_span, instant_of
from app.web.language import _, lazy
from app.web.local_words import pattern_words

_LONGEST = timedelta(days=366)


class RuleRow(WindowRow):
    """Working hours on some weekdays, at a location."""

    location = OneOf(lazy("Where"))


class AvailabilityForm(SettingsForm):
    """When a therapist works."""

    rules = rows_of(RuleRow)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.opening: list[dict[str, Any]] = []
        self.took_over = False

    def add_wanted_row(self) -> bool:
        """Also "as the place is open": its hours stand in the rows then, to be saved or changed."""
        if "as_open" not in request.form:
            return super().add_wanted_row()
        self.took_over = bool(self.opening)
        self.rules.entries.clear()
        self.rules.last_index = -1
        for row in self.opening:
            self.rules.append_entry(row)
        return True

    def offer_locations(self, locations: list[tuple[str, str]]) -> None:
        """Say between which locations a row may choose; a row that names none means the first."""
        for entry in self.rules.entries:
            field = entry.form.location
            field.choices = options(locations)
            if not field.data and locations:
                field.data = locations[0][0]

    def fits_together(self) -> bool:
        """Nobody is in two places at once."""
        return without_overlap(self.rules)

    def values(self) -> list[dict[str, Any]]:
        """As columns."""
        return [
            {**columns, "location_id": int(row.location.data)}
            for row in counting(self.rules)
            for columns in window_columns(row, "starts", "ends")
        ]


class TimeOffForm(SettingsForm):
    """A span without work, on the wall clock of a location."""

    starts_on = Day(lazy("First day"), needed=lazy("Type the first day, such as 2026-12-24."))
    starts = WallTime(lazy("From"))
    ends_on = Day(lazy("Last day"))
    ends = WallTime(lazy("Until"), ends=True)
    location = OneOf(lazy("Clock of"))
    label = Line(lazy("What the schedule shows"), 80)

    def span(self, zone: ZoneInfo) -> Span | None:
        """The span meant, or None with the reason beside its field."""
        first, last = self.starts_on.value, self.ends_on.value or self.starts_on.value
        if last < first:
            blame(self.ends_on, _("The last day lies before the first."))
            return None
        if last == first:
            mean_the_afternoon(self.starts, self.ends)
        try:
            starts_at = self._instant(first, self.starts, zone)
            ends_at = self._end(last, zone)
        except StopValidation:
            return None
        if ends_at <= starts_at:
            blame(self.ends, _("That ends before it begins."))
            return None
        if ends_at - starts_at > _LONGEST:
            blame(self.ends_on, _("Time off is a year at most. For longer, take the therapist out of use."))
            return None
        return Span(starts_at, ends_at)

    def _end(self, last: date, zone: ZoneInfo) -> datetime:
        if self.ends.value is None or self.ends.value == MIDNIGHT:
            return _day_begins(last + timedelta(days=1), zone)
        return self._instant(last, self.ends, zone)

    def _instant(self, day: date, field: Any, zone: ZoneInfo) -> datetime:
        if field.value is None:
            return _day_begins(day, zone)
        try:
            return instant_of(day, field.value, zone)
        except NoSuchLocalTime as error:
            sentence = _(
                "%(time)s does not exist on %(day)s: the clocks go forward. Choose another time.",
                time=clock_words(field.value),
                day=pattern_words(day, "d MMMM y"),
            )
            blame(field, sentence)
            raise StopValidation(sentence) from error


def _day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Midnight; where the clocks skip it, the first moment of the day."""
    return day_span(day, zone).starts_at
