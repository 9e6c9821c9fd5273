"""Built clinics are kept, with a stamp of what they were built from."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.clinic import Clinic, next_monday
from benchmarks.kept import Shelf, stamp_of

_NOW = datetime(2027, 3, 3, 12, tzinfo=UTC)
_TINY = Clinic("tiny", date(2027, 3, 8))


def test_what_is_fresh_is_not_built_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, None)
    shelf.ensure(_TINY, "sqlite", _NOW)
    before = (tmp_path / "tiny.db").stat().st_mtime_ns
    shelf.ensure(_TINY, "sqlite", _NOW)
    assert shelf.is_fresh(_TINY, "sqlite")
    assert (tmp_path / "tiny.db").stat().st_mtime_ns == before


def test_another_week_or_another_builder_is_not_fresh(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, None)
    shelf.ensure(_TINY, "sqlite", _NOW)
    assert not shelf.is_fresh(replace(_TINY, first_day=date(2027, 3, 15)), "sqlite")
    stamp = tmp_path / "tiny-sqlite.json"
    stamp.write_text(stamp.read_text().replace('"builder": ', '"builder": 9'))
    assert not shelf.is_fresh(_TINY, "sqlite")


def test_a_broken_stamp_or_a_missing_database_is_not_fresh(tmp_path: Path) -> None:
    shelf, stamp = Shelf(tmp_path, None), tmp_path / "tiny-sqlite.json"
    stamp.write_text("not json")
    assert not shelf.is_fresh(_TINY, "sqlite")
    stamp.write_text(json.dumps({"seed": 60}))
    assert not shelf.is_fresh(_TINY, "sqlite")
    made_of = stamp_of(_TINY)
    stamp.write_text(json.dumps({name: getattr(made_of, name) for name in made_of.__slots__}))
    assert not shelf.is_fresh(_TINY, "sqlite")


def test_a_copy_may_be_written_to_and_is_gone_afterwards(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, None)
    (tmp_path / "tiny.db").write_bytes(b"kept")
    with shelf.copy(_TINY, "sqlite", "at-work"):
        (tmp_path / "at-work.db").write_bytes(b"changed")
        (tmp_path / "at-work-queue.db").touch()
        (tmp_path / "at-work-other.db").touch()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["at-work-other.db", "tiny.db"]
    assert (tmp_path / "tiny.db").read_bytes() == b"kept"


def test_the_clinic_begins_on_the_monday_after() -> None:
    mondays = {next_monday(date(2027, 3, 1) + timedelta(days=offset)) for offset in range(7)}
    assert mondays == {date(2027, 3, 8)}
