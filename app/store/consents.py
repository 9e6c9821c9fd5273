"""What clients have agreed to: never deleted, withdrawn at most."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, null, select, union_all

from app.domain.appointments import AHEAD
from app.domain.consent import ConsentText, GivenHow
from app.extensions import db
from app.models import Appointment, Client, Consent, ConsentTextVersion, Service
from app.models import ConsentText as ConsentTextRow
from app.store.clients import ROOT
from app.store.safety_texts import consent_text


@dataclass(frozen=True, slots=True)
class KeptConsent:
    """One consent as it is stored, without its terms: which text, given and withdrawn by whom, and when."""

    id: int
    client_id: int
    text_id: int
    name: str
    version: int
    is_newest: bool
    given_by: str
    given_at: datetime
    given_how: GivenHow | None
    given_on: date | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether it counts: neither withdrawn, nor has the text changed since."""
        return self.is_newest and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version of a text, and which others there are: (number of the row, version), newest first."""

    text: ConsentText
    text_id: int
    name: str
    versions: tuple[tuple[int, int], ...]

    @property
    def is_newest(self) -> bool:
        """Whether it is the one that is asked for now."""
        return self.versions[0][0] == self.text.id


def add_consent(consent: Consent) -> None:
    """Keep it; it has its number then."""
    db.session.add(consent)
    db.session.flush()


def holds(client_ids: Collection[int], text: ConsentText) -> bool:
    """Whether one of these stored rows has agreed to this very version, and not withdrawn it since."""
    wanted = select(Consent.id).where(
        Consent.client_id.in_(client_ids), Consent.version_id == text.id, Consent.withdrawn_at.is_(None)
    )
    return db.session.execute(wanted.limit(1)).first() is not None


def in_force(client_ids: Collection[int], text_id: int) -> list[Consent]:
    """Every consent to that text, of whatever version, that is not withdrawn; the newest first."""
    wanted = (
        select(Consent)
        .join(ConsentTextVersion, ConsentTextVersion.id == Consent.version_id)
        .where(
            Consent.client_id.in_(client_ids),
            ConsentTextVersion.text_id == text_id,
            Consent.withdrawn_at.is_(None),
        )
    )
    return list(db.session.execute(wanted.order_by(Consent.id.desc())).scalars())


def last_withdrawn(client_ids: Collection[int], text_id: int) -> datetime | None:
    """When one of these rows last took back a consent to that text, of whatever version."""
    wanted = (
        select(func.max(Consent.withdrawn_at))
        .join(ConsentTextVersion, ConsentTextVersion.id == Consent.version_id)
        .where(Consent.client_id.in_(client_ids), ConsentTextVersion.text_id == text_id)
    )
    return db.session.execute(wanted).scalar()


def ticked_ahead(client_ids: Collection[int], text_id: int) -> list[Appointment]:
    """Their sessions with that text which are not done yet, and before which they were asked in the room."""
    wanted = (
        select(Appointment)
        .join(Service, Service.id == Appointment.service_id)
        .where(
            Appointment.client_id.in_(client_ids),
            Appointment.state.in_(AHEAD),
            Appointment.verbal_consent_at.is_not(None),
            Service.consent_text_id == text_id,
        )
    )
    return list(db.session.execute(wanted).scalars())


def has_guardian(client_ids: Collection[int]) -> bool:
    """Whether somebody has agreed for one of these rows before: who is under age."""
    wanted = select(Client.id).where(Client.id.in_(client_ids), Client.guardian_name.is_not(None))
    return db.session.execute(wanted.limit(1)).first() is not None


def find_consent(consent_id: int) -> Consent | None:
    """The consent of that number."""
    return db.session.get(Consent, consent_id)


def list_consents(client_ids: Collection[int]) -> list[KeptConsent]:
    """Everything these stored rows have agreed to, newest first."""
    newest = _newest_versions()
    wanted = (
        select(Consent, ConsentTextVersion.text_id, ConsentTextVersion.version, ConsentTextRow.name)
        .join(ConsentTextVersion, ConsentTextVersion.id == Consent.version_id)
        .join(ConsentTextRow, ConsentTextRow.id == ConsentTextVersion.text_id)
        .where(Consent.client_id.in_(client_ids))
        .order_by(Consent.id.desc())
    )
    return [
        KeptConsent(
            row.id,
            row.client_id,
            text_id,
            name,
            version,
            newest[text_id] == row.version_id,
            row.given_by,
            row.given_at,
            GivenHow(row.given_how) if row.given_how else None,
            row.given_on,
            row.withdrawn_by,
            row.withdrawn_at,
        )
        for row, text_id, version, name in db.session.execute(wanted)
    ]


def text_of_service(service_id: int) -> ConsentText | None:
    """The newest version of what is agreed to before that service; none where nothing is."""
    wanted = (
        select(ConsentTextVersion, ConsentTextRow.slug)
        .join(ConsentTextRow, ConsentTextRow.id == ConsentTextVersion.text_id)
        .join(Service, Service.consent_text_id == ConsentTextRow.id)
        .where(Service.id == service_id)
        .order_by(ConsentTextVersion.version.desc())
        .limit(1)
    )
    found = db.session.execute(wanted).first()
    return None if found is None else consent_text(*found)


def version_of(version_id: int) -> ConsentText:
    """What was agreed to, as it stood then. Raises LookupError."""
    row = db.session.get(ConsentTextVersion, version_id)
    if row is None:
        raise LookupError("no such version")
    text = db.session.get(ConsentTextRow, row.text_id)
    assert text is not None  # noqa: S101 - a foreign key
    return consent_text(row, text.slug)


def find_version(version_id: int) -> TextVersion | None:
    """That version with the name of its text and every version of it, newest first; none where there is no such version."""
    row = db.session.get(ConsentTextVersion, version_id)
    text = db.session.get(ConsentTextRow, row.text_id) if row else None
    if row is None or text is None:
        return None
    numbers = tuple((one.id, one.version) for one in reversed(text.versions))
    return TextVersion(consent_text(row, text.slug), text.id, text.name, numbers)


def texts_asked() -> list[tuple[str, int, int]]:
    """Every text that a service asks for: its name, the number of its newest version, and which that is."""
    newest = _newest_versions()
    wanted = (
        select(ConsentTextRow.name, ConsentTextVersion.id, ConsentTextVersion.version)
        .join(ConsentTextVersion, ConsentTextVersion.text_id == ConsentTextRow.id)
        .where(ConsentTextRow.id.in_(_asked_for()), ConsentTextVersion.id.in_(newest.values()))
        .order_by(ConsentTextRow.name)
    )
    return [(name, number, version) for name, number, version in db.session.execute(wanted)]


def _asked_for() -> Select[int | None]:
    return select(Service.consent_text_id).where(
        Service.retired_at.is_(None), Service.consent_text_id.is_not(None)
    )


#: The version in force of the text that a service asks for.
_NEWEST = (
    select(ConsentTextVersion.id)
    .where(ConsentTextVersion.text_id == Service.consent_text_id)
    .order_by(ConsentTextVersion.version.desc())
    .limit(1)
    .scalar_subquery()
)


def without_consent(appointment_ids: Collection[int]) -> set[int]:
    """Which of them need a consent that doesn't hold: never given, withdrawn, or the text has changed since. One query.

    Rows that were merged count as one person.
    """
    if not appointment_ids:
        return set()
    asked = (
        select(Appointment.id.label("number"), ROOT.label("person"), _NEWEST.label("version_id"))
        .join(Client, Client.id == Appointment.client_id)
        .join(Service, Service.id == Appointment.service_id)
        .where(Appointment.id.in_(appointment_ids), Service.consent_text_id.is_not(None))
        .cte("asked")
    )
    given = (
        select(null(), ROOT, Consent.version_id)
        .join(Client, Client.id == Consent.client_id)
        .where(Consent.withdrawn_at.is_(None), ROOT.in_(select(asked.c.person)))
    )
    rows = db.session.execute(union_all(select(asked), given)).all()
    agreed = {(person, version_id) for number, person, version_id in rows if number is None}
    return {
        number
        for number, person, version_id in rows
        if number is not None and (person, version_id) not in agreed
    }


def _newest_versions() -> dict[int | None, int]:
    """By text the number of its newest version."""
    rows = db.session.execute(
        select(ConsentTextVersion.text_id, ConsentTextVersion.id).order_by(ConsentTextVersion.version)
    )
    return {text_id: version_id for text_id, version_id in rows}  # noqa: C416 - typed so
