"""For how long records are kept."""

from datetime import date

#: The numbers of the policy that say how long things are kept, by name: nobody but the owner changes them.
KEEPING = ("keep_answers_hours", "keep_health_years", "keep_messages_days", "keep_imports_days")


def is_shorter(kept: int, becomes: int) -> bool:
    """Whether something would be kept for less long; 0 stands for ever."""
    return becomes != 0 and (kept == 0 or becomes < kept)


def years_later(day: date, years: int) -> date:
    """The same day so many years later; the day after 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def kept_until(last: date, years: int, born: date | None, minor_until: int) -> date:
    """The first day on which a health record need not be kept: so many years since the last entry, for minors since majority."""
    begins = last if born is None else max(last, years_later(born, minor_until))
    return years_later(begins, years)
