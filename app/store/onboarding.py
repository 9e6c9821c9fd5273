"""What has been done in a practice so far, as the checklist asks for it."""

from sqlalchemy import exists, select

from app.domain.onboarding import Deeds, Waiting
from app.domain.practice import text_in
from app.domain.sources import API, DESK, IMPORTED, OWN_SOURCES
from app.extensions import db
from app.models import Appointment, Notification
from app.store.settings import list_things

_KINDS = ("location", "service", "therapist")


def load_deeds(language: str) -> Deeds:
    """The facts; each a look for one row."""
    mail = exists().where(Notification.state == "sent")
    online = exists().where(Appointment.source.not_in((DESK, API, IMPORTED)))
    by_link = exists().where(Appointment.source.not_in(OWN_SOURCES))
    mail_sent, booked, by_links = db.session.execute(select(mail, online, by_link)).one()
    waiting = {kind: one for kind in _KINDS if (one := _waiting(kind, language)) is not None}
    return Deeds(bool(mail_sent), bool(booked), bool(by_links), waiting)


def _waiting(kind: str, language: str) -> Waiting | None:
    row = next((one for one in list_things(kind) if one.retired_at is not None), None)
    if row is None:
        return None
    name = text_in(row.name, language) if isinstance(row.name, dict) else row.name
    return Waiting(row.slug, name or row.slug)
