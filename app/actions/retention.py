"""What has been kept for long enough is deleted, class by class, a little at a time; the worker sweeps each hour."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from app.actions.cleaning import clean_files
from app.actions.contention import retrying
from app.actions.erasing import Forgotten, erase_by_rule
from app.actions.imports import drop_old
from app.domain.appointments import Actor
from app.domain.policy import Policy
from app.domain.retention import kept_until, years_later
from app.domain.wallclock import instant_near, local_date, local_time
from app.store import erasures, retention
from app.store.clients import group_of
from app.store.intake import born_on
from app.store.practice import NoPractice, load_practice
from app.store.transactions import end_reading, transaction

_AT_ONCE = 100
_WORKER = Actor("worker", "retention")
_CLOSED_OVER, _OLD = (
    "the date until which it was kept closed has come",
    "kept for as long as the practice keeps records",
)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of each class went, or would go."""

    answers: int = 0
    outcomes: int = 0
    copies: int = 0
    account_messages: int = 0
    forms: int = 0
    imports: int = 0
    closed_records: int = 0
    old_records: int = 0


def sweep(now: datetime) -> Swept:
    """Delete what is due, and clean the database's files of what was erased until now. Raises CannotWriteDown where an erasure can't be written down outside the database."""
    policy = _policy()
    if policy is None:
        return Swept()
    gone = {name: _forget(wanted, forget) for name, wanted, forget in _classes(policy, now)}
    closed = old = 0
    try:
        for number in _overdue(now):
            closed += _erased(number, _CLOSED_OVER, now)
        for number in _old_records(policy, now):
            old += _erased(number, _OLD, now)
    finally:
        clean_files()
    return Swept(**gone, closed_records=closed, old_records=old)


def due(now: datetime, policy: Policy | None = None) -> Swept:
    """What a sweep would delete, by the practice's own policy or another one; nothing is touched."""
    policy = policy or _policy()
    if policy is None:
        return Swept()
    counted = {name: retention.count(wanted) for name, wanted, _ in _classes(policy, now)}
    old = sum(1 for _ in _old_records(policy, now))
    return Swept(**counted, closed_records=len(_overdue(now)), old_records=old)


def _classes(policy: Policy, now: datetime) -> list[tuple[str, Any, Callable[[Sequence[int]], None]]]:
    """Each class: its name, what is due of it, and how it is forgotten."""
    answers = timedelta(hours=policy.keep_answers_hours)
    messages = now - timedelta(days=policy.keep_messages_days)
    outcomes = now - max(answers, retention.OUTCOME_KEPT)
    return [
        ("answers", retention.old_answers(now - answers), retention.forget_answers),
        ("outcomes", retention.old_outcomes(outcomes), retention.forget_outcomes),
        ("copies", retention.old_copies(messages), retention.forget_copies),
        ("account_messages", retention.old_account_messages(messages), retention.forget_account_messages),
        ("forms", retention.old_forms(now), retention.forget_forms),
        (
            "imports",
            retention.old_imports(now - timedelta(days=policy.keep_imports_days)),
            partial(drop_old, now=now),
        ),
    ]


def _policy() -> Policy | None:
    try:
        return load_practice().policy
    except NoPractice:
        return None


def _forget(wanted: Any, forget: Callable[[Sequence[int]], None]) -> int:
    done = 0
    while numbers := _forgotten_at_once(wanted, forget):
        done += numbers
    return done


@retrying
def _forgotten_at_once(wanted: Any, forget: Callable[[Sequence[int]], None]) -> int:
    """A look first: a transaction for nothing would hold others up."""
    numbers = retention.first_of(wanted, _AT_ONCE)
    end_reading()
    if numbers:
        with transaction():
            forget(numbers)
    return len(numbers)


def _overdue(now: datetime) -> list[int]:
    found = erasures.list_overdue(local_date(now, _zone()), _AT_ONCE)
    end_reading()
    return found


def _old_records(policy: Policy, now: datetime) -> Iterator[int]:
    """Clients whose last entry lies back for long enough; of minors, whose date of birth is known, since they came of age."""
    if not policy.keep_health_years:
        return
    here, after = local_time(now, _zone()), 0
    today = here.date()
    long_ago = instant_near(years_later(today, -policy.keep_health_years), here.time(), _zone())
    while found := retention.list_unseen_since(long_ago, after, _AT_ONCE):
        after = found[-1][0]
        ready = [number for number, last in found if _is_old(number, last, policy, long_ago, today)]
        end_reading()
        yield from ready


def _is_old(number: int, last: datetime, policy: Policy, long_ago: datetime, today: date) -> bool:
    """Rows that were merged are one person's: none of them is old while another is not."""
    group = group_of(number)
    if retention.is_seen_since(group, long_ago):
        return False
    born = born_on(group)
    return kept_until(local_date(last, _zone()), policy.keep_health_years, born, policy.minor_until) <= today


def _zone() -> ZoneInfo:
    return load_practice().first_zone


def _erased(number: int, why: str, now: datetime) -> bool:
    return isinstance(erase_by_rule(number, why, _WORKER, now), Forgotten)
