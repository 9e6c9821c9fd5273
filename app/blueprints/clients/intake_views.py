"""The intake form on the client's page: what is missing, for all; the answers, for who treats, each opening written down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import clock
from app.actions.intake import Opened, open_intake
from app.blueprints.clients.asked import Seen, treated_client
from app.blueprints.schedule.asked import health_therapist
from app.store.intake import begun_by
from app.store.practice import load_practice
from app.web.access import actor
from app.web.intake_standing import intake_standing


def opened_intake(client_id: int) -> tuple[Seen, list[Opened]]:
    """Open what was answered; that is written down."""
    seen = treated_client(client_id)
    language = load_practice().language
    return seen, open_intake(seen.id, actor(), clock.now(), language, health_therapist())


def intake_context(seen: Seen, opened: Sequence[Opened] | None, now: datetime) -> dict[str, Any]:
    """For the client's page: names of parts only, and what has just been opened."""
    begun = begun_by(seen.group)
    return {
        "intake": intake_standing(seen.group, now),
        "intake_opened": opened,
        "intake_openable": bool(set(begun) & set(seen.health_rows)),
        "intake_elsewhere": bool(set(begun) & set(seen.other_rows)),
    }
