"""What a template calls it imports itself, or the layout that it extends does: a part that leaned on the page around it would break with that page's next change."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jinja2 import Environment, nodes

from tests.support.run import ROOT

_READER = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


@dataclass
class Template:
    """What one template calls, where it has its macros from, and whom it works with."""

    called: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    macros: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)  # what it is given or sets
    extends: set[str] = field(default_factory=set)
    includes: set[str] = field(default_factory=set)


def _read(text: str) -> Template:
    found, kinds = (
        Template(),
        (nodes.Call, nodes.FromImport, nodes.Macro, nodes.Name, nodes.Extends, nodes.Include),
    )
    for node in _READER.parse(text).find_all(kinds):
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            found.called.add(node.node.name)
        elif isinstance(node, nodes.FromImport):
            found.imported |= {name if isinstance(name, str) else name[1] for name in node.names}
        elif isinstance(node, nodes.Macro):
            found.macros.add(node.name)
            found.named |= {argument.name for argument in node.args}
        elif isinstance(node, nodes.Name) and node.ctx in ("store", "param"):
            found.named.add(node.name)
        elif isinstance(node, nodes.Extends | nodes.Include) and isinstance(node.template, nodes.Const):
            (found.extends if isinstance(node, nodes.Extends) else found.includes).add(node.template.value)
    return found


def _joined(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)


def test_every_macro_that_a_template_calls_is_imported_there() -> None:
    folder = ROOT / "templates"
    templates = {
        path.relative_to(folder).as_posix(): _read(path.read_text("utf-8")) for path in folder.rglob("*.html")
    }
    macros = _joined(one.macros for one in templates.values())

    def at_hand(name: str) -> set[str]:
        one = templates.get(name, Template())
        return one.imported | _joined(map(at_hand, one.extends))

    def lent(name: str) -> set[str]:
        return _joined(page.macros for page in templates.values() if name in page.includes)

    leaning = {
        name: missing
        for name, one in templates.items()
        if (missing := (one.called & macros) - at_hand(name) - one.macros - one.named - lent(name))
    }
    assert leaning == {}
