"""The messages' part of the policy page: read as people type it, refused in a sentence, saved as it was meant."""

from datetime import time, timedelta
from html import unescape

import pytest

from app.domain.policy import Policy, QuietHours
from app.domain.policy_numbers import POLICY_NUMBERS
from app.store.practice import load_practice
from tests.support.desk import Desk
from tests.support.filled_form import fields_of, send

POLICY = "/staff/settings/policy"


def policy_of(desk: Desk) -> Policy:
    with desk.app.app_context():
        return load_practice().policy


def test_every_number_of_the_policy_has_its_field(desk: Desk) -> None:
    fields = fields_of(desk.member("owner").get(POLICY))
    assert [name for name in POLICY_NUMBERS if name not in fields] == []


def test_the_numbers_of_messages_are_saved_as_they_are_meant(desk: Desk) -> None:
    typed = {"reminder_lead_minutes": "90", "merge_minutes": "0", "undo_minutes": "10", "quiet_from": "10 pm", "quiet_until": "7:30",
             "evening_at": "18:30", "agenda_at": "6:45 am", "illness_is_free": None}  # fmt: skip
    assert send(desk.member("owner"), POLICY, typed).status_code == 303
    policy = policy_of(desk)
    assert policy.quiet == QuietHours(time(22), time(7, 30), time(18, 30))
    assert (policy.reminder_lead, policy.merge_within, policy.undo_for) == (
        timedelta(minutes=90),
        timedelta(0),
        timedelta(minutes=10),
    )
    assert (policy.agenda_at, policy.illness_is_free) == (time(6, 45), False)


def test_the_same_hour_twice_is_no_night(desk: Desk) -> None:
    typed = {"quiet_from": "midnight", "quiet_until": "midnight", "evening_at": "9 am"}
    assert send(desk.member("owner"), POLICY, typed).status_code == 303
    assert not any(policy_of(desk).quiet.hold_at(time(hour)) for hour in range(24))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"quiet_from": "8 am", "quiet_until": "9 pm"}, "That makes a night that holds noon."),
        ({"evening_at": "10 pm"}, "That hour lies in the night itself."),
        ({"evening_at": "9 am"}, "That is a morning."),
        ({"quiet_from": ""}, "Type a time of day, such as 9 pm."),
        ({"quiet_from": "late", "evening_at": "23:00"}, "That is not a time of day."),
        ({"undo_minutes": "61"}, "That must be from 0 to 60."),
        ({"merge_minutes": "many"}, "Type a whole number from 0 to 720."),
        ({"agenda_at": "7:03"}, "Times go in steps of five minutes, such as 9:05."),
    ],
)
def test_nonsense_is_refused_beside_its_field(desk: Desk, typed: dict[str, str], said: str) -> None:
    before = policy_of(desk)
    answer = send(desk.member("owner"), POLICY, typed)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    fields = fields_of(answer)
    assert {name: fields[name] for name in typed} == typed
    assert policy_of(desk) == before
