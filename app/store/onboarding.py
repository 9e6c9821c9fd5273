"""What has been done in a practice so far, as the checklist asks for it."""

from sqlalchemy import exists, select

from app.domain.notifications import Kind
from app.domain.onboarding import Deeds, Waiting
from app.domain.practice import text_in
from app.domain.sources import API, DESK, IMPORTED, OWN_SOURCES
from app.extensions import db
from app.models import Appointment, Notification
from app.store.practice import get_practice_row
from app.store.settings import list_things

_KINDS = ("location", "service", "therapist")


def load_deeds(language: str) -> Deeds:
    """The facts; each a look for one row."""
    mail = exists().where(Notification.state == "sent")
    online = exists().where(Appointment.source.not_in((DESK, API, IMPORTED)))
    by_link = exists().where(Appointment.source.not_in(OWN_SOURCES))
    waits = exists().where(
        Notification.kind == Kind.ACCOUNT_MESSAGE.value, Notification.state.in_(("planned", "leased"))
    )
    done = db.session.execute(select(mail, online, by_link, waits)).one()
    mail_sent, booked, by_links, mail_waits = (bool(one) for one in done)
    waiting = {kind: one for kind in _KINDS if (one := _waiting(kind, language)) is not None}
    settled = frozenset(get_practice_row().settled)
    return Deeds(mail_sent, booked, by_links, waiting, mail_waits, settled)


def _waiting(kind: str, language: str) -> Waiting | None:
    row = next((one for one in list_things(kind) if one.retired_at is not None), None)
    if row is None:
        return None
    name = text_in(row.name, language) if isinstance(row.name, dict) else row.name
    return Waiting(row.slug, name or row.slug)
