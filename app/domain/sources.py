"""Where bookings come from: a short word that a link carries, so that the practice learns which of its links are used."""

import re

#: What the program itself writes, and nobody's link may claim: booked at the desk, on the site itself, by a program.
DESK, WEB, API, IMPORTED = "desk", "web", "api", "import"
OWN_SOURCES = frozenset({DESK, WEB, API, IMPORTED})
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def source_of(said: str | None) -> str | None:
    """The source that an address names: a short slug in small letters; anything else is none, and never an error."""
    word = (said or "").strip().lower()
    return word if _SOURCE.fullmatch(word) and word not in OWN_SOURCES else None
