"""Every setting can be looked up by the person who has to set it."""

import ast

from tests.support.run import ROOT
from tests.support.sources import tree


def _variables() -> set[str]:
    """The names that config.py reads from the environment: the first argument of each `read.…` call."""
    return {
        call.args[0].value
        for call in ast.walk(tree(ROOT / "config.py"))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "read"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_the_settings_are_found_where_they_are_read() -> None:
    assert {"DATABASE_URL", "SECRET_KEY", "DATA_KEY", "PUBLIC_URL", "MAIL_SERVER"} <= _variables()


def test_every_setting_is_in_the_operations_handbook() -> None:
    handbook = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert sorted(name for name in _variables() if name not in handbook) == []
