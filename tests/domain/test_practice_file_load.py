"""Limits, gender, second persons and what services ask for in practice files: read, bounded, written back as they were."""

import pytest

from app.domain.policy import Limits
from app.domain.practice_file import PracticeFile
from app.domain.practice_file_document import BadPracticeFile, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_preview import preview
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of

HEAD = """
[practice]
slug = "a-practice"
[practice.policy]
deep_a_day = 4
"""
THERAPIST = """
[[therapist]]
slug = "ana"
name = "Ana Example"
"""


def read(text: str) -> PracticeFile:
    return parse_practice_file(read_toml((HEAD + text).encode()))


def test_a_therapist_s_own_words_and_limits_come_back_as_they_were() -> None:
    file = read(
        THERAPIST + 'gender = "female"\nmay_chaperone = true\nlimits = {deep_a_day = 2, break_minutes = 0}\n'
    )
    ana = file.therapists[0]
    assert (ana.gender, ana.may_chaperone, ana.limits) == (
        "female",
        True,
        {"deep_a_day": 2, "break_minutes": 0},
    )
    assert parse_practice_file(read_toml(toml_text(document_of(file)).encode())) == file


def test_what_is_not_limited_by_their_own_is_the_practice_s() -> None:
    shown = preview(read(THERAPIST + "limits = {sessions_a_day = 3}\n"))
    assert shown.therapists[0].limits == Limits(sessions_a_day=3, deep_a_day=4)
    assert preview(read(THERAPIST)).therapists[0].limits is None


def test_who_tells_nothing_is_neither_woman_nor_man_and_no_second_person() -> None:
    ana = read(THERAPIST).therapists[0]
    assert (ana.gender, ana.may_chaperone, ana.limits) == (None, False, {})


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('gender = "any"', "gender"),
        ("limits = {deep_a_day = -1}", "deep_a_day"),
        ("limits = {break_minutes = 7}", "break_minutes"),
        ("limits = {spacing_days = 3}", "spacing_days"),
        ("limits = 3", "limits"),
    ],
)
def test_what_can_t_be_is_refused_where_it_stands(line: str, where: str) -> None:
    with pytest.raises(BadPracticeFile) as refused:
        read(THERAPIST + line)
    assert any(where in str(error) for error in refused.value.errors)


def test_what_a_service_asks_for_and_unlocks_comes_back_as_it_was() -> None:
    file = read(
        '[[service]]\nslug = "coaching"\nname = "Coaching"\nneeds_prior_visit = true\ncoaches_tools = true\n'
    )
    assert (file.services[0].needs_prior_visit, file.services[0].coaches_tools) == (True, True)
    assert parse_practice_file(read_toml(toml_text(document_of(file)).encode())) == file
    shown = preview(file).services[0]
    assert (shown.needs_prior_visit, shown.coaches_tools) == (True, True)
