"""Every form says what WTForms itself has to say in the language of its page."""

import ast

from tests.support.run import ROOT


def test_all_forms_are_made_from_the_one_that_speaks() -> None:
    silent = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "app").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef | ast.Call) and "FlaskForm" in _made_from(node)
    }
    assert silent == {"app/web/spoken_form.py"}


def _made_from(node: ast.ClassDef | ast.Call) -> set[str]:
    """Names of the classes behind ``class X(A, B)`` and ``type("X", (A, B), fields)``."""
    if isinstance(node, ast.ClassDef):
        bases = node.bases
    elif (
        getattr(node.func, "id", "") == "type" and len(node.args) == 3 and isinstance(node.args[1], ast.Tuple)
    ):
        bases = node.args[1].elts
    else:
        return set()
    return {getattr(one, "id", "") for one in bases}
