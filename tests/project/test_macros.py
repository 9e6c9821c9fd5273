"""What a template calls it imports itself, or the layout that it extends does: a part that leaned on the page around it would break with that page's next change."""

from pathlib import Path

from jinja2 import Environment, nodes

from tests.support.run import ROOT

_READER = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


def _read() -> dict[Path, nodes.Template]:
    folder = ROOT / "templates"
    return {
        path.relative_to(folder): _READER.parse(path.read_text("utf-8")) for path in folder.rglob("*.html")
    }


def _called(template: nodes.Template) -> set[str]:
    return {call.node.name for call in template.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}


def _imported(template: nodes.Template, templates: dict[Path, nodes.Template]) -> set[str]:
    named = [name for one in template.find_all(nodes.FromImport) for name in one.names]
    imported = {name if isinstance(name, str) else name[1] for name in named}
    for layout in template.find_all(nodes.Extends):
        if isinstance(layout.template, nodes.Const) and (found := templates.get(Path(layout.template.value))):
            imported |= _imported(found, templates)
    return imported


def _its_own(template: nodes.Template) -> set[str]:
    """What it defines, is given or sets, and so need not import."""
    macros = list(template.find_all(nodes.Macro))
    given = {argument.name for macro in macros for argument in macro.args}
    stored = {name.name for name in template.find_all(nodes.Name) if name.ctx in ("store", "param")}
    return {macro.name for macro in macros} | given | stored


def _lent(path: Path, templates: dict[Path, nodes.Template]) -> set[str]:
    """The macros that the pages which include it define for it."""
    return {
        macro.name
        for page in templates.values()
        if any(
            isinstance(one.template, nodes.Const) and one.template.value == str(path)
            for one in page.find_all(nodes.Include)
        )
        for macro in page.find_all(nodes.Macro)
    }


def test_every_macro_that_a_template_calls_is_imported_there() -> None:
    templates = _read()
    macros = {macro.name for template in templates.values() for macro in template.find_all(nodes.Macro)}
    leaning = {
        str(path): sorted(missing)
        for path, template in templates.items()
        if (
            missing := (_called(template) & macros)
            - _imported(template, templates)
            - _its_own(template)
            - _lent(path, templates)
        )
    }
    assert leaning == {}
