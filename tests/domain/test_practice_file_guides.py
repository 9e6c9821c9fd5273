"""Self-care guides in practice files: when they are allowed, with which advice their link goes, and approvals that don't outlive a change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.practice_file import PracticeFile
from app.domain.practice_file_approvals import without_stale_approvals
from app.domain.practice_file_document import BadPracticeFile, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of

HEAD = """
[practice]
slug = "a-practice"
[[guidance_plan]]
slug = "deep"
name = "Deep"
step = [
  {key = "day-before", before = "1 day", label = "Before", text = "Rest."},
  {key = "next-day", after = "1 day", label = "After", text = "Walk."},
  {key = "week", after = "7 days", label = "Later", text = "Well?", guides = ["ball"]},
]
"""
GUIDE = '[[guide]]\nslug = "ball"\ntitle = "Ball"\nsteps = [{text = "Lie down."}]\n'
APPROVED = 'approved_by = "Ana"\napproved_at = 2027-01-05T12:00:00-04:00\n'


def read(text: str) -> PracticeFile:
    """The file's values."""
    return parse_practice_file(read_toml(text.encode()))


def guides_at(file: PracticeFile) -> dict[str, tuple[str, ...]]:
    """By step the guides that go with it."""
    return {step.key: step.guides for step in file.plans[0].steps}


def test_a_guide_is_named_at_a_step_or_names_it() -> None:
    named = read(f'{HEAD}{GUIDE}goes_with = ["deep/next-day"]\n')
    assert guides_at(named) == {"day-before": (), "next-day": ("ball",), "week": ("ball",)}


def test_both_ways_are_written_out_as_one() -> None:
    file = read(f'{HEAD}{GUIDE}goes_with = ["deep/next-day"]\nallowed_after = "1 day"\n{APPROVED}')
    assert file.guides[0].wait == timedelta(days=1)
    assert read(toml_text(document_of(file))) == file


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('goes_with = ["deep/day-before"]', "no plan/step after a session"),
        ('goes_with = ["light/next-day"]', "no plan/step after a session"),
        ('allowed_after = "soon"', "allowed_after"),
    ],
)
def test_what_cannot_be_is_refused(more: str, fault: str) -> None:
    with pytest.raises(BadPracticeFile) as refused:
        read(f"{HEAD}{GUIDE}{more}\n")
    assert any(fault in str(error) for error in refused.value.errors)


def test_a_step_names_guides_that_exist_and_only_after_a_session() -> None:
    for text, fault in (
        (HEAD, "ball"),
        (HEAD.replace('text = "Rest."', 'text = "Rest.", guides = ["ball"]') + GUIDE, "only with"),
    ):
        with pytest.raises(BadPracticeFile) as refused:
            read(text)
        assert any(fault in str(error) for error in refused.value.errors)


def test_a_file_that_changes_a_guide_takes_the_approval_back_that_it_had() -> None:
    stored = read(HEAD + GUIDE + APPROVED)
    same = without_stale_approvals(stored, stored)
    assert same.guides[0].approved_by == "Ana"
    changed = replace(stored, guides=(replace(stored.guides[0], stop_rules=({"en": "Pain."},)),))
    assert without_stale_approvals(changed, stored).guides[0].approved_at is None
    retired = replace(stored, guides=(replace(stored.guides[0], retired=True),))
    assert without_stale_approvals(retired, stored).guides[0].approved_by == "Ana"
