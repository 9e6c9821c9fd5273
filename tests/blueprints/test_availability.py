"""A therapist's hours and time off: edited by owner and desk, and by the therapist alone their own."""

import re

import pytest

from app.store.practice import load_practice
from tests.support.desk import Desk
from tests.support.filled_form import send

OWN, OTHER = "/staff/settings/therapists/therapist-1", "/staff/settings/therapists/therapist-2"


@pytest.mark.parametrize("role", ["owner", "desk", "therapist"])
def test_hours_are_changed_by_whoever_may(desk: Desk, role: str) -> None:
    answer = send(
        desk.member(role),
        f"{OWN}/hours",
        {"rules-0-days": ["0", "2"], "rules-0-opens": "9", "rules-0-closes": "17:30"},
    )
    assert (answer.status_code, answer.location) == (303, f"{OWN}/hours")
    with desk.app.app_context():
        rules = load_practice().therapists[0].availability_rules
    assert [(rule.window.weekday, str(rule.window.opens), str(rule.window.closes)) for rule in rules] == [
        (0, "09:00:00", "17:30:00"),
        (2, "09:00:00", "17:30:00"),
    ]


def test_a_therapist_sees_and_changes_nobody_elses(desk: Desk) -> None:
    member = desk.member("therapist")
    for path in (f"{OTHER}/hours", f"{OTHER}/time-off", "/staff/settings/therapists/no-such-person/hours"):
        assert member.get(path).status_code == 404, path
    for path in (OTHER, OWN, "/staff/settings/", "/staff/settings/practice"):
        assert member.get(path).status_code == 403, path
    for path in (f"{OTHER}/hours", f"{OTHER}/time-off", f"{OTHER}/time-off/1/give-back"):
        assert desk.post("therapist", path, version="1").status_code == 404, path
    retiring = "/staff/settings/therapist/therapist-1/retire"
    assert desk.post("therapist", retiring, version="1").status_code == 403


def test_a_therapist_is_led_to_the_own_hours_and_sees_no_other_settings(desk: Desk) -> None:
    member = desk.member("therapist")
    assert member.get("/staff/settings/my-hours").location == f"{OWN}/hours"
    page = member.get(f"{OWN}/hours").text
    assert "/staff/settings/practice" not in page
    assert f'href="{OWN}"' not in page


def test_strangers_are_sent_to_sign_in(desk: Desk) -> None:
    answer = desk.member("stranger").get(f"{OWN}/hours")
    assert answer.status_code == 302
    assert "/staff/login" in answer.location


def test_time_off_is_entered_shown_and_removed(desk: Desk) -> None:
    member = desk.member("therapist")
    said = {"starts_on": "2026-12-24", "ends_on": "2026-12-26", "label": "Holiday"}
    assert send(member, f"{OWN}/time-off", said).status_code == 303
    half = {"starts_on": "2026-12-28", "starts": "2 pm", "ends": "5 pm"}
    assert send(member, f"{OWN}/time-off", half).status_code == 303
    page = member.get(f"{OWN}/time-off").text
    assert "Thursday 24 December 2026 to Saturday 26 December 2026" in page
    assert "Monday 28 December 2026, 2:00 pm to 5:00 pm" in page
    paths = re.findall(r'action="([^"]+/give-back)"', page)
    assert len(paths) == 2
    assert desk.post("therapist", paths[0]).status_code == 303
    assert desk.post("therapist", paths[0]).status_code == 303  # a second click: told so
    assert "Thursday 24 December" not in member.get(f"{OWN}/time-off").text


def test_time_off_over_an_appointment_is_told_before_it_is_entered(desk: Desk) -> None:
    reference = desk.booked("10:00")
    said = {"starts_on": "2026-11-23"}
    answer = send(desk.member("therapist"), f"{OWN}/time-off", said)
    assert answer.status_code == 409
    assert reference in answer.text
    assert "One session lies in that time. Nothing has been saved yet." in answer.text
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', answer.text)
    assert confirmed
    saved = send(desk.member("therapist"), f"{OWN}/time-off", {"confirmed": confirmed[1]}, answer)
    assert saved.status_code == 303
    assert desk.facts(reference)["state"] == "booked"


def test_time_off_on_the_day_the_clocks_change_has_its_real_length(desk: Desk) -> None:
    member = desk.member("owner")
    assert (
        send(
            member, f"{OWN}/time-off", {"starts_on": "2027-03-14", "starts": "1 am", "ends": "4 am"}
        ).status_code
        == 303
    )
    assert "Sunday 14 March 2027, 1:00 am to 4:00 am" in member.get(f"{OWN}/time-off").text
