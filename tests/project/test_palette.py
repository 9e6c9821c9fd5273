"""The colours that Python knows are those of stillpoint.css, and stand nowhere else."""

import re

from app.domain import colours
from tests.support.run import ROOT

_SHEET = (ROOT / "app" / "static" / "css" / "stillpoint.css").read_text("utf-8")
_LIGHT, _DARK = (
    dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", part))
    for part in _SHEET.partition("/* ---- Elements")[0].split("@media (prefers-color-scheme: dark)")
)
#: As a value; in a sentence it is an example of how one is typed.
_OUR_COLOUR = re.compile(
    f"[\"']({'|'.join(sorted(set(_LIGHT.values()) - {colours.WHITE}))})[\"']", re.IGNORECASE
)
#: The one table; mails have no stylesheet of ours.
_WRITTEN_OUT = ("domain/colours.py", "emails/")


def test_what_python_knows_is_what_the_stylesheet_says() -> None:
    assert _LIGHT["--moss"] == colours.HOUSE
    assert (colours.PAPER, colours.SURFACE, colours.SUNKEN) == colours.LIGHT_GROUNDS
    assert tuple(_LIGHT[name] for name in ("--paper", "--surface", "--sunken")) == colours.LIGHT_GROUNDS
    assert tuple(_DARK[name] for name in ("--paper", "--surface", "--sunken")) == colours.DARK_GROUNDS
    assert (_LIGHT["--ink"], _DARK["--ink"]) == (colours.INK, colours.DARK_INK)
    assert [_LIGHT[name] for name in ("--muted", "--clay", "--clay-tint")] == [
        colours.MUTED,
        colours.CLAY,
        colours.CLAY_TINT,
    ]
    assert colours.dark_shades(colours.HOUSE).text_on == _DARK["--on-moss"]


def test_no_other_module_writes_our_colours_out() -> None:
    app = ROOT / "app"
    found = [
        f"{path.relative_to(app)}: {match.group()}"
        for path in sorted(app.rglob("*.py"))
        if not str(path.relative_to(app)).startswith(_WRITTEN_OUT)
        for match in _OUR_COLOUR.finditer(path.read_text("utf-8"))
    ]
    assert found == []
