"""The policy as flat numbers: one name each, the same in the table, in practice files and on the settings page."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import time, timedelta
from typing import Any

from app.domain.policy import GapRule, Limits, Policy, QuietHours
from app.domain.said import said

_NOON = time(12)
#: The limits of a therapist's load, by name.
LIMITS = tuple(asdict(Limits()))
_AS_THEY_ARE = (
    "spacing_days",
    "screening_months",
    "review_hours",
    "review_before_hours",
    "minor_until",
    "guardian_present_until",
    "keep_answers_hours",
    "keep_health_years",
    "keep_messages_days",
    "keep_imports_days",
)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def policy_numbers(policy: Policy) -> dict[str, Any]:
    """The policy's numbers by name, in the order in which a practice file has them."""
    return {
        "notice_minutes": policy.notice // _MINUTE,
        "horizon_days": policy.horizon // _DAY,
        "slot_step_minutes": policy.slot_step // _MINUTE,
        "hold_minutes": policy.hold_for // _MINUTE,
        "free_change_hours": policy.free_change // _HOUR,
        "may_overrun_closing": policy.may_overrun_closing,
        "gap_rule": policy.gap_rule.value,
        "illness_is_free": policy.illness_is_free,
        "reminder_days": list(policy.reminder_days),
        "reminder_lead_minutes": policy.reminder_lead // _MINUTE,
        "quiet_from": policy.quiet.begins,
        "quiet_until": policy.quiet.ends,
        "evening_at": policy.quiet.evening,
        "merge_minutes": policy.merge_within // _MINUTE,
        "undo_minutes": policy.undo_for // _MINUTE,
        "agenda_at": policy.agenda_at,
        "sheet_with_agenda": policy.sheet_with_agenda,
        "approval_after_no_shows": policy.approval_after_no_shows,
        "approval_after_late": policy.approval_after_late,
        "missed_within_days": policy.missed_within // _DAY,
        **asdict(policy.limits),
        **{name: getattr(policy, name) for name in _AS_THEY_ARE},
    }


#: The names.
POLICY_NUMBERS = tuple(policy_numbers(Policy()))


def policy_of(numbers: Mapping[str, Any]) -> Policy:
    """The policy that these numbers stand for; every name must be there."""
    return Policy(
        notice=timedelta(minutes=numbers["notice_minutes"]),
        horizon=timedelta(days=numbers["horizon_days"]),
        slot_step=timedelta(minutes=numbers["slot_step_minutes"]),
        hold_for=timedelta(minutes=numbers["hold_minutes"]),
        free_change=timedelta(hours=numbers["free_change_hours"]),
        may_overrun_closing=numbers["may_overrun_closing"],
        gap_rule=GapRule(numbers["gap_rule"]),
        illness_is_free=numbers["illness_is_free"],
        reminder_days=tuple(sorted(numbers["reminder_days"], reverse=True)),
        reminder_lead=timedelta(minutes=numbers["reminder_lead_minutes"]),
        quiet=QuietHours(numbers["quiet_from"], numbers["quiet_until"], numbers["evening_at"]),
        merge_within=timedelta(minutes=numbers["merge_minutes"]),
        undo_for=timedelta(minutes=numbers["undo_minutes"]),
        agenda_at=numbers["agenda_at"],
        sheet_with_agenda=numbers["sheet_with_agenda"],
        approval_after_no_shows=numbers["approval_after_no_shows"],
        approval_after_late=numbers["approval_after_late"],
        missed_within=timedelta(days=numbers["missed_within_days"]),
        limits=Limits(**{name: numbers[name] for name in LIMITS}),
        **{name: numbers[name] for name in _AS_THEY_ARE},
    )


def unfit_night(quiet: QuietHours) -> tuple[str, str] | None:
    """What is wrong with quiet hours, as the name of the number and a sentence. Equal ends are no night at all."""
    if quiet.hold_at(_NOON):
        return "quiet_until", said(
            "That makes a night that holds noon. Are the two hours the wrong way round?"
        )
    if quiet.hold_at(quiet.evening):
        return "evening_at", said("That hour lies in the night itself. Choose one in the evening before it.")
    if quiet.begins != quiet.ends and quiet.evening < _NOON:
        return "evening_at", said(
            "That is a morning. Choose an hour between noon and the beginning of the night."
        )
    return None
