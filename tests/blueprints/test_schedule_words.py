"""How the desk's pages call messages."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from app.blueprints.schedule import words
from app.blueprints.schedule.safety_words import DECISIONS, HOW, OUTCOMES
from app.blueprints.schedule.words import message_state, message_words
from app.domain.appointments import State
from app.domain.care import CheckInAnswer
from app.domain.consent import GivenHow
from app.domain.impact import Trouble
from app.domain.notifications import EXPIRED, NO_CLIENT_ADDRESS, Kind
from app.domain.reviews import Decision
from app.domain.screening import Outcome
from app.domain.slots import Refusal
from app.web.rule_names import RULES


@pytest.mark.parametrize(
    ("kind", "step", "said"),
    [
        ("appointment_booked", "booked", "Confirmation"),
        ("appointment_reminder", "before_7d", "Reminder, a week before"),
        ("appointment_reminder", "before_3d", "Reminder, 3 days before"),
        ("appointment_reminder", "before_1d", "Reminder, the day before"),
        ("appointment_reminder", "reminder_14d", "Reminder, 2 weeks before"),
        ("appointment_preparation", "before_3h", "Advice, 3 hours before"),
        ("appointment_preparation", "before_90m", "Advice, 90 minutes before"),
        ("appointment_aftercare", "after_1h", "After-care, 1 hour after"),
        ("appointment_aftercare", "after_1d", "After-care, the day after"),
        ("appointment_aftercare", "after_7d", "After-care, a week after"),
        ("therapist_agenda", "agenda:4:2026-11-24", "Morning agenda"),
        ("therapist_booked", "therapist_booked:4", "Notice of the booking"),
    ],
)
def test_a_message_is_called_by_what_it_is_and_its_moment(kind: str, step: str, said: str) -> None:
    assert message_words(kind, step) == said


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (words.MESSAGES, Kind),
        (words.STATES, State),
        (words.TROUBLES, Trouble),
        (words.TROUBLES_IN_SHORT, Trouble),
        (words.ANSWERS, CheckInAnswer),
        (RULES, Refusal),
        (OUTCOMES, Outcome),
        (DECISIONS, Decision),
        (HOW, GivenHow),
    ],
    ids=lambda one: getattr(one, "__name__", "words"),
)
def test_every_member_has_words(told: Mapping[StrEnum, object], known: type[StrEnum]) -> None:
    """Nothing is shown under the name that programs have for it."""
    assert set(told) == set(known)


@pytest.mark.parametrize(
    ("state", "attempts", "why", "settled", "shown"),
    [
        ("planned", 0, None, False, "planned"),
        ("planned", 2, "no answer", False, "retrying"),
        ("leased", 1, None, False, "sending"),
        ("sent", 1, None, False, "sent"),
        ("failed", 1, "mailbox unknown", False, "failed"),
        ("failed", 1, "mailbox unknown", True, "called"),
        ("skipped", 0, NO_CLIENT_ADDRESS, False, "call"),
        ("skipped", 0, NO_CLIENT_ADDRESS, True, "called"),
        ("skipped", 0, EXPIRED, False, "expired"),
        ("skipped", 0, "the appointment was moved", False, "skipped"),
        ("sent", 2, None, True, "sent"),
    ],
)
def test_how_a_message_stands_is_said_as_people_need_it(
    state: str, attempts: int, why: str | None, settled: bool, shown: str
) -> None:
    assert message_state(state, attempts, why, settled=settled) == shown
