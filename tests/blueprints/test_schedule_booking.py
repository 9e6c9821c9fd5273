"""Booking for a caller on one page."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import MONDAY, NOW, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"
HOSTILE = "<script>alert(1)</script> {{7*7}}"


def test_a_caller_is_booked_on_one_page(desk: Desk) -> None:
    client = desk.member("desk")
    page = client.get(
        "/staff/book", query_string={"day": MONDAY.isoformat(), "therapist": "therapist-2", "near": "09:10"}
    )
    assert re.search(
        r'value="2026-11-23T09:15-04:00"[^>]*checked|checked[^>]*value="2026-11-23T09:15-04:00"',
        page.text,
    )
    said = form_of(page, "") | {
        "start": "2026-11-23T09:15:00-04:00",
        "name": "Mina Cole",
        "phone": "902-555-0142",
        "book": "1",
    }
    answer = client.post("/staff/book", data=said)
    assert answer.status_code == 302, text_of(answer)
    text = text_of(client.get(str(answer.location)))
    assert "Booked for Mina Cole: Mon 23 Nov, 9:15 am." in text
    assert "no confirmation is sent" in text
    again = client.post("/staff/book", data=said)
    assert again.location == answer.location


def test_a_time_that_was_lost_keeps_what_was_typed_and_offers_the_nearest(desk: Desk) -> None:
    client = desk.member("desk")
    page = client.get("/staff/book", query_string={"day": MONDAY.isoformat(), "therapist": "therapist-1"})
    desk.booked("10:00")
    said = form_of(page, "") | {
        "start": at("10:15").isoformat(),
        "name": "Mina Cole",
        "phone": "902-555-0142",
        "book": "1",
    }
    answer = client.post("/staff/book", data=said)
    assert answer.status_code == 409
    text = unescape(answer.text)
    assert "has another session then" in text
    assert "Nearest free times" in text
    assert 'value="Mina Cole"' in text
    assert 'value="902-555-0142"' in text


def test_looking_at_another_day_keeps_what_was_typed(desk: Desk) -> None:
    client = desk.member("desk")
    said = form_of(client.get("/staff/book"), "") | {"name": "Mina Cole", "pick": "2026-11-24"}
    answer = client.post("/staff/book", data=said)
    assert answer.status_code == 200
    assert "Tuesday 24 November" in answer.text
    assert 'value="Mina Cole"' in answer.text
    assert "There is a problem" not in answer.text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Enter the caller's name."),
        ({"name": "   "}, "Enter the caller's name."),
        ({"name": " \u00a0 "}, "Enter the caller's name."),
        ({"name": "n" * 100_000}, "too long"),
        ({"phone": ""}, "Enter a telephone number or an e-mail address"),
        ({"phone": "abc"}, "Enter a telephone number with its area code"),
        ({"phone": "", "email": "nonsense"}, "Enter an e-mail address such as"),
        ({"start": ""}, "Choose a time."),
        ({"start": "2026-11-23T10:00"}, "Choose a time."),
        ({"day": "soon"}, "Choose a day"),
    ],
)
def test_what_is_wrong_is_said_beside_it(desk: Desk, wrong: dict[str, str], says: str) -> None:
    client = desk.member("desk")
    page = client.get("/staff/book", query_string={"day": MONDAY.isoformat()})
    good = {"start": at("10:00").isoformat(), "name": "Mina Cole", "phone": "902-555-0142", "book": "1"}
    answer = client.post("/staff/book", data=form_of(page, "") | good | wrong)
    assert answer.status_code == 422
    assert says in unescape(answer.text)


@pytest.mark.parametrize(
    ("forged", "status"),
    [
        ({"start": (NOW - timedelta(days=1)).isoformat()}, 409),
        ({"start": at("10:07").isoformat()}, 409),
        ({"start": at("03:00").isoformat()}, 409),
        ({"therapist": "therapist-new"}, 409),
        ({"treatment": "psoas-release:61"}, 422),
        ({"treatment": "unknown:60"}, 422),
        ({"treatment": "psoas-release:" + "9" * 400}, 422),
        ({"therapist": "nobody"}, 422),
        ({"location": "nowhere"}, 422),
        ({"visit": "third"}, 422),
        ({"day": "2199-11-23", "start": "2199-11-23T10:00:00-04:00"}, 422),
    ],
)
def test_what_the_rule_forbids_is_refused_with_the_reason(
    desk: Desk, forged: dict[str, str], status: int
) -> None:
    client = desk.member("desk")
    page = client.get("/staff/book", query_string={"day": MONDAY.isoformat()})
    good = {"start": at("10:00").isoformat(), "name": "Mina Cole", "phone": "902-555-0142", "book": "1"}
    answer = client.post("/staff/book", data=form_of(page, "") | good | forged)
    assert answer.status_code == status
    assert "There is a problem" in answer.text
