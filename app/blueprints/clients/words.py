"""How the clients' pages say things."""

from datetime import datetime

from app.domain.appointments import State
from app.store.client_pages import Visit
from app.web.language import lazy

_CANCELLED = {"late": "cancelled_late", "clinic": "cancelled_by_clinic"}
FIELDS = {
    "name": lazy("Name"),
    "guardian": lazy("Parent or guardian"),
    "phone": lazy("Telephone"),
    "email": lazy("E-mail address"),
    "detail": lazy("Our e-mails say"),
    "language": lazy("They are written in"),
}


def visit_state(visit: Visit, now: datetime) -> str:
    """How a visit stands, as its badge knows it: what is over and was never marked is unresolved."""
    if visit.state is State.CANCELLED:
        return _CANCELLED.get(visit.cancelled_by or "", "cancelled_by_client")
    if visit.state in (State.BOOKED, State.ARRIVED) and visit.ends_at <= now:
        return "unresolved"
    return "confirmed" if visit.state is State.BOOKED and visit.confirmed else visit.state.value
