"""The forms for the practice itself: what clients read, and its policy."""

import re
from typing import Any

from wtforms import BooleanField
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Block, Line, Matching, OneOf, Typed, WallTime, Whole, email_line
from app.blueprints.admin.forms import SettingsForm, blame
from app.blueprints.admin.limit_fields import limit_field
from app.domain.policy import GapRule, QuietHours
from app.domain.policy_numbers import POLICY_NUMBERS, unfit_night
from app.domain.retention import KEEPING
from app.web.language import _, lazy

_MINUTES, _HOUR = lazy("Type a number of minutes."), lazy("Type a time of day, such as 9 pm.")
_COUNT, _LIMIT = lazy("Type a number; 0 for never."), lazy("Type a number; 0 for no limit.")
_EMERGENCY = re.compile(r"[0-9]{2,10}")
_HOURS, _YEARS = lazy("Type a number of hours."), lazy("Type a number of years.")


class DaysBefore(Typed):
    """Several numbers of days: "3, 1"."""

    def written(self, value: list[int]) -> str:
        """The largest first."""
        return ", ".join(str(days) for days in sorted(value, reverse=True))

    def understood(self, typed: str) -> list[int]:
        """At most five numbers from 1 to 30."""
        parts = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
        fitting = [
            part
            for part in parts
            if part.isascii() and part.isdigit() and len(part) < 3 and 1 <= int(part) <= 30
        ]
        if len(fitting) < len(parts) or len(self.data) > 60 or len(parts) > 5:
            raise StopValidation(_("Type up to five numbers of days from 1 to 30, such as 3, 1."))
        return sorted({int(part) for part in parts}, reverse=True)


class PracticeForm(SettingsForm):
    """What clients read about the practice, and the currency of its prices."""

    name = Line(lazy("Name"), 120, needed=lazy("The practice needs a name."))
    email = email_line(lazy("E-mail"))
    currency = OneOf(lazy("Currency"))
    emergency_number = Matching(
        lazy("Emergency number"),
        16,
        _EMERGENCY,
        lazy("That is not an emergency number. Use digits only, such as 911."),
    )
    tagline = Line(lazy("Tagline"), 200)
    about = Block(lazy("About the practice"), 4000)

    def values(self) -> dict[str, Any]:
        """As columns; the emergency number only for who may say it."""
        values = {
            "name": self.name.data,
            "tagline": self.tagline.data,
            "about": self.about.data,
            "email": self.email.data or None,
            "currency": self.currency.data or None,
        }
        if "emergency_number" in self:
            values["emergency_number"] = self.emergency_number.data or None
        return values


