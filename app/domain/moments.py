"""The moments at which a client is written to by plan: ahead of a session, and after it.

Day offsets mean the same wall time so many days away, shorter ones elapsed time. Nobody is written to in the night: what
prepares goes the evening before it, what follows goes the next morning. What lies near together becomes one message.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.guidance import AFTER, BEFORE, FEELS_WRONG, Condition, GuidanceStep
from app.domain.policy import Policy
from app.domain.quiet_hours import moved_earlier, moved_later
from app.domain.said import said
from app.domain.wallclock import same_wall_time_days_before

NOT_AHEAD = said("booked too short a time ahead for this step")
COMES_AGAIN = said("the next session is near enough")
DONE_TOO_LATE = said("the session was marked as done too late for it")

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_LIFE_OF_SHORT, _LIFE_OF_LONG = timedelta(hours=24), timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Moment:
    """One message by plan: its name, when it is due, until when it is worth sending, the keys of the steps it carries.

    ``reminds``: it is one of the practice's reminders. ``why_not`` is set where no step of it applies.
    """

    step: str
    due_at: datetime
    expires_at: datetime
    carries: tuple[str, ...] = ()
    reminds: bool = False
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class SessionSpan:
    """What moments are counted from."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo


def moments_before(
    when: SessionSpan, steps: Sequence[GuidanceStep], policy: Policy, decided_at: datetime
) -> list[Moment]:
    """The messages ahead of a session that was booked or moved at ``decided_at``, in the order in which they are due.

    The advice for the arrival rides with the last of them; with none at all it is left to the confirmation.
    """
    reminders = {timedelta(days=days) for days in policy.reminder_days}
    offsets = reminders | {step.offset for step in steps if step.moment == BEFORE and step.offset}
    alone = [
        _moment_before(when, offset, steps, policy, decided_at, offset in reminders)
        for offset in sorted(offsets, reverse=True)
    ]
    together = _merged(sorted(alone, key=lambda moment: moment.due_at), policy.merge_within)
    arrival = arrival_keys(steps)
    if together and arrival:
        last = together[-1]
        together[-1] = replace(last, carries=last.carries + arrival, why_not=None)
    return together


def moments_after(
    when: SessionSpan,
    steps: Sequence[GuidanceStep],
    policy: Policy,
    next_session_at: datetime | None = None,
) -> list[Moment]:
    """The messages after a session, as its own end has it, in the order in which they are due."""
    told = [step for step in steps if step.moment == AFTER and step.key != FEELS_WRONG]
    offsets = sorted({step.offset for step in told})
    alone = [_moment_after(when, offset, told, policy, next_session_at) for offset in offsets]
    return _merged(alone, policy.merge_within)


def once_completed(
    moments: Iterable[Moment], when: SessionSpan, policy: Policy, now: datetime
) -> list[Moment]:
    """The same when the session is marked as done at ``now``: what was due before goes now, as one message; what has
    expired does not go at all.
    """
    at_once = moved_later(now, policy.quiet, when.zone)
    shifted = [
        replace(moment, why_not=moment.why_not or DONE_TOO_LATE)
        if moment.expires_at <= at_once
        else replace(moment, due_at=max(moment.due_at, at_once))
        for moment in moments
    ]
    going = [moment for moment in shifted if moment.why_not is None]
    return [moment for moment in shifted if moment.why_not] + _merged(going, policy.merge_within)


def arrival_keys(steps: Iterable[GuidanceStep]) -> tuple[str, ...]:
    """The keys of what is told about arriving."""
    return tuple(step.key for step in steps if step.moment == BEFORE and not step.offset)


def step_name(moment: str, offset: timedelta) -> str:
    """How a moment is called: before_3d, before_3h, after_90m."""
    if offset >= _DAY and offset % _DAY == timedelta(0):
        return f"{moment}_{offset // _DAY}d"
    if offset % _HOUR == timedelta(0):
        return f"{moment}_{offset // _HOUR}h"
    return f"{moment}_{offset // _MINUTE}m"


def instant_before(when: SessionSpan, offset: timedelta) -> datetime:
    """So long before the start: on the wall clock for whole days, else elapsed."""
    if offset >= _DAY and offset % _DAY == timedelta(0):
        return same_wall_time_days_before(when.starts_at, offset // _DAY, when.zone)
    return when.starts_at - offset


def instant_after(when: SessionSpan, offset: timedelta) -> datetime:
    """So long after the end: on the wall clock for whole days, else elapsed."""
    if offset >= _DAY and offset % _DAY == timedelta(0):
        return same_wall_time_days_before(when.ends_at, -(offset // _DAY), when.zone)
    return when.ends_at + offset


def _moment_before(
    when: SessionSpan,
    offset: timedelta,
    steps: Sequence[GuidanceStep],
    policy: Policy,
    decided_at: datetime,
    reminds: bool,
) -> Moment:
    here = [step for step in steps if step.moment == BEFORE and step.offset == offset]
    ahead = decided_at <= instant_before(when, offset + _DAY)
    told = tuple(step.key for step in here if ahead or step.condition is not Condition.BOOKED_AHEAD)
    # What goes only some hours ahead keeps a time in which it can still be tried again.
    lead = min(policy.reminder_lead, offset * 2 / 3)
    return Moment(
        step=step_name(BEFORE, offset),
        due_at=moved_earlier(instant_before(when, offset), policy.quiet, when.zone),
        expires_at=when.starts_at - lead,
        carries=told,
        reminds=reminds,
        why_not=None if told or reminds else NOT_AHEAD,
    )


def _moment_after(
    when: SessionSpan,
    offset: timedelta,
    steps: Sequence[GuidanceStep],
    policy: Policy,
    next_session_at: datetime | None,
) -> Moment:
    instant = instant_after(when, offset)
    here = [step for step in steps if step.offset == offset]
    comes = next_session_at is not None and next_session_at <= instant
    told = tuple(step.key for step in here if not (comes and step.condition is Condition.NO_NEXT_SESSION))
    due_at = moved_later(instant, policy.quiet, when.zone)
    return Moment(
        step=step_name(AFTER, offset),
        due_at=due_at,
        expires_at=due_at + (_LIFE_OF_LONG if offset >= _DAY else _LIFE_OF_SHORT),
        carries=told,
        why_not=None if told else COMES_AGAIN,
    )


def _merged(moments: Iterable[Moment], within: timedelta) -> list[Moment]:
    """Moments in order of time; those nearer than ``within`` to the first of a group are one. What does not apply stays alone."""
    together: list[Moment] = []
    for moment in moments:
        last = together[-1] if together else None
        if last is None or last.why_not or moment.why_not or moment.due_at - last.due_at >= within:
            together.append(moment)
            continue
        together[-1] = replace(
            last,
            expires_at=max(last.expires_at, moment.expires_at),
            carries=last.carries + moment.carries,
            reminds=last.reminds or moment.reminds,
        )
    return together
