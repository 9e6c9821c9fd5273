"""What the placeholders of guidance texts become in a letter, in its reader's language."""

from app.domain.wallclock import local_date
from app.emails.facts import Letter
from app.wording import address_line, clock_words, day_words, when_words


def placeholder_facts(letter: Letter) -> dict[str, str]:
    """What placeholders in guidance texts become in this letter."""
    told, language = letter.appointment, letter.language
    day = local_date(told.starts_at, told.zone)
    return {
        "first_name": told.client.split()[0] if told.client.split() else "",
        "therapist": told.therapist,
        "practice": letter.practice.name,
        "day": day_words(day, language),
        "time": clock_words(told.starts_at, told.zone, language),
        "minutes": str(told.minutes),
        "address": address_line(told.address.lines),
        "phone": letter.practice.phone or "",
        "emergency_number": letter.practice.emergency_number or "",
        "free_change_until": when_words(told.free_change_until, told.zone, language),
    }
