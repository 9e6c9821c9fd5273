"""Fields for the limits of a day's load: of the practice, and of one therapist where they differ."""

from typing import Any

from app.blueprints.admin.fields import Whole

_LABELS = {
    "sessions_a_day": ("Sessions a day", 50, 1),
    "deep_a_day": ("Deep sessions a day", 50, 1),
    "deep_in_a_row": ("Deep sessions in a row", 50, 1),
    "hands_on_minutes": ("Treating, a day", 1440, 5),
    "break_after_minutes": ("A break after", 1440, 5),
    "break_minutes": ("A break lasts at least", 480, 5),
}


def limit_field(name: str, *, needed: str | None = None) -> Any:
    """The field of the limit of that name; without ``needed`` it may stay empty."""
    label, most, step = _LABELS[name]
    return Whole(label, 0, most, step=step, needed=needed)
