"""Changing settings: never over somebody else's change, never silently."""

import pytest
from sqlalchemy import select

from app.actions.settings import Edit, NotThere, OutOfDate, Saved
from app.actions.settings_people import save_availability, save_therapist, take_time_off
from app.actions.settings_places import retire, save_practice
from app.domain.spans import Span
from app.extensions import db
from app.models import AuditLine
from app.store.audit import first_broken_line, list_audit_lines
from app.store.practice import load_practice
from tests.support.edits import DANA, LEE, edit, profile, psoas, revision, week
from tests.support.rows import NOW, at, make_practice

pytestmark = pytest.mark.usefixtures("context")


def test_a_change_is_kept_raises_the_revision_and_is_written_down() -> None:
    make_practice()
    before, _ = revision()
    answer = save_therapist(
        "therapist-1", profile(name="Dana Reyes"), psoas(), edit("therapist", "therapist-1")
    )
    assert answer == Saved("therapist", "therapist-1")
    assert revision() == (before + 1, "pages")
    assert [each.name for each in load_practice().therapists] == ["Dana Reyes", "Nell New"]
    line = list_audit_lines("therapist", 1)[-1]
    assert (line.actor, line.act) == ("dana@example.com", "settings changed")
    assert line.detail == {"name": {"from": "Therapist 1", "to": "Dana Reyes"}}
    assert first_broken_line() is None


def test_saving_what_is_so_already_changes_nothing() -> None:
    make_practice()
    before = revision()
    answer = save_therapist("therapist-1", profile(), psoas(), edit("therapist", "therapist-1"))
    assert answer == Saved("therapist", "therapist-1", changed=False)
    assert revision() == before
    assert list_audit_lines("therapist", 1) == []


def test_the_second_of_two_people_is_told_by_whom_and_nothing_is_overwritten() -> None:
    make_practice()
    mine, theirs = edit("therapist", "therapist-1", DANA), edit("therapist", "therapist-1", LEE)
    assert isinstance(save_therapist("therapist-1", profile(name="By Lee"), psoas(), theirs), Saved)
    answer = save_therapist("therapist-1", profile(name="By Dana"), psoas(), mine)
    assert isinstance(answer, OutOfDate)
    assert (answer.by, answer.at) == ("lee@example.com", NOW)
    assert load_practice().therapists[0].name == "By Lee"


def test_two_people_at_different_parts_of_one_therapist_are_told_as_well() -> None:
    make_practice()
    mine, theirs = edit("therapist", "therapist-1"), edit("therapist", "therapist-1", LEE)
    assert isinstance(save_availability("therapist-1", week(9, 17), theirs), Saved)
    assert isinstance(save_therapist("therapist-1", profile(name="By Dana"), {}, mine), OutOfDate)


def test_two_people_at_different_therapists_do_not_hinder_each_other() -> None:
    make_practice(therapists=2)
    mine, theirs = edit("therapist", "therapist-1"), edit("therapist", "therapist-2", LEE)
    other = profile(name="By Lee", email="therapist-2@example.com")
    assert isinstance(save_therapist("therapist-2", other, psoas(), theirs), Saved)
    assert isinstance(save_therapist("therapist-1", profile(name="By Dana"), psoas(), mine), Saved)


def test_a_forged_or_missing_version_saves_nothing() -> None:
    make_practice()
    for seen in (None, 0, 999):
        answer = save_practice({"name": "Forged"}, Edit(DANA, NOW, seen))
        assert isinstance(answer, OutOfDate)
    assert load_practice().name == "Example Bodywork"


def test_something_that_is_not_there_is_answered_so() -> None:
    make_practice()
    assert retire("room", "no-such-room", Edit(DANA, NOW, 1)) == NotThere()
    assert take_time_off("nobody", Span(at("09:00"), at("10:00")), None, Edit(DANA, NOW)) == NotThere()


def test_long_texts_are_cut_in_the_log() -> None:
    make_practice()
    save_practice({"about": "Calm. " * 200}, edit("practice"))
    line = db.session.execute(select(AuditLine).where(AuditLine.subject == "practice")).scalar_one()
    assert len(line.detail["about"]["to"]["en"]) == 300
