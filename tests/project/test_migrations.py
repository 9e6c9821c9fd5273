"""Migrations: numbered, in one line, each with a way there and a way back that both databases can go."""

import ast
import json
import re
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.support.databases import flask, sqlite_address
from tests.support.run import ROOT
from tests.support.sources import tree


def _migrations() -> list[Path]:
    return sorted((ROOT / "migrations" / "versions").glob("*.py"))


def _constant(path: Path, name: str) -> object:
    """What a module-level name is set to."""
    for node in tree(path).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == name:
            return ast.literal_eval(getattr(node, "value"))  # noqa: B009 - Assign and AnnAssign both have it
    return None


def test_there_are_migrations() -> None:
    assert _migrations()


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [int(match.group(1)) for path in _migrations() if (match := re.match(r"(\d{4})_", path.name))]
    assert numbers == list(range(1, len(_migrations()) + 1))


def test_each_migration_follows_the_one_before() -> None:
    revisions = [_constant(path, "revision") for path in _migrations()]
    assert [_constant(path, "down_revision") for path in _migrations()] == [None, *revisions[:-1]]


def test_each_migration_has_a_way_there_and_a_way_back() -> None:
    for path in _migrations():
        steps = {node.name: node.body for node in tree(path).body if isinstance(node, ast.FunctionDef)}
        assert {"upgrade", "downgrade"} <= steps.keys(), path.name
        empty = [
            name
            for name in ("upgrade", "downgrade")
            if all(isinstance(step, ast.Pass) for step in steps[name])
        ]
        assert empty == [], path.name


def test_a_database_can_go_all_the_way_back_and_there_again(database_url: str) -> None:
    flask(database_url, "db", "downgrade", "base")
    flask(database_url, "db", "upgrade")


def test_the_tables_are_what_the_models_say(database_url: str) -> None:
    flask(database_url, "db", "check")


def test_what_was_one_text_is_kept_in_the_practice_s_language(tmp_path: Path) -> None:
    address = sqlite_address(tmp_path / "stillpoint.db")
    flask(address, "db", "upgrade")
    flask(address, "clinic", "load", str(ROOT / "clinics" / "punchiit.toml"), "--with-examples")
    flask(address, "db", "downgrade", "0006")
    engine = create_engine(address)
    with engine.connect() as rows:
        found = rows.execute(text("select role_title from therapist where slug = 'priya-nand'"))
        assert found.scalar() == "Physiotherapist"
    engine.dispose()
    flask(address, "db", "upgrade")
    with engine.connect() as rows:
        found = rows.execute(text("select role_title from therapist where slug = 'priya-nand'"))
        assert json.loads(found.scalar_one()) == {"en": "Physiotherapist"}
        notes = rows.execute(text("select note from address_period where announced")).scalars().all()
        assert [sorted(json.loads(note)) for note in notes] == [["en"]]
    engine.dispose()
