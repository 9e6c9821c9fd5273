"""How far a client's intake form has come, as staff pages say it: names of parts only."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from app.domain.practice import text_in
from app.store.intake import standing_of
from app.store.practice import load_practice


def intake_standing(client_ids: Collection[int], now: datetime) -> dict[str, Any]:
    """What is asked, what is missing and whether it is old; nothing of what was answered."""
    practice = load_practice()
    standing = standing_of(client_ids)
    return {
        "is_asked": bool(standing.parts),
        "begun": bool(standing.done),
        "missing": [text_in(part.title, practice.language) for part in standing.missing],
        "is_stale": standing.is_stale(now, practice.policy.screening_months),
        "confirmed_at": standing.confirmed_at,
    }


def intake_asked(client_ids: Collection[int], now: datetime) -> bool:
    """Whether the client is to be led to the form, as their confirmation does."""
    return standing_of(client_ids).is_asked(now, load_practice().policy.screening_months)
