"""What makes a session safe is the owner's to set: the desk reads it, and what it sends of it changes nothing."""

from typing import Any

import pytest
from flask import Flask

from app.domain.practice import Practice
from app.store.practice import load_practice
from tests.support.desk import Desk, make_desk, text_of
from tests.support.filled_form import fields_of, send
from tests.support.safety import ask_before, limit

FACTS, POLICY, THERAPIST = (
    f"/staff/settings/{page}" for page in ("practice", "policy", "therapists/therapist-1")
)
SERVICE = "/staff/settings/services/psoas-release"
KEPT = "What makes a session safe is set by the owner. That part stayed as it was."


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Deep work that is asked about and agreed to, and limits."""
    made = make_desk(app)
    with app.app_context():
        ask_before()
        limit(deep_a_day=3, spacing_days=4)
    return made


def practice_of(desk: Desk) -> Practice:
    with desk.app.app_context():
        return load_practice()


def forged(desk: Desk, path: str, role: str = "desk", **more: str) -> Any:
    """The page's own form with fields that it does not have."""
    fields = fields_of(desk.member(role).get(path))
    for name, value in more.items():
        fields.setlist(name, [value])
    return desk.member(role).post(path, data=fields, follow_redirects=True)


def test_the_desk_takes_no_question_and_no_consent_off_deep_work(desk: Desk) -> None:
    before = practice_of(desk).service("psoas-release")
    page = text_of(desk.member("desk").get(SERVICE))
    assert "Consent text: Deep work" in page
    assert "Questions about health: Before deep work" in page
    assert "Depth: Deep" in page
    made_light = {"depth": "light", "region": "", "consent_text": "", "screening_set": ""}
    answer = forged(desk, SERVICE, name="Psoas", **made_light)
    assert KEPT in text_of(answer)
    after = practice_of(desk).service("psoas-release")
    assert before is not None
    assert after is not None
    assert after.name == {"en": "Psoas"}
    assert (after.depth, after.region, after.consent, after.screening) == (
        before.depth,
        before.region,
        before.consent,
        before.screening,
    )


def test_the_desk_sets_no_limit_of_the_practice(desk: Desk) -> None:
    page = text_of(desk.member("desk").get(POLICY))
    assert "Days between deep sessions: 4" in page
    numbers = {"deep_a_day": "0", "spacing_days": "0", "minor_until": "0", "review_hours": "1"}
    before = practice_of(desk).policy
    assert KEPT in text_of(forged(desk, POLICY, undo_minutes="9", **numbers))
    after = practice_of(desk).policy
    assert after.undo_for.total_seconds() == 9 * 60
    assert (after.limits, after.spacing_days) == (before.limits, before.spacing_days)
    assert (after.minor_until, after.review_hours) == (before.minor_until, before.review_hours)


def test_the_desk_sets_no_limit_of_a_therapist(desk: Desk) -> None:
    assert KEPT in text_of(forged(desk, THERAPIST, role_title="Massage therapist", deep_a_day="0"))
    therapist = practice_of(desk).therapists[0]
    assert (therapist.role_title, therapist.limits) == ({"en": "Massage therapist"}, None)


@pytest.mark.parametrize("path", [FACTS, POLICY, THERAPIST, SERVICE])
def test_what_the_desk_sends_as_it_stands_says_nothing_of_it(desk: Desk, path: str) -> None:
    assert KEPT not in text_of(forged(desk, path))


def test_the_desk_says_to_nobody_whom_to_call_in_an_emergency(desk: Desk) -> None:
    assert "Emergency number: not set" in text_of(desk.member("desk").get(FACTS))
    assert KEPT in text_of(forged(desk, FACTS, name="Stillpoint", emergency_number="99"))
    assert (practice_of(desk).name, practice_of(desk).emergency_number) == ("Stillpoint", None)


def test_the_owner_still_sets_all_of_it(desk: Desk) -> None:
    owner = desk.member("owner")
    assert send(owner, FACTS, {"emergency_number": "112"}).status_code == 303
    assert send(owner, POLICY, {"spacing_days": "2"}).status_code == 303
    assert send(owner, THERAPIST, {"deep_a_day": "1"}).status_code == 303
    assert send(owner, SERVICE, {"consent_text": ""}).status_code == 303
    practice = practice_of(desk)
    service = practice.service("psoas-release")
    assert (practice.emergency_number, practice.policy.spacing_days) == ("112", 2)
    assert practice.therapists[0].limits is not None
    assert service is not None
    assert service.consent is None


def test_the_desk_makes_nobody_qualified_and_no_deep_work_open_to_all(desk: Desk) -> None:
    before = practice_of(desk)
    page = text_of(desk.member("desk").get(THERAPIST))
    assert "Qualified in: Psoas" in page
    forged_rows = {"qualifications-0-key": "1", "qualifications-0-valid_until": "2020-01-01"}
    assert KEPT in text_of(forged(desk, THERAPIST, name="Dana Reed", **forged_rows))
    assert KEPT in text_of(forged(desk, SERVICE, techniques=""))
    after = practice_of(desk)
    assert after.therapists[0].qualifications == before.therapists[0].qualifications
    assert after.service("psoas-release").techniques == before.service("psoas-release").techniques  # type: ignore[union-attr]
    owner = fields_of(desk.member("owner").get(THERAPIST))
    assert "qualifications-0-held" in owner
