"""What was answered to the questions before a session: found, opened, and sealed anew once its client is known."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm.attributes import flag_modified

from app.domain.care import TaskKind
from app.domain.screening import GRAVE, VISIT, Outcome, Round, Said, standing_cry
from app.domain.wishes import Wishes
from app.extensions import db
from app.models import Appointment, Client, Screening, Task
from app.store.clients import get_client
from app.store.practice import load_practice
from app.store.wishes import wishes_of
from app.vault import open_sealed, seal


def answers_context(token: str) -> str:
    """What answers are sealed for."""
    return f"screening|answers|{token}"


def wishes_context(token: str) -> str:
    """What the wishes that were told with them are sealed for."""
    return f"screening|wishes|{token}"


def add_screening(screening: Screening) -> None:
    """Write it, so that it has a number."""
    db.session.add(screening)
    db.session.flush()


def find_screening(token: str) -> Screening | None:
    """The round of answers of that token."""
    return db.session.execute(select(Screening).where(Screening.token == token)).scalar_one_or_none()


def newest_screening(visitor: str, service_id: int, now: datetime) -> Screening | None:
    """What this visitor answered last for that service within the visit, whether it has been booked with or not."""
    of = (Screening.visitor == visitor, Screening.service_id == service_id)
    wanted = select(Screening).where(*of, Screening.answered_at > now - VISIT)
    return db.session.execute(wanted.order_by(Screening.id.desc()).limit(1)).scalar_one_or_none()


def is_usable(screening: Screening, now: datetime) -> bool:
    """Whether it may still be booked with, whatever its outcome; not where what was said has been forgotten meanwhile."""
    service = next((one for one in load_practice().services if one.id == screening.service_id), None)
    asked = service.screening if service else None
    is_fresh = screening.answered_at > now - VISIT and screening.appointment_id is None
    is_fresh = is_fresh and screening.sealed_answers is not None
    return is_fresh and asked is not None and asked.id == screening.version_id and asks_same_age(screening)


def asks_same_age(screening: Screening) -> bool:
    """Whether the questions still name the age that they named then: else they are other questions."""
    return screening.minor_until in (None, load_practice().policy.minor_until)


def latest_of_client(client_ids: Collection[int], service_id: int, version_id: int) -> Screening | None:
    """What those who are one person answered last for that service, and booked with, or said behind their link."""
    wanted = select(Screening).where(
        Screening.client_id.in_(client_ids),
        Screening.service_id == service_id,
        Screening.version_id == version_id,
        Screening.appointment_id.is_not(None),
        Screening.sealed_answers.is_not(None),
    )
    return db.session.execute(wanted.order_by(Screening.id.desc()).limit(1)).scalar_one_or_none()


def newest_of_client(client_ids: Collection[int], service_id: int | None = None) -> Screening | None:
    """What those who are one person said last, wherever and for whatever; for one service, if it is named.

    Not what was only repeated for a booking that was given up: it told nothing new, and nobody looks at it.
    """
    was_told = or_(Screening.since.is_(None), Screening.appointment_id.is_not(None))
    wanted = select(Screening).where(Screening.client_id.in_(client_ids), was_told)
    if service_id is not None:
        wanted = wanted.where(Screening.service_id == service_id)
    return db.session.execute(wanted.order_by(Screening.id.desc()).limit(1)).scalar_one_or_none()


def rounds_with_answers_of(client_ids: Collection[int], said: Screening) -> Sequence[Screening]:
    """Every session's round in which they gave those very answers, or said that nothing had changed since; newest first."""
    same = (Screening.service_id == said.service_id, Screening.version_id == said.version_id)
    wanted = select(Screening).where(
        Screening.client_id.in_(client_ids),
        *same,
        Screening.appointment_id.is_not(None),
        func.coalesce(Screening.since, Screening.answered_at) == said.asked_at,
    )
    return db.session.execute(wanted.order_by(Screening.id.desc())).scalars().all()


def is_grave_since(client_ids: Collection[int], screening: Screening) -> bool:
    """Whether that person's answers have meant CALL or URGENT in that round or any later one, for whatever service."""
    wanted = select(Screening.id).where(
        Screening.client_id.in_(client_ids),
        Screening.id >= screening.id,
        Screening.worst.in_([outcome.value for outcome in GRAVE]),
    )
    return db.session.execute(wanted.limit(1)).first() is not None


def latest_of_appointment(appointment_id: int) -> Screening | None:
    """What was answered last for that session."""
    wanted = select(Screening).where(Screening.appointment_id == appointment_id)
    return db.session.execute(wanted.order_by(Screening.id.desc()).limit(1)).scalar_one_or_none()


