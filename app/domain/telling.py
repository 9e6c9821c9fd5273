"""Who is told what of an appointment, and when: the difference between what people know and what is true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.guidance import GuidanceStep
from app.domain.moments import (
    Moment,
    SessionSpan,
    arrival_keys,
    moments_after,
    moments_before,
    once_completed,
)
from app.domain.notifications import (
    BEGUN,
    BOOKED_TOO_LATE,
    MOVED_TOO_LATE,
    NO_CLIENT_ADDRESS,
    NO_STAFF_ADDRESS,
    NOT_CHOSEN,
    NOTICE_LIFE,
    OWN_DOING,
    TOLD_OTHERWISE,
    Audience,
    Kind,
    Notice,
    first_reason,
)
from app.domain.policy import Policy

_STAFF_KINDS = {
    Notice.NEW: Kind.THERAPIST_BOOKED,
    Notice.CHANGED: Kind.THERAPIST_MOVED,
    Notice.CANCELLED: Kind.THERAPIST_CANCELLED,
}
_SECOND_KINDS = {
    Notice.NEW: Kind.SECOND_BOOKED,
    Notice.CHANGED: Kind.SECOND_MOVED,
    Notice.CANCELLED: Kind.SECOND_RELEASED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody knows of an appointment that takes place: when, and with whom; ``requested``: nobody has promised it yet.

    ``chaperone_id`` says whose business it was as the second person, and is news to nobody else.
    """

    starts_at: datetime
    therapist_id: int
    requested: bool = False
    chaperone_id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be told of an appointment, and what they know of it so far (none: nothing, or that it is off).

    ``is_second``: the therapist is, or was, the second person in the room.
    """

    audience: Audience
    known: Known | None
    has_address: bool
    therapist_id: int | None = None
    staff_member_id: int | None = None
    chosen: frozenset[Notice] = frozenset(Notice)
    did_it: bool = False
    told_otherwise: bool = False  # the desk tells them itself
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What must be known of an appointment to decide who is told what. ``holds``: it keeps its time (not cancelled);
    ``requested``: the practice has not promised it yet; ``declined``: and will not; ``lapsed``: nobody said so in time.

    ``steps`` are the guidance steps that suit it; ``told_keys`` those of them that the client has been sent already, with the
    messages ``told_steps``.
    """

    when: SessionSpan
    therapist_id: int
    holds: bool
    client_has_address: bool
    policy: Policy
    steps: tuple[GuidanceStep, ...] = ()
    told_keys: frozenset[str] = frozenset()
    told_steps: frozenset[str] = frozenset()
    requested: bool = False
    declined: bool = False
    lapsed: bool = False
    chaperone_id: int | None = None

    @property
    def truth(self) -> Known | None:
        """What there is to know."""
        return Known(self.when.starts_at, self.therapist_id, self.requested) if self.holds else None


@dataclass(frozen=True, slots=True)
class Plan:
    """One notification that is decided. ``why_not`` is set where it is known already that it will not be sent."""

    step: str
    kind: Kind
    audience: Audience
    due_at: datetime
    expires_at: datetime
    therapist_id: int | None = None
    staff_member_id: int | None = None
    carries: tuple[str, ...] = ()
    before: Known | None = None
    why_not: str | None = None


def plans(told: Told, readers: Iterable[Reader], now: datetime, waits: timedelta) -> list[Plan]:
    """Everything that follows from a booking, a move or a cancellation.

    Each reader is told the difference between what they know and what is true, after ``waits``: nothing, if there is none.
    The client is also written to at the moments ahead of the session. Of these, what is due already rides with the news
    and is not sent again; without news it goes now, as one message.
    """
    readers = tuple(readers)
    client = next((reader for reader in readers if reader.audience is Audience.CLIENT), None)
    is_news = client is not None and _change(client.known, told.truth) is not None
    ahead, late_keys = _ahead(told, now, is_news, known=client.known if client else None)
    news = [_news(told, reader, now, waits, late_keys) for reader in readers]
    return [plan for plan in news if plan is not None] + ahead


def news_to_seconds(told: Told, readers: Iterable[Reader], now: datetime, waits: timedelta) -> list[Plan]:
    """What follows where nothing has changed but who the second person is: to nobody else that is news."""
    news = [_news(told, reader, now, waits, ()) for reader in readers if reader.is_second]
    return [plan for plan in news if plan is not None]


def plans_after(told: Told, next_session_at: datetime | None, now: datetime) -> list[Plan]:
    """The after-care of a session that is marked as done at ``now``."""
    every = moments_after(told.when, told.steps, told.policy, next_session_at)
    moments = once_completed(every, told.when, told.policy, now)
    return [_by_plan(told, moment, Kind.APPOINTMENT_AFTERCARE, moment.why_not) for moment in moments]


def _change(known: Known | None, truth: Known | None) -> Notice | None:
    if known == truth:
        return None
    if known is None:
        return Notice.NEW
    return Notice.CANCELLED if truth is None else Notice.CHANGED


def _ahead(
    told: Told, now: datetime, is_news: bool, known: Known | None
) -> tuple[list[Plan], tuple[str, ...]]:
    """The moments ahead as plans, and the keys of what is late and rides with the news."""
    if not told.holds or told.requested or told.when.starts_at <= now:
        return [], ()
    moments = moments_before(told.when, told.steps, told.policy, now)
    late = [moment for moment in moments if moment.due_at <= now + told.policy.merge_within]
    keys = [key for moment in late for key in moment.carries] or (
        [] if moments else list(arrival_keys(told.steps))
    )
    fresh = tuple(key for key in keys if key not in told.told_keys)
    reason = BOOKED_TOO_LATE if known is None or known.requested else MOVED_TOO_LATE
    going = [_by_plan(told, moment, _kind_of(moment), moment.why_not) for moment in moments[len(late) :]]
    if is_news:
        skipped = [_by_plan(told, moment, _kind_of(moment), moment.why_not or reason) for moment in late]
        return skipped + going, fresh
    return _catching_up(told, late, fresh, now, reason) + going, ()


