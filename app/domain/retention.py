"""For how long records are kept."""

from datetime import date


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
