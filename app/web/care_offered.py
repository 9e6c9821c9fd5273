"""What an appointment's page offers besides: the intake form while something is missing or old, guides that may be seen."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.appointments import ACTIVE_STATES, GONE
from app.store.intake import standing_of
from app.store.practice import load_practice
from app.store.selfcare import guides_for
from app.store.shown import Shown


@dataclass(frozen=True, slots=True)
class Offered:
    """``missing``: how many parts of the form nobody has filled in; ``is_stale``: it should be said to be true again."""

    asks_intake: bool = False
    missing: int = 0
    is_stale: bool = False
    has_guides: bool = False


def offered(shown: Shown, now: datetime) -> Offered:
    """What stands on the page of that appointment; nothing once it is off."""
    if shown.state in GONE:
        return Offered()
    standing = standing_of([shown.client_id])
    return Offered(
        asks_intake=bool(standing.parts) and shown.state in ACTIVE_STATES,
        missing=len(standing.missing),
        is_stale=standing.is_stale(now, load_practice().policy.screening_months),
        has_guides=bool(guides_for(shown.client_id, now)),
    )
