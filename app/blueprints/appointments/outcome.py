"""What is said to somebody whose answers need a conversation, or help at once: no diagnosis, a number to call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template

from app.actions.screening import today
from app.domain.emergency import EmergencyNumber
from app.domain.practice import Practice, Service
from app.domain.screening import Outcome, Said, advices
from app.store.practice import load_practice


def outcome_page(
    service: Service,
    outcome: Outcome,
    said: Said,
    now: datetime,
    *,
    emergency: Sequence[EmergencyNumber],
    **more: Any,
) -> str:
    """The page for CALL and URGENT, in answer to what was just sent; ``emergency``: whom to call where the session is, or may be."""
    practice = load_practice()
    asked = service.screening
    return render_template(
        "pages/appointments/outcome.html",
        service=service,
        is_urgent=outcome is Outcome.URGENT,
        advices=advices(asked, said, today(now)) if asked else (),
        emergency=emergency,
        lighter=lighter_services(practice, service),
        **more,
    )


def lighter_services(practice: Practice, service: Service) -> list[Service]:
    """What can be booked in its place, without anything to be asked or agreed to first."""
    return [one for one in practice.services if one.id != service.id and one.is_lighter and one.variants]
