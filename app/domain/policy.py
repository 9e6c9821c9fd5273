"""The policy of a practice: until when, how early, how long, how much."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum


class GapRule(StrEnum):
    """What is done about starts that leave a gap too short for any session: ALL shows all starts alike, PREFER puts those
    that leave none first, ONLY offers the public just these.
    """

    ALL = "all"
    PREFER = "prefer"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of the night in which nobody is written to by plan, and the hour of the evening before them."""

    begins: time = time(21)
    ends: time = time(8)
    evening: time = time(19)

    def hold_at(self, at: time) -> bool:
        """Whether that wall time is in the night; ``ends`` is not. Equal ends mean that no hour is quiet."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True, slots=True)
class Limits:
    """What one therapist's hands can give on one local day of the location; 0 means no limit.

    ``deep_in_a_row``: deep sessions with neither a lighter one nor a break between. ``break_after``: minutes of work after
    which a pause of ``break_minutes`` must come. No source gives such numbers: they are choices that a practice makes.
    """

    sessions_a_day: int = 5
    deep_a_day: int = 3
    deep_in_a_row: int = 2
    hands_on_minutes: int = 360
    break_after_minutes: int = 180
    break_minutes: int = 30


@dataclass(frozen=True, slots=True)
class Policy:
    """The practice's own numbers; each is a setting."""

    notice: timedelta = timedelta(hours=2)
    horizon: timedelta = timedelta(days=90)
    slot_step: timedelta = timedelta(minutes=15)
    hold_for: timedelta = timedelta(minutes=10)
    free_change: timedelta = timedelta(hours=24)
    may_overrun_closing: bool = True  # clean-up after a session may end after closing time
    gap_rule: GapRule = GapRule.PREFER
    reminder_days: tuple[int, ...] = (3, 1)
    reminder_lead: timedelta = timedelta(hours=2)  # what comes later than this before the start helps nobody
    quiet: QuietHours = field(default_factory=QuietHours)
    merge_within: timedelta = timedelta(hours=1)  # messages nearer to each other than this become one
    undo_for: timedelta = timedelta(minutes=3)  # what staff change waits so long before anybody is told
    agenda_at: time = time(7)
    illness_is_free: bool = True  # whoever falls ill may move or cancel past the deadline
    approval_after_no_shows: int = 3  # so many, and a web booking waits for the desk's approval; 0: never
    approval_after_late: int = 0  # the same for late cancellations
    missed_within: timedelta = timedelta(days=365)  # what lies further back no longer counts
    sheet_with_agenda: bool = True  # therapists get the day sheet with the morning's mail
    limits: Limits = field(default_factory=Limits)  # of every therapist who has none of their own
    spacing_days: int = 3  # between deep sessions of one client on the same region; 0: none
    screening_months: int = 12  # a screening older than this is asked again
    review_hours: int = 24  # a therapist answers within these, ...
    review_before_hours: int = 48  # ... and this long before the session at the latest
    minor_until: int = 18  # years: younger clients need a guardian's consent, ...
    guardian_present_until: int = 16  # ... and younger than this the guardian in the room
    keep_answers_hours: int = 24  # answers of a booking that was given up
    keep_health_years: int = 10  # health records, since the last session (and since majority)
    keep_messages_days: int = 365  # mails as they were sent
    keep_imports_days: int = 30  # rows of files from other systems that were not brought in
