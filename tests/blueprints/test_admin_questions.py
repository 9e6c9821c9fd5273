"""The pages of what is asked and agreed to: read, changed as a new version, approved by the owner alone."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.domain.screening import Outcome, ScreeningQuestion
from app.extensions import db
from app.models import AuditLine, ConsentTextVersion, ScreeningSetVersion
from app.store.practice import load_practice
from app.store.safety_texts import every_question
from tests.support.desk import Desk, form_of, make_desk
from tests.support.filled_form import Changes, fields_of, send
from tests.support.rows import NOW
from tests.support.safety import ask_before

SET, THINNERS, TEXT = (
    "/staff/settings/questions/deep",
    "/staff/settings/questions/deep/thinners",
    "/staff/settings/consent/deep",
)


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A practice whose deep work asks four questions that the owner has approved, and has a consent text."""
    with time_machine.travel(NOW, tick=False):
        made = make_desk(app)
        with app.app_context():
            ask_before()
        yield made


def versions(desk: Desk, model: Any = ScreeningSetVersion) -> list[Any]:
    with desk.app.app_context():
        return list(db.session.scalars(select(model).order_by(model.version)))


def newest(desk: Desk) -> dict[str, ScreeningQuestion]:
    return {question.key: question for question in every_question(versions(desk)[-1])}


def change(desk: Desk, changes: Changes, path: str = THINNERS, role: str = "owner") -> int:
    return send(desk.member(role), path, changes).status_code


def approve(desk: Desk, page: str, action: str, role: str = "owner") -> int:
    typed = form_of(desk.member("owner").get(page), f"/staff/settings/{action}/approve")
    return desk.post(role, f"/staff/settings/{action}/approve", version=typed["version"]).status_code


def test_a_set_is_read_with_what_follows_from_each_answer(desk: Desk) -> None:
    page = desk.member("desk").get(SET).text
    assert "About thinners?" in page
    assert "No booking: get help now" in page
    assert "up to 42 days after the date" in page
    assert "Version 1, approved by owner@example.com" in page
    assert "Before Psoas release" in desk.member("desk").get("/staff/settings/questions").text


def test_a_changed_outcome_is_a_new_version_that_waits_for_the_owner(desk: Desk) -> None:
    assert change(desk, {"outcome_aspirin": "ok"}, role="desk") == 303
    first, second = versions(desk)
    assert first.approved_at is not None
    assert second.approved_at is None
    assert newest(desk)["thinners"].answers[1].outcome is Outcome.OK
    assert every_question(first)[1].answers[1].outcome is Outcome.REVIEW
    with desk.app.app_context():
        service = load_practice().service("psoas-release")
        assert service is not None
        assert not service.asks_before


def test_the_same_again_is_no_new_version(desk: Desk) -> None:
    assert change(desk, {}) == 303
    assert len(versions(desk)) == 1


def test_words_are_changed_in_each_language(desk: Desk) -> None:
    assert change(desk, {"text_fr": "Prenez-vous des anticoagulants?"}) == 303
    assert newest(desk)["thinners"].text == {"en": "About thinners?", "fr": "Prenez-vous des anticoagulants?"}


def test_a_question_is_left_out_and_asked_again(desk: Desk) -> None:
    assert change(desk, {"left_out": "y"}) == 303
    with desk.app.app_context():
        service = load_practice().service("psoas-release")
        assert service is not None
        assert service.screening is not None
        assert [question.key for question in service.screening.questions] == ["pregnant", "pulse", "surgery"]
    assert "Not asked" in desk.member("owner").get(SET).text
    assert change(desk, {"left_out": None}) == 303
    assert not newest(desk)["thinners"].retired


def test_the_last_question_stays(desk: Desk) -> None:
    for key in ("pregnant", "pulse", "surgery"):
        assert change(desk, {"left_out": "y"}, f"{SET}/{key}") == 303
    answer = send(desk.member("owner"), THINNERS, {"left_out": "y"})
    assert answer.status_code == 422
    assert "The last question can&#39;t be left out" in answer.text


