"""How the clients' pages say things."""

from datetime import datetime

from app.domain.appointments import State
from app.store.client_pages import Visit

_CANCELLED = {"late": "cancelled_late", "clinic": "cancelled_by_clinic"}
FIELDS = {
    "name": "Name",
    "guardian": "Parent or guardian",
    "phone": "Telephone",
    "email": "E-mail address",
    "detail": "Our e-mails say",
    "language": "They are written in",
}


def visit_state(visit: Visit, now: datetime) -> str:
    """How a visit stands, as its badge knows it: what is over and was never marked is unresolved."""
    if visit.state is State.CANCELLED:
        return _CANCELLED.get(visit.cancelled_by or "", "cancelled_by_client")
    if visit.state in (State.BOOKED, State.ARRIVED) and visit.ends_at <= now:
        return "unresolved"
    return "confirmed" if visit.state is State.BOOKED and visit.confirmed else visit.state.value