def _catching_up(
    told: Told, late: Sequence[Moment], fresh: tuple[str, ...], now: datetime, reason: str
) -> list[Plan]:
    """Without news the last of the late moments goes now, if the client has not had it or what it says; the others don't."""
    due = [moment for moment in late if not moment.why_not and moment.expires_at > now]
    going = due[-1:] if due and (fresh or _is_owed(due[-1], told)) else []
    others = [moment for moment in late if moment not in going]
    return [
        *(_by_plan(told, moment, _kind_of(moment), moment.why_not or reason) for moment in others),
        *(
            _by_plan(
                told, replace(moment, due_at=max(now, moment.due_at), carries=fresh), _kind_of(moment), None
            )
            for moment in going
        ),
    ]


def _is_owed(moment: Moment, told: Told) -> bool:
    """A reminder that has not been sent is owed also where no advice goes with it."""
    return moment.reminds and moment.step not in told.told_steps


def _kind_of(moment: Moment) -> Kind:
    return Kind.APPOINTMENT_REMINDER if moment.reminds else Kind.APPOINTMENT_PREPARATION


def _by_plan(told: Told, moment: Moment, kind: Kind, why_not: str | None) -> Plan:
    no_address = None if told.client_has_address else NO_CLIENT_ADDRESS
    # Somebody without an address is called at that moment: a step that has been told otherwise needs no call.
    reason = first_reason(why_not, no_address)
    return Plan(
        step=moment.step,
        kind=kind,
        audience=Audience.CLIENT,
        due_at=moment.due_at,
        expires_at=moment.expires_at,
        carries=moment.carries,
        why_not=reason,
    )


def _news(told: Told, reader: Reader, now: datetime, waits: timedelta, late: tuple[str, ...]) -> Plan | None:
    is_client = reader.audience is Audience.CLIENT
    change = _change(_known_to(reader), _truth_for(told, reader))
    if change is None or not (is_client or change in reader.chosen or reader.therapist_id is not None):
        return None
    due_at = now + waits
    expires_at = _news_expires(change, told.when.starts_at, now)
    kinds = _SECOND_KINDS if reader.is_second else _STAFF_KINDS
    kind = _client_kind(change, told, reader.known) if is_client else kinds[change]
    return Plan(
        step=_news_step(kind, reader),
        kind=kind,
        audience=reader.audience,
        due_at=due_at,
        expires_at=expires_at,
        therapist_id=reader.therapist_id,
        staff_member_id=reader.staff_member_id,
        carries=late if is_client and change is not Notice.CANCELLED else (),
        before=reader.known,
        why_not=_why_no_news(reader, change, due_at, expires_at),
    )


def _client_kind(change: Notice, told: Told, known: Known | None) -> Kind:
    """A request is acknowledged, then confirmed, declined or lapsed; what is promised is booked, moved or cancelled."""
    if change is Notice.CANCELLED:
        return _kind_of_end(told)
    if told.requested:
        return Kind.APPOINTMENT_REQUESTED
    return Kind.APPOINTMENT_BOOKED if known is None or known.requested else Kind.APPOINTMENT_MOVED


def _kind_of_end(told: Told) -> Kind:
    if told.lapsed:
        return Kind.APPOINTMENT_LAPSED
    return Kind.APPOINTMENT_DECLINED if told.declined else Kind.APPOINTMENT_CANCELLED


def _truth_for(told: Told, reader: Reader) -> Known | None:
    """A therapist is concerned only by what is theirs. To the staff a request is news, its approval is their own doing."""
    if reader.audience is Audience.CLIENT or told.truth is None:
        return told.truth
    whose = told.chaperone_id if reader.is_second else told.therapist_id
    theirs = reader.audience is not Audience.THERAPIST or reader.therapist_id == whose
    return replace(told.truth, requested=False) if theirs else None


def _known_to(reader: Reader) -> Known | None:
    if reader.audience is Audience.CLIENT or reader.known is None:
        return reader.known
    return replace(reader.known, requested=False)


def _news_expires(change: Notice, starts_at: datetime, now: datetime) -> datetime:
    """Worth telling until it begins; a move for three days at most; a cancellation for three days, also past the start."""
    if change is Notice.NEW:
        return starts_at
    ends = now + NOTICE_LIFE
    return ends if change is Notice.CANCELLED else min(ends, starts_at)


def _why_no_news(reader: Reader, change: Notice, due_at: datetime, expires_at: datetime) -> str | None:
    if reader.audience is Audience.CLIENT:
        return first_reason(
            TOLD_OTHERWISE if reader.told_otherwise else None,
            None if reader.has_address else NO_CLIENT_ADDRESS,
            BEGUN if expires_at <= due_at else None,
        )
    return first_reason(
        OWN_DOING if reader.did_it else None,
        None if change in reader.chosen else NOT_CHOSEN,
        None if reader.has_address else NO_STAFF_ADDRESS,
        BEGUN if expires_at <= due_at else None,
    )


def _news_step(kind: Kind, reader: Reader) -> str:
    if reader.audience is Audience.CLIENT:
        return kind.value.removeprefix("appointment_")
    whom = reader.therapist_id if reader.audience is Audience.THERAPIST else f"staff-{reader.staff_member_id}"
    return f"{kind}:{whom}"
