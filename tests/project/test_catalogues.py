"""All that people read can be said in their language: nothing stands outside the catalogues, nothing in them is empty."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from app.languages import WRITTEN, known_languages
from tests.support.catalogues import (
    LISTS,
    files,
    kept,
    messages,
    places,
    singular,
    strings,
    without_places,
    written,
)
from tests.support.run import ROOT
from tests.support.untranslated import words_in_module, words_in_template
from tests.support.untranslated_scripts import words_in_script

#: Those of every language there is; a new one is looked at as soon as its folder stands there.
CATALOGUES = [
    f"{language}/{name}"
    for language in known_languages()
    if language != WRITTEN
    for name in LISTS
    if kept(f"{language}/{name}")
]
each_catalogue = pytest.mark.parametrize("name", CATALOGUES)
french = pytest.mark.parametrize("name", ["fr/messages", "fr/staff"])
#: Words in the clients' files that nobody reads as a page: values that are stored, names of headers.
NOT_SAID = {
    "app/blueprints/appointments/consent_form.py": {
        "covered by a sheet",
        "nothing uncovered",
        "undressed as far as comfortable",
        "stays dressed",
        "Stop",
    },
}
#: Modules of which programs read everything: schema.org, robots.txt, caches, monitoring, another site's page.
FOR_PROGRAMS = {
    "app/blueprints/embed/script.py",
    "app/blueprints/site/answers.py",
    "app/blueprints/site/facts.py",
    "app/blueprints/site/finding_views.py",
    "app/blueprints/site/health.py",
}
#: What makes a message of its first words (of its first two: ngettext).
SAYING = {"_", "gettext", "ngettext", "lazy", "said"}
#: What scripts hold that nobody reads; on another site the frame's name is that site's to say (``data-title``).
NOT_SAID_BY_SCRIPTS = {"embed.js": {"use strict", "600 1rem/1.3 system-ui, sans-serif", "Booking"}}
_HEADER = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)+")


@each_catalogue
def test_a_catalogue_holds_every_message_and_no_other(name: str) -> None:
    listed = {singular(message) for message in messages(name)}
    assert len(listed) > 100
    assert listed == written(name.partition("/")[2])


@pytest.mark.parametrize("name", LISTS)
def test_the_places_of_a_message_are_named_after_what_stands_there(name: str) -> None:
    """Translators read nothing else."""
    assert [
        one for one in written(name) for place in places(one) if re.search(r"\d\)|\(text_in\)", place)
    ] == []


#: Places that are called after a language because one stands there: "One step has no French text."
OF_A_LANGUAGE = {
    "One step has no %(language)s text. Who reads %(language)s gets it in another language.",
    "Write this in %(language)s too, or empty both %(language)s fields.",
}


@pytest.mark.parametrize("name", LISTS)
def test_only_a_language_is_called_one(name: str) -> None:
    assert {one for one in written(name) if "%(language)s" in one} <= OF_A_LANGUAGE


@pytest.mark.parametrize("name", LISTS)
def test_a_message_is_no_piece_of_a_sentence(name: str) -> None:
    """Of a mail's subject alone the practice's name is the beginning, and the message goes on from it behind a colon."""
    assert [one for one in written(name) if re.match(r"[\s,.;?]", one) or one != one.rstrip()] == []
    assert [one for one in written("staff") if one.startswith(":")] == []


def _said_in(code: str) -> Iterator[ast.expr]:
    """Whatever is to be translated in a module: a string as it stands, or a name for one."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in SAYING:
                yield from node.args[: 2 if called == "ngettext" else 1]


def _put_together(code: str) -> list[str]:
    """Messages that no catalogue can hold, since they are made while the program runs."""
    return [f"{one.lineno}: {ast.unparse(one)}" for one in _said_in(code) if _is_made(one)]


def _is_made(message: ast.expr) -> bool:
    is_formatted = isinstance(message, ast.Call) and getattr(message.func, "attr", "") == "format"
    return is_formatted or isinstance(message, ast.JoinedStr | ast.BinOp | ast.IfExp)


@pytest.mark.parametrize(
    "code",
    [
        '_(f"{n} sessions")',
        '_("Hello " + name)',
        'lazy("%s sessions" % n)',
        'speech.gettext("{} left".format(n))',
        'ngettext("1 day", f"{n} days", n)',
        '_("yes" if good else "no")',
    ],
)
def test_a_message_that_is_put_together_is_found(code: str) -> None:
    assert _put_together(code)


def test_no_message_is_put_together() -> None:
    found = {
        str(path.relative_to(ROOT)): made
        for path in sorted((ROOT / "app").rglob("*.py"))
        if (made := _put_together(path.read_text("utf-8")))
    }
    assert found == {}


@each_catalogue
def test_every_message_is_translated_surely_and_keeps_its_places(name: str) -> None:
    for message in messages(name):
        assert not message.fuzzy, message.id
        for string in strings(message):
            assert string, message.id
            must, may = _may_hold(message)
            assert must <= places(string) <= may, message.id


def _may_hold(message: Message) -> tuple[set[str], set[str]]:
    """The places that each string must hold, and may: "one part" need not say its number, "2 parts" does."""
    written_as = [message.id] if isinstance(message.id, str) else list(message.id)
    each = [places(one) for one in written_as]
    return set.intersection(*each), set.union(*each)


