"""The policy in practice files: every number is read, bounded, written back as it was."""

from dataclasses import fields
from datetime import time, timedelta

import pytest

from app.domain.policy import GapRule, Limits, Policy, QuietHours
from app.domain.policy_numbers import POLICY_NUMBERS, policy_numbers, policy_of, unfit_night
from app.domain.practice_file_document import BadPracticeFile, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of

UNUSUAL = Policy(
    notice=timedelta(minutes=30),
    horizon=timedelta(days=60),
    slot_step=timedelta(minutes=5),
    hold_for=timedelta(minutes=7),
    free_change=timedelta(hours=48),
    may_overrun_closing=False,
    gap_rule=GapRule.ONLY,
    reminder_days=(7, 2),
    reminder_lead=timedelta(minutes=90),
    quiet=QuietHours(time(22), time(7, 30), time(18, 30)),
    merge_within=timedelta(0),
    undo_for=timedelta(minutes=10),
    agenda_at=time(6, 45),
    illness_is_free=False,
    approval_after_no_shows=2,
    approval_after_late=5,
    missed_within=timedelta(days=90),
    sheet_with_agenda=False,
    limits=Limits(6, 2, 1, 300, 120, 45),
    spacing_days=5,
    screening_months=6,
    review_hours=12,
    review_before_hours=36,
    minor_until=19,
    guardian_present_until=14,
    keep_answers_hours=6,
    keep_health_years=15,
    keep_messages_days=90,
    keep_imports_days=14,
)
TEXT = """
[practice]
slug = "a-practice"
[practice.policy]
"""


def policy_said(lines: str) -> Policy:
    return parse_practice_file(read_toml((TEXT + lines).encode())).practice.policy


def refusals_of(lines: str) -> list[str]:
    with pytest.raises(BadPracticeFile) as refused:
        policy_said(lines)
    return [str(error) for error in refused.value.errors]


def test_the_example_differs_from_the_usual_in_everything() -> None:
    assert [
        one.name for one in fields(Policy) if getattr(UNUSUAL, one.name) == getattr(Policy(), one.name)
    ] == []


def test_every_number_comes_back_as_it_was() -> None:
    assert policy_of(policy_numbers(UNUSUAL)) == UNUSUAL
    assert policy_of(policy_numbers(Policy())) == Policy()


def test_what_is_written_into_a_file_reads_as_the_same_policy() -> None:
    file = parse_practice_file(read_toml(TEXT.encode()))
    document = document_of(file)
    practice = document["practice"]
    assert isinstance(practice, dict)
    practice["policy"] = {
        name: f"{number:%H:%M}" if isinstance(number, time) else number
        for name, number in policy_numbers(UNUSUAL).items()
    }
    again = parse_practice_file(read_toml(toml_text(document).encode()))
    assert again.practice.policy == UNUSUAL
    assert parse_practice_file(read_toml(toml_text(document_of(again)).encode())) == again


def test_what_a_file_leaves_out_is_as_usual() -> None:
    assert policy_said("") == Policy()
    assert policy_said("undo_minutes = 0") == policy_of(policy_numbers(Policy()) | {"undo_minutes": 0})


@pytest.mark.parametrize("name", POLICY_NUMBERS)
def test_no_number_takes_nonsense(name: str) -> None:
    assert any(f"practice.policy.{name}: must be" in said for said in refusals_of(f"{name} = {{a = 1}}"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("undo_minutes = 61", "undo_minutes: must be between 0 and 60, not 61"),
        ("merge_minutes = -1", "merge_minutes: must be between 0 and 720, not -1"),
        ("reminder_lead_minutes = 1441", "reminder_lead_minutes: must be between 0 and 1440"),
        ('agenda_at = "7:02"', "agenda_at: must be on a step of five minutes"),
        ('quiet_from = "late"', "quiet_from: must be a time"),
        ('quiet_from = "08:00"\nquiet_until = "21:00"', "quiet_until: That makes a night that holds noon"),
        ('evening_at = "22:00"', "evening_at: That hour lies in the night itself"),
        (
            'quiet_from = "23:00"\nquiet_until = "07:00"\nevening_at = "08:00"',
            "evening_at: That is a morning",
        ),
        ("silent_at = 3", "silent_at: is not a key"),
    ],
)
def test_what_the_policy_may_not_say(lines: str, said: str) -> None:
    assert any(said in each for each in refusals_of(lines)), refusals_of(lines)


@pytest.mark.parametrize(
    ("quiet", "fits"),
    [
        (QuietHours(), True),
        (QuietHours(time(0), time(7), time(19)), True),
        (QuietHours(time(9), time(9), time(8)), True),  # no night at all: then there is no evening before it
        (QuietHours(time(21), time(8), time(12)), True),
        (QuietHours(time(12), time(13), time(19)), False),
        (QuietHours(time(21), time(12, 5), time(19)), False),
        (QuietHours(time(21), time(12), time(19)), True),
        (QuietHours(time(21), time(8), time(21)), False),
        (QuietHours(time(21), time(8), time(7, 55)), False),
    ],
)
def test_a_night_has_an_evening_before_it_and_no_noon_in_it(quiet: QuietHours, fits: bool) -> None:
    assert (unfit_night(quiet) is None) == fits
