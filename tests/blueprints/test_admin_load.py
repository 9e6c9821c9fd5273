"""Limits, spacing and second persons on the settings pages: saved as they are meant, refused in a sentence."""

from html import unescape

import pytest

from app.domain.policy import Limits
from app.domain.practice import Practice
from app.store.practice import load_practice
from tests.support.desk import Desk, form_of, text_of
from tests.support.filled_form import send
from tests.support.rows import MONDAY
from tests.support.safety import limit

POLICY, THERAPIST = "/staff/settings/policy", "/staff/settings/therapists/therapist-1"
SERVICE = "/staff/settings/services/back-massage"


def practice_of(desk: Desk) -> Practice:
    with desk.app.app_context():
        return load_practice()


def test_the_practice_s_limits_are_saved_as_they_are_meant(desk: Desk) -> None:
    typed = {"sessions_a_day": "6", "deep_a_day": "2", "deep_in_a_row": "1", "hands_on_minutes": "300",
             "break_after_minutes": "120", "break_minutes": "45", "spacing_days": "5", "review_hours": "12"}  # fmt: skip
    assert send(desk.member("owner"), POLICY, typed).status_code == 303
    policy = practice_of(desk).policy
    assert policy.limits == Limits(6, 2, 1, 300, 120, 45)
    assert (policy.spacing_days, policy.review_hours) == (5, 12)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("deep_a_day", "", "Type a number; 0 for no limit."),
        ("deep_a_day", "many", "whole number"),
        ("break_minutes", "7", "5"),
        ("guardian_present_until", "19", "older than the age"),
        ("keep_health_years", "101", "100"),
    ],
)
def test_a_number_that_can_t_be_is_refused_beside_its_field(
    desk: Desk, name: str, typed: str, said: str
) -> None:
    answer = send(desk.member("owner"), POLICY, {name: typed})
    assert answer.status_code == 422
    assert said in unescape(answer.get_data(as_text=True))


def test_a_therapist_has_limits_of_their_own_only_where_they_say_so(desk: Desk) -> None:
    owner = desk.member("owner")
    assert practice_of(desk).therapists[0].limits is None
    typed = {"deep_a_day": "1", "gender": "female", "may_chaperone": "y"}
    assert send(owner, THERAPIST, typed).status_code == 303
    therapist, usual = practice_of(desk).therapists[0], practice_of(desk).policy.limits
    assert therapist.limits is not None
    assert (therapist.limits.deep_a_day, therapist.limits.sessions_a_day) == (1, usual.sessions_a_day)
    assert (therapist.gender, therapist.may_chaperone) == ("female", True)
    assert send(owner, THERAPIST, {"deep_a_day": "", "gender": "", "may_chaperone": None}).status_code == 303
    therapist = practice_of(desk).therapists[0]
    assert (therapist.limits, therapist.gender, therapist.may_chaperone) == (None, None, False)


def test_a_service_says_who_may_have_it_and_what_it_unlocks(desk: Desk) -> None:
    typed = {"needs_prior_visit": "y", "coaches_tools": "y"}
    assert send(desk.member("owner"), SERVICE, typed).status_code == 303
    service = practice_of(desk).service("back-massage")
    assert service is not None
    assert (service.needs_prior_visit, service.coaches_tools) == (True, True)


def test_the_desk_reads_which_limit_stands_against_a_time_and_books_with_a_reason(desk: Desk) -> None:
    desk.booked("10:00", name="Jo Park")
    with desk.app.app_context():
        limit(deep_a_day=1, spacing_days=3)
    client = desk.member("desk")
    asked = {"day": MONDAY.isoformat(), "therapist": "therapist-1", "visit": "returning"}
    said = form_of(client.get("/staff/book", query_string=asked), "") | {
        "at": "14:00",
        "name": "Jo Park",
        "email": "jo.park@example.com",
        "book": "1",
    }
    told: list[str] = []
    answer = client.post("/staff/book", data=said)
    while answer.status_code == 409 and len(told) < 5:
        told.append(unescape(answer.text))
        again = form_of(answer, "") | {"why": "She asked for it, and is well.", "book": "1"}
        answer = client.post("/staff/book", data=again)
    assert answer.status_code == 302, text_of(answer)[:1500]
    assert any("Therapist 1 has as many deep sessions that day as may be." in text for text in told)
    assert any("too few days before or after" in text for text in told)
