"""Made-up days, messages and numbers for the components to show."""

from datetime import date, timedelta
from typing import Any

from app.domain.appointments import State
from app.web.language import _, speaking
from app.wording import day_words, month_words, pattern_words

#: The tokens of css/stillpoint.css, in groups that belong together.
COLOURS = (
    ("paper", "surface", "sunken", "line"),
    ("ink", "muted"),
    ("moss", "moss-tint", "clay", "clay-tint"),
    ("amber-tint", "red-tint", "blue-tint"),
)
ICONS = (
    *("check", "cross", "dot", "ring", "half", "question", "warning", "info", "clock", "calendar", "mail"),
    *("phone", "person", "place", "left", "right", "arrow", "plus", "search", "skip", "print", "undo"),
    *("lock", "leaf"),
)
DRAWINGS = ("water", "cup", "signpost", "letter", "sprig", "door")
#: What the desk sees of a session in the course of its life, and what is more than its state.
STATES = (*(state.value for state in State), "confirmed", "in_session", "unresolved")
MESSAGES = ("planned", "sent", "skipped", "failed", "call", "called")
#: The day that the samples are about.
MONDAY = date(2026, 11, 23)
_WEEK, _WEEKEND = 7, 5


def month() -> dict[str, Any]:
    """Two weeks: most days with space, one chosen, some without."""
    days = [MONDAY + timedelta(days=number) for number in range(14)]
    language = speaking()
    return {
        "title": month_words(MONDAY, language),
        "previous": None,
        "next": None,
        "weekdays": [
            (pattern_words(day, "EEE", language), pattern_words(day, "EEEE", language))
            for day in days[:_WEEK]
        ],
        "weeks": [list(map(_day, days[:_WEEK])), list(map(_day, days[_WEEK:]))],
    }


def _day(day: date) -> dict[str, Any]:
    return {
        "number": day.day,
        "label": day_words(day, speaking()),
        "href": "?" if day.weekday() < _WEEKEND else None,
        "free": day.day % 10 / 10,
        "selected": day == MONDAY + timedelta(days=1),
        "today": day == MONDAY,
    }


def times() -> list[dict[str, Any]]:
    """The times of a day, one of them recommended."""
    best = {"value": "1", "label": "9:00", "note": None, "recommended": True}
    others = [
        {"value": str(hour), "label": f"{hour}:00", "note": None, "recommended": False} for hour in (10, 11)
    ]
    return [{"label": _("Morning"), "times": [best, *others]}]


def messages() -> list[dict[str, Any]]:
    """What is sent about a session, past and to come."""
    return [
        {"what": _("Confirmation"), "to": "robin@example.com", "state": "sent", "when": "23.11., 14:30"},
        {
            "what": _("Reminder"),
            "to": "robin@example.com",
            "state": "planned",
            "when": "24.11., 9:00",
            "now": True,
        },
    ]


def bars() -> list[dict[str, Any]]:
    """How full two diaries are."""
    return [
        {"name": "Dana Reyes", "width": 82, "words": "82 %"},
        {"name": "Lee Stone", "width": 41, "words": "41 %"},
    ]
