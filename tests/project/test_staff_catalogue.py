"""Nothing that staff read stands outside of their catalogue."""

import re
from pathlib import Path

import pytest

from app.blueprints.audit.words import ACTS
from app.blueprints.imports.words import SOURCES
from tests.support.catalogues import files
from tests.support.run import ROOT
from tests.support.untranslated import words_in_module, words_in_template

#: What programs read, in English as all that is for programs: the API, headers, browsers' own names.
FOR_PROGRAMS = {
    "app/blueprints/accounts/account_log.py",
    "app/blueprints/accounts/browsers.py",
    "app/sheets/fonts.py",
    "app/web/headers.py",
    "app/web/language.py",
    "app/web/limits.py",
    "app/web/problems.py",
    "app/web/static_files.py",
}
#: What somebody may type to mean a country or a city: it is understood, and never shown.
UNDERSTOOD = {"app/web/local_places.py"}
#: Where examples of people stand, or a command is shown.
EXAMPLES = {
    "app/blueprints/styleguide/sample_form.py",
    "app/blueprints/styleguide/samples.py",
    "templates/pages/people/setup_gone.html",
    "templates/pages/styleguide/index.html",
}
#: What is kept under that name, and is put into words elsewhere.
KEPT = {
    *ACTS,
    *map(str, SOURCES.values()),
    "signed out",
    "recovery codes",
    "day sheet",
    "day sheet ",
    "second person",
    "minutes late",
}
_HEADER = re.compile(r"[A-Z][A-Za-z]+(?:-[A-Z][a-z]+)+|private, max-age=\d+|<any\(.*")


def staff_files() -> list[Path]:
    """Modules of pages and of paper, and all templates that are not the clients'."""
    places = ("app/blueprints/", "app/sheets/", "app/web/", "templates/")
    known = {path: str(path.relative_to(ROOT)) for path in files("staff")}
    return [
        path
        for path, name in known.items()
        if name.startswith(places)
        and not name.startswith("app/blueprints/api/")
        and name not in FOR_PROGRAMS | UNDERSTOOD | EXAMPLES
    ]


@pytest.mark.parametrize("path", staff_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_staff_read_stands_outside_the_catalogue(path: Path) -> None:
    if path.suffix != ".py":
        assert list(words_in_template(path)) == []
        return
    translated = set(re.findall(r'(?:said|gettext|_)\(\s*"([^"]*)"', path.read_text("utf-8")))
    found = [word.partition(": ")[2] for word in words_in_module(path)]
    assert [one for one in found if one not in KEPT | translated and not _HEADER.fullmatch(one)] == []
