"""The catalogues as they stand, and the messages and files that each is made of (translations/README.md)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.util import pathmatch

from app.languages import FOLDER
from tests.support.run import ROOT

#: Which catalogue is made by which list of places.
LISTS = {"messages": "babel.cfg", "staff": "staff.cfg"}
#: Besides gettext's own; translations/README.md names the same.
_KEYWORDS = DEFAULT_KEYWORDS | {"lazy": None, "said": None, "_in": (1,)}
_PLACE = re.compile(r"%\(\w+\)[sd]")


def catalogue(name: str) -> Catalog:
    """One language's, that is read by clients ("fr/messages") or staff ("fr/staff")."""
    with _file(name).open("rb") as file:
        return read_po(file)


@cache
def written(name: str) -> frozenset[str]:
    """Every message that stands in the places of a catalogue, found as translations/README.md says."""
    ways, options = _list(name)
    found = extract_from_dir(
        ROOT,
        ways,
        options,
        keywords=_KEYWORDS,
        directory_filter=lambda folder: not Path(folder).name.startswith("."),
    )
    return frozenset(message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found)


def files(name: str) -> list[Path]:
    """The modules and templates of a catalogue."""
    ways, _ = _list(name)
    known = [path for folder in ("app", "templates") for path in sorted((ROOT / folder).rglob("*.*"))]
    return [path for path in known if _way(str(path.relative_to(ROOT)), ways) in ("python", "jinja2")]


def kept(name: str) -> bool:
    """Whether a catalogue ("fr/staff") is there: that of staff may be missing."""
    return _file(name).exists()


def messages(name: str) -> Iterator[Message]:
    """Those of a catalogue ("fr/staff") without its head."""
    return (message for message in catalogue(name) if message.id)


def _file(name: str) -> Path:
    language, _, one = name.partition("/")
    return FOLDER / language.replace("-", "_") / "LC_MESSAGES" / f"{one}.po"


def singular(message: Message) -> str:
    """What stands in the code."""
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def strings(message: Message) -> list[str]:
    """What is said, once or by number."""
    return list(message.string) if isinstance(message.string, (tuple, list)) else [message.string or ""]


def places(text: str) -> set[str]:
    """What a message has filled in: %(time)s."""
    return set(_PLACE.findall(text))


def without_places(text: str) -> str:
    """The words alone."""
    return _PLACE.sub("x", text)


def _list(name: str) -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    with (FOLDER / LISTS[name]).open() as file:
        ways, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    return ways, options


def _way(path: str, ways: list[tuple[str, str]]) -> str | None:
    return next((method for pattern, method in ways if pathmatch(pattern, path)), None)
