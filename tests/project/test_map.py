"""What import-linter can't see: that its table and the map of the packages are complete."""

import ast
import tomllib

from tests.support.run import ROOT
from tests.support.sources import tree

# It may import everything: it ties the program together.
WITHOUT_A_ROW = {"factory"}


def _parts_of_app() -> set[str]:
    """The packages and modules directly under app/."""
    inside = (ROOT / "app").iterdir()
    return {path.stem for path in inside if (path / "__init__.py").exists() or path.suffix == ".py"} - {
        "__init__"
    }


def test_the_root_package_is_a_map_and_imports_nothing() -> None:
    module = tree(ROOT / "app" / "__init__.py")
    assert [type(node).__name__ for node in module.body] == ["Expr"]
    explained = ast.get_docstring(module) or ""
    assert sorted(name for name in _parts_of_app() if name not in explained) == []


def test_every_part_of_app_has_a_row_in_the_import_table() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rows = {contract["package"].removeprefix("app.") for contract in contracts if contract["type"] == "only"}
    assert sorted(_parts_of_app() - rows - WITHOUT_A_ROW) == []