@each_catalogue
def test_markup_in_a_message_stays_as_it_was(name: str) -> None:
    for message in messages(name):
        for string in strings(message):
            assert re.findall(r"<[^>]*>", string) == re.findall(r"<[^>]*>", singular(message)), message.id


@french
def test_french_is_set_as_french_is(name: str) -> None:
    for message in messages(name):
        for string in strings(message):
            words = without_places(re.sub(r"<[^>]*>", "", string))
            assert "'" not in words, "the apostrophe is typographic"
            assert not re.search(r"[^\u00a0\d]:(?:\s|$)", words.lstrip(":")), string
            assert not re.search(r" [?!;%]", words), string


def test_every_file_belongs_to_one_catalogue() -> None:
    clients, staff = set(files("messages")), set(files("staff"))
    assert not clients & staff
    assert clients | staff == {
        path
        for folder, kind in (("app", "*.py"), ("templates", "*.html"), ("templates", "*.txt"))
        for path in (ROOT / folder).rglob(kind)
    }


def outside(path: Path) -> list[str]:
    """Words for people in a file that no catalogue can reach."""
    if path.suffix != ".py":
        return list(words_in_template(path))
    known = NOT_SAID.get(str(path.relative_to(ROOT)), set())
    found = (word for word in words_in_module(path) if not _HEADER.fullmatch(word.partition(": ")[2]))
    return [word for word in found if word.partition(": ")[2] not in known]


def clients_files() -> list[Path]:
    """Where clients' words stand; mails are searched in their own tests, letter by letter."""
    known = (path for path in files("messages") if not {"emails", "domain"} & set(path.parts))
    return [path for path in known if str(path.relative_to(ROOT)) not in FOR_PROGRAMS]


@pytest.mark.parametrize("path", clients_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_clients_read_stands_outside_the_catalogues(path: Path) -> None:
    assert outside(path) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Your details</p>",
        '<img src="x" alt="A room">',
        '<nav aria-label="Main"></nav>',
        '<input placeholder="Name">',
        '<meta name="description" content="Massage in Pittsburgh">',
        '{{ button("Send my request") }}',
        '{{ minutes ~ " minutes left" }}',
        '{% set lead = "Please get help now" %}',
        "<p>{{ _('Hello') }}, {% if a %}as before{% endif %}</p>",
    ],
)
def test_words_outside_of_a_catalogue_are_found_in_templates(markup: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(markup, "utf-8")
    assert list(words_in_template(page))


@pytest.mark.parametrize(
    "markup",
    [
        "<p>{{ _('Your details') }}</p>",
        "<p>{% trans when=at %}Until {{ when }}.{% endtrans %}</p>",
        '<a class="date {{ "date-open" if open }}" href="{{ url_for("site.home") }}">{{ name }}</a>',
        '<meta name="viewport" content="width=device-width">',
        '{% if state == "Not yet" %}{{ icon("left") }}{% endif %}',
    ],
)
def test_what_is_translated_or_only_for_machines_is_not(markup: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(markup, "utf-8")
    assert list(words_in_template(page)) == []


@pytest.mark.parametrize(
    "code",
    [
        'flash("Thank you for coming.")',
        'LABEL = "Your name"',
        'PARTS = ("Morning", "Evening")',
        'x = f"{n} minutes left"',
    ],
)
def test_words_outside_of_a_catalogue_are_found_in_code(code: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(code, "utf-8")
    assert list(words_in_module(module))


@pytest.mark.parametrize(
    "code",
    [
        'flash(_("Thank you for coming."))',
        'LABEL = lazy("Your name")',
        '"""Says what it is."""',
        'KEY = "date_of_birth"',
    ],
)
def test_what_is_translated_or_only_for_programs_is_not(code: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(code, "utf-8")
    assert list(words_in_module(module)) == []


SCRIPTS = sorted((ROOT / "app/static").rglob("*.js"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_nothing_that_the_page_has_not_told_it(path: Path) -> None:
    known = NOT_SAID_BY_SCRIPTS.get(path.name, set())
    assert [words for words in words_in_script(path) if words not in known] == []


@pytest.mark.parametrize(
    "code",
    [
        'dialog.textContent = "No connection: nothing was moved.";',
        'button.textContent = "Close";',
        "here.textContent = `Book ${said(at)}`;",
        "says.textContent = count === 1 ? '1 change just now.' : `${count} changes`;",
        "says.textContent = `${count ? 'Some found' : ''}`;",
        'const text = name.replace(/"/g, ""); const more = "Try again"; // it\'s over',
    ],
)
def test_words_that_a_script_says_by_itself_are_found(code: str, tmp_path: Path) -> None:
    script = tmp_path / "script.js"
    script.write_text(code, "utf-8")
    assert words_in_script(script)


@pytest.mark.parametrize(
    "code",
    [
        "here.textContent = words.book.replace('{}', said(at)); // \"Book 9:45\"",
        'page.querySelectorAll("input, select, [contenteditable]").forEach(fold); /* All of them */',
        'if (event.key === "Escape") document.querySelector(".day-gone li > a").focus();',
        "card.style.transform = `translate(${aside}px, ${down}px)`;",
        'button.className = "button button-quiet";',
    ],
)
def test_what_a_script_takes_from_the_page_or_says_to_programs_is_not(code: str, tmp_path: Path) -> None:
    script = tmp_path / "script.js"
    script.write_text(code, "utf-8")
    assert words_in_script(script) == []
