"""What the placeholders of guidance texts become in a letter, in its reader's language."""

from app.emails.facts import Letter
from app.wording import placeholder_words


def placeholder_facts(letter: Letter) -> dict[str, str]:
    """What placeholders in guidance texts become in this letter."""
    told = letter.appointment
    return placeholder_words(
        client=told.client,
        therapist=told.therapist,
        practice=letter.practice.name,
        starts_at=told.starts_at,
        zone=told.zone,
        minutes=told.minutes,
        address=told.address.lines,
        phone=letter.practice.phone,
        emergency_number=letter.practice.emergency_number,
        free_until=told.free_change_until,
        language=letter.language,
    )
