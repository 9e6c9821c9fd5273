"""The import contract `only` refuses what its row does not name."""

import grimp
import pytest
from importlinter import ContractCheck

from development.import_table import OnlyContract


def _check(allowed: list[str], *imports: tuple[str, str]) -> ContractCheck:
    graph = grimp.ImportGraph()
    for package in ("app", "app.domain", "app.domain.slots", "app.store"):
        graph.add_module(package)
    for outside in ("flask", "datetime", "sqlalchemy.orm"):
        graph.add_module(outside)
    for importer, imported in imports:
        graph.add_import(
            importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}"
        )
    options = {"name": "a row", "package": "app.domain", "allowed": allowed}
    return OnlyContract("a row", {}, options).check(graph, verbose=False)


@pytest.mark.parametrize("imported", ["flask", "app.store", "sqlalchemy.orm"])
def test_what_a_row_does_not_name_is_refused(imported: str) -> None:
    check = _check([], ("app.domain.slots", imported))
    assert not check.kept
    assert check.metadata["refused"] == [("app.domain.slots", imported)]


def test_what_a_row_names_is_allowed_with_all_that_is_in_it() -> None:
    assert _check(
        ["sqlalchemy", "app.store"], ("app.domain.slots", "sqlalchemy.orm"), ("app.domain", "app.store")
    ).kept


def test_the_standard_library_and_the_package_itself_are_always_allowed() -> None:
    assert _check([], ("app.domain.slots", "datetime"), ("app.domain", "app.domain.slots")).kept
