"""[practice.policy] in a practice file: every number with its bounds; what the file leaves out is as usual."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.policy import GapRule, Policy
from app.domain.policy_numbers import LIMITS, policy_numbers, policy_of, unfit_night
from app.domain.practice_file_reader import Table

#: Reads the number of that name; None where it is wrong.
Reader = Callable[[Table, str], Any]


def policy_in(practice: Table) -> Policy:
    """The policy of [practice]."""
    table, numbers = practice.table("policy"), policy_numbers(Policy())
    if table is None:
        return Policy()
    for name in numbers:
        read = _READERS[name](table, name) if table.has(name) else None
        numbers[name] = numbers[name] if read is None else read
    policy = policy_of(numbers)
    unfit = unfit_night(policy.quiet)
    if unfit:
        table.refuse(*unfit)
    table.close()
    return policy


def own_limits(therapist: Table) -> dict[str, int]:
    """limits of [[therapist]]: those that are other than the practice's, by name."""
    table = therapist.table("limits")
    if table is None:
        return {}
    read = {name: _READERS[name](table, name) for name in LIMITS if table.has(name)}
    table.close()
    return {name: number for name, number in read.items() if number is not None}


def _whole(least: int, most: int, step: int = 1) -> Reader:
    return lambda table, name: table.whole(name, least, most, step)


def _flag(table: Table, name: str) -> bool:
    return table.flag(name, default=False)


def _clock(table: Table, name: str) -> Any:
    return table.clock(name)


def _days(table: Table, name: str) -> list[int]:
    place = table.place(name)
    read = [table.whole_of(item, f"{place}[{index}]", 1, 30) for index, item in enumerate(table.listed(name))]
    return sorted({days for days in read if days is not None}, reverse=True)


_READERS: Mapping[str, Reader] = {
    "notice_minutes": _whole(0, 40320),
    "horizon_days": _whole(1, 730),
    "slot_step_minutes": _whole(5, 240, 5),
    "hold_minutes": _whole(1, 60),
    "free_change_hours": _whole(0, 720),
    "may_overrun_closing": _flag,
    "gap_rule": lambda table, name: table.choice(name, list(GapRule), GapRule.PREFER),
    "illness_is_free": _flag,
    "reminder_days": _days,
    "reminder_lead_minutes": _whole(0, 1440),
    "quiet_from": _clock,
    "quiet_until": _clock,
    "evening_at": _clock,
    "merge_minutes": _whole(0, 720),
    "undo_minutes": _whole(0, 60),
    "agenda_at": _clock,
    "sheet_with_agenda": _flag,
    "approval_after_no_shows": _whole(0, 100),
    "approval_after_late": _whole(0, 100),
    "missed_within_days": _whole(1, 3650),
    "sessions_a_day": _whole(0, 50),
    "deep_a_day": _whole(0, 50),
    "deep_in_a_row": _whole(0, 50),
    "hands_on_minutes": _whole(0, 1440),
    "break_after_minutes": _whole(0, 1440),
    "break_minutes": _whole(0, 480, 5),
    "spacing_days": _whole(0, 365),
    "screening_months": _whole(1, 60),
    "review_hours": _whole(1, 720),
    "review_before_hours": _whole(0, 720),
    "minor_until": _whole(0, 30),
    "guardian_present_until": _whole(0, 30),
    "keep_answers_hours": _whole(1, 8760),
    "keep_health_years": _whole(0, 100),
    "keep_messages_days": _whole(1, 36500),
    "keep_imports_days": _whole(1, 365),
}
