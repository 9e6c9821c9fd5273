"""How the clients' pages say things."""

from datetime import datetime

from app.domain.workday import shown_state
from app.store.client_pages import Visit
from app.web.language import lazy

FIELDS = {
    "name": lazy("Name"),
    "guardian": lazy("Parent or guardian"),
    "phone": lazy("Telephone"),
    "email": lazy("E-mail address"),
    "detail": lazy("Our e-mails say"),
    "language": lazy("They are written in"),
}


def visit_state(visit: Visit, now: datetime) -> str:
    """How a visit stands, as its badge knows it."""
    return shown_state(
        visit.state,
        visit.starts_at,
        visit.ends_at,
        now,
        confirmed=visit.confirmed,
        cancelled_by=visit.cancelled_by,
    )
