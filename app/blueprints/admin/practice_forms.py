"""The form for the practice itself: what clients read, and its policy."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Block, Line, OneOf, Typed, WallTime, Whole, email_line
from app.blueprints.admin.forms import SettingsForm, blame
from app.blueprints.admin.limit_fields import limit_field
from app.domain.money import CURRENCIES
from app.domain.policy_numbers import POLICY_NUMBERS, unfit_night
from app.domain.practice import GapRule, QuietHours
from app.domain.retention import KEEPING

_MINUTES, _HOUR = "Type a number of minutes.", "Type a time of day, such as 9 pm."
_COUNT, _LIMIT = "Type a number; 0 for never.", "Type a number; 0 for no limit."
_HOURS, _YEARS = "Type a number of hours.", "Type a number of years."


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
            raise StopValidation("Type up to five numbers of days from 1 to 30, such as 3, 1.")
        return sorted({int(part) for part in parts}, reverse=True)


class PracticeForm(SettingsForm):
    """The practice and its policy; the policy's fields are called as its numbers are."""

    name = Line("Name", 120, needed="The practice needs a name.")
    tagline = Line("Tagline", 200)
    about = Block("About the practice", 4000)
    email = email_line("E-mail")
    currency = OneOf("Currency", [("", "Not known yet"), *((code, code) for code in sorted(CURRENCIES))])
    notice_minutes = Whole("Shortest notice", 0, 40320, needed="Type a number of minutes; 0 for none.")
    horizon_days = Whole("Bookable ahead", 1, 730, needed="Type a number of days.")
    slot_step_minutes = Whole("Times are offered every", 5, 240, step=5, needed=_MINUTES)
    hold_minutes = Whole("A chosen time is kept for", 1, 60, needed=_MINUTES)
    may_overrun_closing = BooleanField("Clearing up may go on after closing time")
    gap_rule = OneOf(
        "Gaps too short for any session",
        [
            (GapRule.ALL, "Don't mind them: offer all times alike"),
            (GapRule.PREFER, "Recommend times that leave none"),
            (GapRule.ONLY, "Offer online only times that leave none"),
        ],
    )
    free_change_hours = Whole("Free to change until", 0, 720, needed="Type a number of hours; 0 for always.")
    illness_is_free = BooleanField("Illness is always free of charge")
    reminder_days = DaysBefore("Reminders")
    reminder_lead_minutes = Whole("Not later than", 0, 1440, needed=_MINUTES)
    merge_minutes = Whole("Joined when within", 0, 720, needed="Type a number of minutes; 0 for never.")
    quiet_from = WallTime("The night begins", needed=_HOUR)
    quiet_until = WallTime("The night ends", needed=_HOUR)
    evening_at = WallTime("The evening before, at", needed=_HOUR)
    undo_minutes = Whole("Time to think again", 0, 60, needed="Type a number of minutes; 0 for none.")
    agenda_at = WallTime("Morning agenda", needed=_HOUR)
    sheet_with_agenda = BooleanField("With the day sheet, for printing")
    approval_after_no_shows = Whole("No-shows", 0, 100, needed=_COUNT)
    approval_after_late = Whole("Late cancellations", 0, 100, needed=_COUNT)
    missed_within_days = Whole("Counted within", 1, 3650, needed="Type a number of days.")
    sessions_a_day = limit_field("sessions_a_day", needed=_LIMIT)
    deep_a_day = limit_field("deep_a_day", needed=_LIMIT)
    deep_in_a_row = limit_field("deep_in_a_row", needed=_LIMIT)
    hands_on_minutes = limit_field("hands_on_minutes", needed=_LIMIT)
    break_after_minutes = limit_field("break_after_minutes", needed=_LIMIT)
    break_minutes = limit_field("break_minutes", needed=_MINUTES)
    spacing_days = Whole("Days between deep sessions", 0, 365, needed=_LIMIT)
    screening_months = Whole("Asked again after", 1, 60, needed="Type a number of months.")
    review_hours = Whole("A therapist answers within", 1, 720, needed=_HOURS)
    review_before_hours = Whole("And before the session by", 0, 720, needed=_HOURS)
    minor_until = Whole("A guardian agrees below", 0, 30, needed=_YEARS)
    guardian_present_until = Whole("A guardian is present below", 0, 30, needed=_YEARS)
    keep_answers_hours = Whole("Answers of a booking that was given up", 1, 8760, needed=_HOURS)
    keep_health_years = Whole("Health records", 0, 100, needed="Type a number of years; 0 for ever.")
    keep_messages_days = Whole("Mails as they were sent", 1, 36500, needed="Type a number of days.")

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
        blame(self.guardian_present_until, "That is older than the age up to which a guardian has to agree.")
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
        return {name: _value(self[name]) for name in POLICY_NUMBERS if name in self} | {
            "name": self.name.data,
            "tagline": self.tagline.data,
            "about": self.about.data,
            "email": self.email.data or None,
            "currency": self.currency.data or None,
            "reminder_days": self.reminder_days.value or [],
        }


def _value(field: Any) -> Any:
    return field.value if isinstance(field, Typed) else field.data
