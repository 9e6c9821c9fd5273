"""What is asked and agreed to, from a practice file: versions, approvals, and what the library brings along."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.actions.clinic import Loaded, exported, load, read_documents
from app.actions.settings import Edit, Saved
from app.actions.settings_safety import SET, TEXT, approve, save_question
from app.domain.appointments import Actor
from app.domain.practice import Service
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.screening import Outcome
from app.store import settings
from app.store.practice import load_practice
from app.store.practice_file import find_practice_file
from app.store.safety_texts import every_question
from tests.support.edits import edit
from tests.support.rows import NOW
from tests.support.run import ROOT

pytestmark = pytest.mark.usefixtures("context")
FILE = """
[practice]
slug = "small"
name = "Small"
[[service]]
slug = "deep"
name = "Deep"
depth = "deep"
region = "belly"
needs_screening = true
screening_set = "set"
consent_text = "text"
[[screening_set]]
slug = "set"
name = "Set"
[[screening_set.question]]
key = "thinners"
text = "Do you take blood thinners?"
why = "Bleeding."
answers = [{key = "no"}, {key = "yes", outcome = "call"}]
[[consent_text]]
slug = "text"
name = "Text"
body = "You may stop."
areas = [{key = "belly", label = "Belly"}]
"""
FOUR = ("a-better-body-massage", "jacqueline-kane", "kneaded-tranquility", "punchiit")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A practice with a question and a text that has been loaded, and its file."""
    file = tmp_path / "small.toml"
    reload(file, FILE)
    return file


def reload(path: Path, text: str, *, force: bool = False) -> Loaded:
    path.write_text(text, "utf-8")
    answer = load(path, NOW, force=force)
    assert isinstance(answer, Loaded), answer
    return answer


def stored_set() -> Any:
    return settings.find_thing(SET, "set")


def deep() -> Service:
    service = load_practice().service("deep")
    assert service is not None
    return service


def approvals() -> tuple[bool, bool]:
    service = deep()
    assert service.screening is not None
    assert service.consent is not None
    return service.screening.approved, service.consent.approved


def approve_both() -> None:
    for kind, slug in ((SET, "set"), (TEXT, "text")):
        assert isinstance(approve(kind, slug, edit(kind, slug)), Saved)


def test_a_file_brings_questions_and_text_that_nobody_has_approved(path: Path) -> None:
    service = deep()
    assert service.screening is not None
    assert [question.key for question in service.screening.questions] == ["thinners"]
    assert service.consent is not None
    assert service.consent.body == {"en": "You may stop."}
    assert approvals() == (False, False)
    assert reload(path, FILE).changes == ()


def test_a_change_is_a_new_version_and_is_told_line_by_line(path: Path) -> None:
    changed = FILE.replace('outcome = "call"', 'outcome = "review"').replace(
        "You may stop.", "Stop whenever."
    )
    assert reload(path, changed).changes == (
        "screening_set[set].question[thinners].answers[yes].outcome: “call” becomes “review”",
        "consent_text[text].body: “You may stop.” becomes “Stop whenever.”",
    )
    service = deep()
    assert service.screening is not None
    assert service.consent is not None
    assert (service.screening.version, service.consent.version) == (2, 2)
    assert reload(path, changed).changes == ()


def test_an_approval_survives_a_load_that_changes_nothing_and_an_export(path: Path, tmp_path: Path) -> None:
    approve_both()
    assert approvals() == (True, True)
    assert reload(path, FILE).changes == ()
    assert approvals() == (True, True)
    text = exported()
    assert 'approved_by = "dana@example.com"' in text
    assert reload(tmp_path / "exported.toml", text).changes == ()


def test_an_approval_does_not_survive_a_change(path: Path) -> None:
    approve_both()
    reload(path, FILE.replace('outcome = "call"', 'outcome = "review"'), force=True)
    assert approvals() == (False, True)
    reload(path, FILE.replace('"Belly"', '"Stomach"'), force=True)
    assert approvals() == (False, False)


def test_a_file_can_say_who_approved_what_it_says(path: Path) -> None:
    said = 'approved_by = "Ana"\napproved_at = 2027-01-05T12:00:00-04:00\n'
    reload(path, FILE.replace('name = "Set"\n', f'name = "Set"\n{said}'))
    assert approvals() == (True, False)
    stored = find_practice_file()
    assert stored is not None
    approved = (stored.screening_sets[0].approved_by, stored.screening_sets[0].approved_at)
    assert approved == ("Ana", datetime(2027, 1, 5, 16, tzinfo=UTC))


def test_whoever_reads_while_a_file_is_loaded_approves_nothing_else(path: Path) -> None:
    reading = edit(SET, "set")
    reload(path, FILE.replace('outcome = "call"', 'outcome = "urgent"'))
    assert not isinstance(approve(SET, "set", reading), Saved)
    assert approvals() == (False, False)


def test_the_log_says_what_follows_from_which_answer_now(path: Path) -> None:
    row = stored_set()
    (question,) = every_question(row.versions[-1])
    no, yes = question.answers
    wanted = replace(question, answers=(no, replace(yes, outcome=Outcome.REVIEW)))
    own = Edit(Actor("staff", "owner@example.com"), NOW, row.row_version)
    assert isinstance(save_question("set", wanted, own), Saved)
    newest = stored_set().versions[-1]
    assert (newest.version, newest.approved_at) == (2, None)
    assert every_question(newest)[0].answers[1].outcome is Outcome.REVIEW


@pytest.mark.parametrize("clinic", FOUR)
def test_the_demonstrations_ask_before_all_deep_work_at_the_belly(clinic: str) -> None:
    documents = read_documents(ROOT / "clinics" / f"{clinic}.toml")
    services = parse_practice_file(documents.with_examples).services
    asked = {service.slug for service in services if service.screening_set == "belly-and-hips"}
    assert asked == {service.slug for service in services if service.needs_screening}
    assert asked == {service.slug for service in services if service.consent_text == "belly-and-hips"}
    assert parse_practice_file(documents.facts).screening_sets == ()
