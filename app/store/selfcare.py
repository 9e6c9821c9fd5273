"""Self-care guides as values, and what decides which of them a client may see."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select

from app.domain.appointments import State
from app.domain.intake import is_old
from app.domain.practice_file import GuideStep
from app.domain.reviews import Decision
from app.domain.screening import Outcome, gate_keys
from app.domain.selfcare import Guide, Reader, Screened, may_see
from app.domain.wallclock import local_date
from app.extensions import db
from app.models import Appointment, Client, Review, Screening, ScreeningSetVersion, SelfCareGuide, Service
from app.models import ScreeningSet as ScreeningSetRow
from app.store.clients import group_of
from app.store.practice import load_practice
from app.store.safety_texts import screening_set
from app.store.screenings import open_answers
from app.vault import CannotOpen

_AGREED = (Decision.ACCEPTED.value, Decision.CHANGED.value)


def guide_value(row: SelfCareGuide) -> Guide:
    """A guide's row as a value."""
    return Guide(
        slug=row.slug,
        title=row.title,
        steps=tuple(GuideStep(**step) for step in row.steps),
        stop_rules=tuple(row.stop_rules),
        gate=frozenset(row.gate),
        equipment=row.equipment,
        source=row.source,
        wait=None if row.wait_minutes is None else timedelta(minutes=row.wait_minutes),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )


def write_guide(row: SelfCareGuide, guide: Guide) -> None:
    """What the guide says, into its row; numbers that nobody gave are left out."""
    row.title, row.source, row.equipment = dict(guide.title), guide.source, dict(guide.equipment)
    row.steps = [{name: value for name, value in asdict(step).items() if value} for step in guide.steps]
    row.stop_rules = [dict(rule) for rule in guide.stop_rules]
    row.gate = sorted(guide.gate)
    row.wait_minutes = None if guide.wait is None else guide.wait // timedelta(minutes=1)
    row.approved_by, row.approved_at = guide.approved_by, guide.approved_at


def other_coaching(appointment: Appointment) -> datetime | None:
    """When this client was shown tools in a session, other than this one."""
    given = (
        Appointment.client_id == appointment.client_id,
        Appointment.id != appointment.id,
        Appointment.state == State.COMPLETED.value,
        Service.coaches_tools,
    )
    wanted = select(func.min(Appointment.completed_at)).join(Service, Service.id == Appointment.service_id)
    return db.session.execute(wanted.where(*given)).scalar()


def approved_guides(slugs: Iterable[str] | None = None) -> list[Guide]:
    """The guides in use that a therapist has approved, in their order; of these slugs if any are named."""
    wanted = select(SelfCareGuide).where(
        SelfCareGuide.approved_at.is_not(None), SelfCareGuide.retired_at.is_(None)
    )
    if slugs is not None:
        wanted = wanted.where(SelfCareGuide.slug.in_(list(slugs)))
    return [guide_value(row) for row in db.session.execute(wanted.order_by(SelfCareGuide.id)).scalars()]


def guides_for(client_id: int, now: datetime, slugs: Iterable[str] | None = None) -> list[Guide]:
    """The guides that this client may see now; of these slugs if any are named."""
    approved = approved_guides(slugs)
    if not approved:
        return []
    reader = reader_of(client_id, now)
    return [guide for guide in approved if may_see(guide, reader, now)]


def reader_of(client_id: int, now: datetime) -> Reader:
    """What is known of a client, as far as guides go, under all rows that are this person."""
    group = group_of(client_id)
    coached = exists().where(Client.id.in_(group), Client.tool_coached_at.is_not(None))
    given = (Appointment.client_id.in_(group), Appointment.state == State.COMPLETED.value)
    return Reader(
        screened=_screened(group, now),
        tool_coached=bool(db.session.execute(select(coached)).scalar()),
        last_session=db.session.execute(select(func.max(Appointment.ends_at)).where(*given)).scalar(),
    )


def _screened(group: Collection[int], now: datetime) -> Screened | None:
    """What their last answers came to; none where there are none, they are too old, or can't be read any more.

    Answers that were swept clear nothing; where all was well, those before them count.
    """
    counts = or_(Screening.sealed_answers.is_not(None), Screening.outcome != Outcome.OK.value)
    wanted = (
        select(Screening, ScreeningSetVersion, ScreeningSetRow.slug)
        .join(ScreeningSetVersion, ScreeningSetVersion.id == Screening.version_id)
        .join(ScreeningSetRow, ScreeningSetRow.id == ScreeningSetVersion.set_id)
        .where(Screening.client_id.in_(group), counts)
    )
    found = db.session.execute(wanted.order_by(Screening.id.desc()).limit(1)).first()
    if found is None or is_old(found[0].asked_at, now, load_practice().policy.screening_months):
        return None
    screening, version, slug = found
    if screening.sealed_answers is None:
        return Screened(Outcome(screening.outcome), accepted=False, clear=frozenset())
    try:
        said = open_answers(screening)
    except (CannotOpen, LookupError):
        return None
    asked = screening_set(version, slug)
    on = local_date(now, load_practice().first_zone)
    clear = {question.key for question in asked.questions} - gate_keys(asked, said, on)
    return Screened(Outcome(screening.outcome), _is_accepted(screening), frozenset(clear))


def _is_accepted(screening: Screening) -> bool:
    """Whether a therapist has looked at these answers, or at the session that they were for, and agreed."""
    wanted = select(Review.decision).where(
        (Review.screening_id == screening.id)
        | (Review.screening_id.is_(None) & (Review.appointment_id == screening.appointment_id))
    )
    newest = db.session.execute(wanted.order_by(Review.id.desc()).limit(1)).scalar()
    return newest in _AGREED