def test_phases_have_their_days_and_outcomes(desk: Desk) -> None:
    path = f"{SET}/surgery"
    assert change(desk, {"days_yes_0": "56"}, path) == 303
    phases = newest(desk)["surgery"].answers[1].phases
    assert [(phase.within_days, phase.outcome) for phase in phases] == [
        (56, Outcome.CALL),
        (183, Outcome.REVIEW),
    ]
    assert change(desk, {"days_yes_0": "soon"}, path) == 422
    assert change(desk, {"days_yes_0": ""}, path) == 422


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text_en": ""}, "A question needs its words."),
        ({"text_en": "Do you want to detox?"}, "promise or speak of detox"),
        ({"text_en": "Call {phone}?"}, "A brace can't stand here, but for {minor_until}"),
        ({"outcome_yes": "perhaps"}, "Choose one of the list."),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(desk: Desk, changes: Changes, sentence: str) -> None:
    answer = send(desk.member("owner"), THINNERS, changes)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "'")
    assert len(versions(desk)) == 1


def test_who_was_slower_changes_nothing(desk: Desk) -> None:
    page = desk.member("desk").get(THINNERS)
    assert change(desk, {"outcome_aspirin": "ok"}) == 303
    answer = send(desk.member("desk"), THINNERS, {"outcome_aspirin": "call"}, page)
    assert answer.status_code == 409
    assert len(versions(desk)) == 2


def test_only_the_owner_approves_and_only_what_they_have_read(desk: Desk) -> None:
    assert change(desk, {"outcome_aspirin": "ok"}) == 303
    assert approve(desk, SET, "screening_set/deep", role="desk") == 403
    stale = form_of(desk.member("owner").get(SET), "/staff/settings/screening_set/deep/approve")["version"]
    assert change(desk, {"outcome_aspirin": "call"}, role="desk") == 303
    desk.post("owner", "/staff/settings/screening_set/deep/approve", version=stale)
    assert versions(desk)[-1].approved_at is None
    assert approve(desk, SET, "screening_set/deep") == 303
    third = versions(desk)[-1]
    assert (third.version, third.approved_by, third.approved_at) == (3, "owner@example.com", NOW)
    with desk.app.app_context():
        service = load_practice().service("psoas-release")
        assert service is not None
        assert service.asks_before
        acts = [line.act for line in db.session.scalars(select(AuditLine).order_by(AuditLine.id))]
    assert [act for act in acts if act.startswith("questions")] == [
        "questions changed",
        "questions changed",
        "questions approved",
    ]


def test_a_consent_text_is_changed_and_approved_the_same_way(desk: Desk) -> None:
    owner = desk.member("owner")
    assert "You may stop at any time. Version 1." in owner.get(TEXT).text
    fields = fields_of(owner.get(TEXT))
    assert fields["area_belly_en"] == "Belly"
    changes = {"body_en": "You may stop whenever you like.", "drop_groin": "y", "area_belly_fr": "Le ventre"}
    assert change(desk, changes, TEXT) == 303
    second = versions(desk, ConsentTextVersion)[-1]
    assert (second.version, second.approved_at) == (2, None)
    assert second.body == {"en": "You may stop whenever you like."}
    assert second.areas == [{"key": "belly", "label": {"en": "Belly", "fr": "Le ventre"}}]
    assert approve(desk, TEXT, "consent_text/deep") == 303
    assert versions(desk, ConsentTextVersion)[-1].approved_by == "owner@example.com"
    assert change(desk, {}, TEXT) == 303
    assert len(versions(desk, ConsentTextVersion)) == 2


def test_a_service_names_its_questions_and_its_text(desk: Desk) -> None:
    path = "/staff/settings/services/back-massage"
    assert change(desk, {"screening_set": "1", "consent_text": "1"}, path) == 303
    with desk.app.app_context():
        service = load_practice().service("back-massage")
        assert service is not None
        assert service.screening is not None
        assert service.consent is not None
    assert change(desk, {"screening_set": "", "consent_text": ""}, path) == 303
    assert change(desk, {"screening_set": "99"}, path) == 422


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    owner = desk.member("owner")
    for path in ("questions/none", "questions/deep/none", "questions/none/none", "consent/none"):
        assert owner.get(f"/staff/settings/{path}").status_code == 404
    assert desk.post("owner", "/staff/settings/consent_text/none/approve", version="1").status_code == 404
