"""Fields for the limits of a day's load: of the practice, and of one therapist where they differ."""

from typing import Any

from app.blueprints.admin.fields import Whole
from app.web.language import Lazy, lazy

_LABELS = {
    "sessions_a_day": (lazy("Sessions a day"), 50, 1),
    "deep_a_day": (lazy("Deep sessions a day"), 50, 1),
    "deep_in_a_row": (lazy("Deep sessions in a row"), 50, 1),
    "hands_on_minutes": (lazy("Treating, a day"), 1440, 5),
    "break_after_minutes": (lazy("A break after"), 1440, 5),
    "break_minutes": (lazy("A break lasts at least"), 480, 5),
}


def limit_field(name: str, *, needed: Lazy | str | None = None) -> Any:
    """The field of the limit of that name; without ``needed`` it may stay empty."""
    label, most, step = _LABELS[name]
    return Whole(label, 0, most, step=step, needed=needed)
