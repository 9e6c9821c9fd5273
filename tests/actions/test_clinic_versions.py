"""A practice file is loaded while somebody has a settings page open: the page is out of date, and overwrites nothing."""

from pathlib import Path
from typing import Any

import pytest

from app.actions.clinic import Loaded, load
from app.actions.settings import Edit, Outcome, OutOfDate
from app.actions.settings_offer import save_guidance, save_service, save_techniques, save_variants
from app.actions.settings_people import save_availability, save_therapist
from app.actions.settings_places import save_location, save_opening_hours, save_practice, save_room
from app.store import settings as store
from app.store.practice import load_practice
from tests.support.edits import DANA, edit, hours, version, week
from tests.support.rows import NOW

pytestmark = pytest.mark.usefixtures("context")
FILE = """
[practice]
slug = "small"
name = "Small"
currency = "USD"
[[location]]
slug = "main"
name = "Main"
zone = "America/New_York"
opening_hours = [{days = "Mon", opens = "09:00", closes = "17:00"}]
rooms = [{slug = "one", name = "Room 1"}]
[[technique]]
slug = "deep"
name = "Deep work"
[[guidance_plan]]
slug = "plan"
name = "Plan"
step = [{key = "day", before = "1 day", label = "The day before", text = "Rest."}]
[[service]]
slug = "massage"
name = "Massage"
duration = [{minutes = 60, price = "95.00"}]
[[therapist]]
slug = "ana"
name = "Ana Example"
availability = [{days = "Mon", starts = "09:00", ends = "17:00"}]
"""
OPEN = (("practice", ""), ("location", "main"), ("room", "one"), ("service", "massage"), ("therapist", "ana"),
        ("guidance_plan", "plan"))  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A practice that has been loaded, and its file."""
    path = tmp_path / "small.toml"
    changed(path, "", "")
    return path


def changed(path: Path, old: str, new: str) -> None:
    """Load the file with one change."""
    path.write_text(FILE.replace(old, new) if old else FILE, "utf-8")
    assert isinstance(load(path, NOW, force=True), Loaded)


@pytest.mark.parametrize(
    ("kind", "slug", "old", "new"),
    [
        ("practice", "", 'name = "Small"', 'name = "Other"'),
        ("practice", "", 'currency = "USD"', 'currency = "USD"\npolicy = {notice_minutes = 5}'),
        ("location", "main", 'name = "Main"', 'name = "Other"'),
        ("location", "main", 'closes = "17:00"', 'closes = "18:00"'),
        ("location", "main", "zone =", 'address = [{lines = "1 Example Street"}]\nzone ='),
        ("location", "main", "zone =", "closures = [{from = 2026-12-25}]\nzone ="),
        ("room", "one", 'name = "Room 1"', 'name = "Other"'),
        ("room", "one", 'name = "Room 1"', 'name = "Room 1", features = ["warm"]'),
        ("service", "massage", 'name = "Massage"', 'name = "Other"'),
        ("service", "massage", 'price = "95.00"', 'price = "99.00"'),
        ("service", "massage", 'name = "Massage"', 'name = "Massage"\ntechniques = ["deep"]'),
        ("service", "massage", 'name = "Massage"', 'name = "Massage"\nguidance_plan = "plan"'),
        ("therapist", "ana", 'name = "Ana Example"', 'name = "Ana Other"'),
        ("therapist", "ana", 'ends = "17:00"', 'ends = "18:00"'),
        ("therapist", "ana", 'name = "Ana Example"', 'name = "Ana Example"\nqualifications = [{technique = "deep"}]'),
        ("guidance_plan", "plan", 'text = "Rest."', 'text = "Rest well."'),
    ],
)  # fmt: skip
def test_what_the_file_changed_rises_in_version_and_nothing_else(
    file: Path, kind: str, slug: str, old: str, new: str
) -> None:
    before = {each: version(*each) for each in OPEN}
    changed(file, old, new)
    risen = [each for each in OPEN if version(*each) != before[each]]
    assert risen == [(kind, slug)]
    assert version(kind, slug) == before[kind, slug] + 1


def sent(kind: str, slug: str, open_page: Edit) -> Outcome:
    """The page as it would be saved."""
    name: dict[str, Any] = {"name": "From the page"}
    return {
        "practice": lambda: save_practice(name, open_page),
        "location": lambda: save_location(slug, name, open_page),
        "room": lambda: save_room(slug, name, open_page),
        "service": lambda: save_service(slug, name, [], open_page),
        "therapist": lambda: save_therapist(slug, name, {}, open_page),
        "guidance_plan": lambda: save_guidance(slug, "From the page", [], open_page),
    }[kind]()


@pytest.mark.parametrize(
    ("kind", "slug", "name"),
    [
        ("practice", "", "Small"),
        ("location", "main", "Main"),
        ("room", "one", "Room 1"),
        ("service", "massage", "Massage"),
        ("therapist", "ana", "Ana Example"),
        ("guidance_plan", "plan", "Plan"),
    ],
)
def test_a_page_that_was_open_is_told_that_somebody_else_saved(
    file: Path, kind: str, slug: str, name: str
) -> None:
    open_page = edit(kind, slug)
    changed(file, f'name = "{name}"', 'name = "From the file"')
    assert sent(kind, slug, open_page) == OutOfDate(None, NOW)
    row = store.find_thing(kind, slug)
    assert row is not None
    assert row.name in ("From the file", {"en": "From the file"})


def test_the_pages_of_lists_are_told_as_well(file: Path) -> None:
    place, person, offer = edit("location", "main"), edit("therapist", "ana"), edit("service", "massage")
    techniques = Edit(DANA, NOW, store.version_of_all(store.list_things("technique")))
    changed(file, "17:00", "18:00")
    changed(file, "95.00", "99.00")
    changed(file, "Deep work", "Deeper work")
    assert isinstance(save_opening_hours("main", hours(8, 20), place), OutOfDate)
    assert isinstance(save_availability("ana", week(), person), OutOfDate)
    assert isinstance(save_variants("massage", [], offer), OutOfDate)
    assert isinstance(save_techniques([], techniques), OutOfDate)


def test_a_page_whose_row_the_file_left_alone_saves(file: Path) -> None:
    open_page = edit("therapist", "ana")
    changed(file, 'name = "Room 1"', 'name = "Other"')
    assert not isinstance(sent("therapist", "ana", open_page), OutOfDate)
    assert load_practice().therapists[0].name == "From the page"