def told_since_asked(appointment_id: int) -> list[Outcome]:
    """What came out for that session since somebody was asked to see to it, while they have not done so yet."""
    asked = (Task.appointment_id == appointment_id, Task.kind == TaskKind.HEALTH_CHANGED.value)
    since = select(func.min(Task.created_at)).where(*asked, Task.done_at.is_(None)).scalar_subquery()
    wanted = select(Screening.outcome).where(
        Screening.appointment_id == appointment_id, Screening.answered_at >= since
    )
    return [Outcome(one) for one in db.session.execute(wanted).scalars()]


def rounds_of_visit(
    visitor: str | None, client_ids: Collection[int], token: str | None, now: datetime
) -> Sequence[Screening]:
    """Everything that was answered within the visit by this browser, by this client, or in the conversation of that token.

    Of a client who is known also what ended without a booking, however long ago, as long as nothing was booked since.
    """
    same: list[ColumnElement[bool]] = [Screening.client_id.in_(client_ids)]
    if visitor is not None:
        same.append(Screening.visitor == visitor)
    if token is not None:
        same.append(Screening.token == token)
    lately = and_(Screening.answered_at > now - VISIT, or_(*same))
    wanted = select(Screening).where(or_(lately, _given_up_since(client_ids)))
    return db.session.execute(wanted.order_by(Screening.id)).scalars().all()


def find_cry(
    visitor: str | None, client_ids: Collection[int], now: datetime, token: str | None = None
) -> Round | None:
    """The URGENT answer of the last day that still stands for this browser, client or conversation; none where there is none."""
    return standing_cry(map(round_of, rounds_of_visit(visitor, client_ids, token, now)), now)


def round_of(screening: Screening) -> Round:
    """What the rules have to know of it."""
    asked = (screening.service_id, screening.version_id)
    is_repeated = screening.since is not None
    return Round(*asked, screening.answered_at, Outcome(screening.outcome), is_repeated)


def _given_up_since(client_ids: Collection[int]) -> ColumnElement[bool]:
    theirs = Screening.client_id.in_(client_ids)
    booked = select(func.coalesce(func.max(Screening.id), 0)).where(
        theirs, Screening.appointment_id.is_not(None)
    )
    return and_(theirs, Screening.appointment_id.is_(None), Screening.id > booked.scalar_subquery())


def open_answers(screening: Screening) -> Said:
    """What was said; nothing where it has been forgotten. Whoever shows it to anybody writes down that they did."""
    if screening.sealed_answers is None:
        return {}
    opened: dict[str, str] = json.loads(
        open_sealed(screening.sealed_answers, _key(screening), answers_context(screening.token))
    )
    return opened


def open_wishes(screening: Screening) -> Wishes:
    """What was wished for with it."""
    if screening.sealed_wishes is None:
        return Wishes()
    return Wishes.from_stored(
        json.loads(open_sealed(screening.sealed_wishes, _key(screening), wishes_context(screening.token)))
    )


def seal_round(screening: Screening, said: Said, wishes: Wishes, key: bytes) -> None:
    """Keep what was said, and wished for, under that key."""
    screening.sealed_answers = seal(json.dumps(dict(said)), key, answers_context(screening.token))
    screening.sealed_wishes = seal(json.dumps(wishes.as_stored()), key, wishes_context(screening.token))


def give_to_client(screening: Screening, client: Client, wishes: Wishes | None = None) -> None:
    """These answers are that client's: from now on they open with the client's key only. Other wishes, if there are any."""
    if screening.sealed_answers is not None:
        told = open_wishes(screening) if wishes is None else wishes
        seal_round(screening, open_answers(screening), told, client.wrapped_key)
    screening.wrapped_key, screening.client_id = None, client.id


def attach_screening(screening: Screening, appointment: Appointment) -> None:
    """These answers are that appointment's, and its client's: from now on they open with the client's key only.

    What was wished for is what binds the session, wherever it was asked: not everybody who asks about health asks that again.
    """
    told = appointment.sealed_wishes is not None
    give_to_client(screening, appointment.client, wishes_of(appointment) if told else None)
    screening.appointment_id = appointment.id


def answer_anew(screening: Screening, appointment: Appointment) -> None:
    """The same for a session that stands already: whoever has its page open has read other answers, and is told so (Stale)."""
    attach_screening(screening, appointment)
    flag_modified(appointment, "state")  # its row is written, so that its version rises


def worst_so_far(rounds: Collection[Screening]) -> list[Outcome]:
    """The outcomes that those rounds had, or have led to."""
    return [Outcome(one.worst) for one in rounds]


def _key(screening: Screening) -> bytes:
    """Its own key while nobody knows whose it is, then the client's. Raises LookupError where there is neither."""
    if screening.wrapped_key is not None:
        return screening.wrapped_key
    if screening.client_id is None:
        raise LookupError("no key is left for these answers")
    return get_client(screening.client_id).wrapped_key