class PolicyForm(SettingsForm):
    """The practice's policy; the fields are called as its numbers are."""

    notice_minutes = Whole(
        lazy("Shortest notice"), 0, 40320, needed=lazy("Type a number of minutes; 0 for none.")
    )
    horizon_days = Whole(lazy("Bookable ahead"), 1, 730, needed=lazy("Type a number of days."))
    slot_step_minutes = Whole(lazy("Times are offered every"), 5, 240, step=5, needed=_MINUTES)
    hold_minutes = Whole(lazy("A chosen time is kept for"), 1, 60, needed=_MINUTES)
    may_overrun_closing = BooleanField(lazy("Clearing up may go on after closing time"))
    gap_rule = OneOf(
        lazy("Gaps too short for any session"),
        [
            (GapRule.ALL, lazy("Don't mind them: offer all times alike")),
            (GapRule.PREFER, lazy("Recommend times that leave none")),
            (GapRule.ONLY, lazy("Offer online only times that leave none")),
        ],
    )
    free_change_hours = Whole(
        lazy("Free to change until"), 0, 720, needed=lazy("Type a number of hours; 0 for always.")
    )
    illness_is_free = BooleanField(lazy("Illness is always free of charge"))
    reminder_days = DaysBefore(lazy("Reminders"))
    reminder_lead_minutes = Whole(lazy("Not later than"), 0, 1440, needed=_MINUTES)
    merge_minutes = Whole(
        lazy("Joined when within"), 0, 720, needed=lazy("Type a number of minutes; 0 for never.")
    )
    quiet_from = WallTime(lazy("The night begins"), needed=_HOUR)
    quiet_until = WallTime(lazy("The night ends"), needed=_HOUR)
    evening_at = WallTime(lazy("The evening before, at"), needed=_HOUR)
    undo_minutes = Whole(
        lazy("Time to think again"), 0, 60, needed=lazy("Type a number of minutes; 0 for none.")
    )
    agenda_at = WallTime(lazy("Morning agenda"), needed=_HOUR)
    sheet_with_agenda = BooleanField(lazy("With the day sheet, for printing"))
    approval_after_no_shows = Whole(lazy("No-shows"), 0, 100, needed=_COUNT)
    approval_after_late = Whole(lazy("Late cancellations"), 0, 100, needed=_COUNT)
    missed_within_days = Whole(lazy("Counted within"), 1, 3650, needed=lazy("Type a number of days."))
    sessions_a_day = limit_field("sessions_a_day", needed=_LIMIT)
    deep_a_day = limit_field("deep_a_day", needed=_LIMIT)
    deep_in_a_row = limit_field("deep_in_a_row", needed=_LIMIT)
    hands_on_minutes = limit_field("hands_on_minutes", needed=_LIMIT)
    break_after_minutes = limit_field("break_after_minutes", needed=_LIMIT)
    break_minutes = limit_field("break_minutes", needed=_MINUTES)
    spacing_days = Whole(lazy("Days between deep sessions"), 0, 365, needed=_LIMIT)
    screening_months = Whole(lazy("Asked again after"), 1, 60, needed=lazy("Type a number of months."))
    review_hours = Whole(lazy("A therapist answers within"), 1, 720, needed=_HOURS)
    review_before_hours = Whole(lazy("And before the session by"), 0, 720, needed=_HOURS)
    minor_until = Whole(lazy("A guardian agrees below"), 0, 30, needed=_YEARS)
    guardian_present_until = Whole(lazy("A guardian is present below"), 0, 30, needed=_YEARS)
    keep_answers_hours = Whole(lazy("Answers of a booking that was given up"), 1, 8760, needed=_HOURS)
    keep_health_years = Whole(
        lazy("Health records"), 0, 100, needed=lazy("Type a number of years; 0 for ever.")
    )
    keep_messages_days = Whole(
        lazy("Mails as they were sent"), 1, 36500, needed=lazy("Type a number of days.")
    )
    keep_imports_days = Whole(
        lazy("Rows of files from other systems"), 1, 365, needed=lazy("Type a number of days, at most 365.")
    )

    def leave_out_keeping(self) -> None:
        """For who may not say how long things are kept."""
        for name in KEEPING:
            if name in self:
                del self[name]

    def fits_together(self) -> bool:
        """The night is a night, the evening before it is not in it, and who is present at a younger age also agrees."""
        return all((self._is_a_night(), self._ages_fit()))

    def _ages_fit(self) -> bool:
        if self.told:
            return not self.errors
        agrees, present = self.minor_until.value, self.guardian_present_until.value
        if agrees is None or present is None or present <= agrees:
            return not self.errors
        blame(
            self.guardian_present_until, _("That is older than the age up to which a guardian has to agree.")
        )
        return False

    def _is_a_night(self) -> bool:
        hours = (self.quiet_from, self.quiet_until, self.evening_at)
        if any(field.value is None or field.errors for field in hours):
            return not self.errors
        unfit = unfit_night(QuietHours(*(field.value for field in hours)))
        if unfit:
            blame(self[unfit[0]], unfit[1])
        return not unfit

    def values(self) -> dict[str, Any]:
        """As columns."""
        numbers = {name: _value(self[name]) for name in POLICY_NUMBERS if name in self}
        return numbers | {"reminder_days": self.reminder_days.value or []}


def _value(field: Any) -> Any:
    return field.value if isinstance(field, Typed) else field.data
