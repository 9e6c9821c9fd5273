"""A practice file before it means anything: TOML read, every key's place known, parts laid over each other."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LARGEST_FILE = 512 * 1024
_DEEPEST = 12
_SHOWN = 60
_PLACE = re.compile(r"^(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)$", re.DOTALL)
_AT_END = re.compile(r"^(?P<what>.*) \(at end of document\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileError:
    """What is wrong in a practice file: the key's place (``service[1].duration[0].minutes``) and the reason."""

    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}" if self.key else self.reason


class BadPracticeFile(ValueError):
    """The file can't be used; ``errors`` has all that is wrong with it, in the file's order."""

    def __init__(self, errors: Iterable[FileError]) -> None:
        self.errors = tuple(dict.fromkeys(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


class Node(dict[str, object]):
    """A table of a practice file that knows where it and each of its keys stand."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.places: dict[str, str] = {}

    def put(self, key: str, value: object, place: str) -> None:
        """Set a key, remembering where it stands."""
        self[key] = value
        self.places[key] = place

    def without(self, key: str) -> "Node":
        """The same table less one key."""
        rest = Node(self.path)
        for name, value in self.items():
            if name != key:
                rest.put(name, value, self.places[name])
        return rest


def read_toml(raw: bytes, name: str = "") -> Node:
    """The tables of a TOML file, with their places (prefixed by ``name`` for an included file). Raises BadPracticeFile."""
    if len(raw) > LARGEST_FILE:
        raise BadPracticeFile([FileError(name, f"the file is too large: at most {LARGEST_FILE // 1024} kB")])
    try:
        return placed(tomllib.loads(raw.decode("utf-8-sig")), name)
    except UnicodeDecodeError as error:
        raise BadPracticeFile(
            [FileError(name, f"the file is not UTF-8 text (at byte {error.start + 1})")]
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise BadPracticeFile([_syntax_error(str(error), name)]) from error
    except RecursionError as error:
        raise BadPracticeFile([FileError(name, "the file is nested too deeply")]) from error
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        if isinstance(error, BadPracticeFile):
            raise
        raise BadPracticeFile(
            [FileError(name, "the file holds a number or date that can't be read")]
        ) from error


def placed(values: Mapping[str, object], name: str = "") -> Node:
    """Tables (as tomllib gives them) with their places. Raises BadPracticeFile when they are nested too deeply."""
    return _placed(values, f"{name}: " if name else "", 0)


def example_of(document: Node) -> Node:
    """The ``[example]`` part; empty when there is none. Raises BadPracticeFile when it is no table."""
    example = document.get("example", Node("example"))
    if not isinstance(example, Node):
        raise BadPracticeFile([FileError("example", "must be a table")])
    return example


def laid_over(upper: Node, lower: Node) -> Node:
    """Both tables as one: ``upper`` wins, ``lower`` fills in what is missing; lists of tables with a slug meet by slug."""
    together = Node(upper.path)
    for key, value in upper.items():
        together.put(key, _over(value, lower.get(key)), upper.places[key])
    for key, value in lower.items():
        if key not in upper:
            together.put(key, value, lower.places[key])
    return together


def joined(document: Node, included: Sequence[Node]) -> Node:
    """The document with the lists of included files put behind its own."""
    together = document
    for part in included:
        together = laid_over(together, part)
    return together


def shown(value: object) -> str:
    """A value in a sentence: short, printable, whatever it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 10**15:
        return "a number that large"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    if isinstance(value, str) and value.isprintable():
        text = f"“{value}”"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _placed(values: Mapping[str, object], path: str, depth: int) -> Node:
    if depth > _DEEPEST:
        raise BadPracticeFile([FileError("", "the file is nested too deeply")])
    node = Node(path.removesuffix("."))
    for key, value in values.items():
        place = f"{path}{_key_shown(key)}"
        node.put(str(key), _placed_value(value, place, depth), place)
    return node


def _placed_value(value: object, place: str, depth: int) -> object:
    if isinstance(value, Mapping):
        return _placed(value, f"{place}.", depth + 1)
    if isinstance(value, list):
        if depth > _DEEPEST:
            raise BadPracticeFile([FileError("", "the file is nested too deeply")])
        return [_placed_value(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
    return value


def _key_shown(key: object) -> str:
    text = str(key)
    plain = text if text.isprintable() else ascii(text)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def _over(upper: object, lower: object) -> object:
    if isinstance(upper, Node) and isinstance(lower, Node):
        return laid_over(upper, lower)
    if isinstance(upper, list) and isinstance(lower, list) and _have_slugs(upper) and _have_slugs(lower):
        return _lists_met(upper, lower)
    return upper


def _have_slugs(items: list[object]) -> bool:
    return bool(items) and all(isinstance(item, Node) and isinstance(item.get("slug"), str) for item in items)


def _lists_met(upper: list[object], lower: list[object]) -> list[object]:
    below = {item["slug"]: item for item in lower if isinstance(item, Node)}
    above = [item for item in upper if isinstance(item, Node)]
    met: list[object] = [laid_over(item, below.get(item["slug"], Node(item.path))) for item in above]
    named = {item["slug"] for item in above}
    return met + [item for item in lower if isinstance(item, Node) and item["slug"] not in named]


def _syntax_error(message: str, name: str) -> FileError:
    found = _PLACE.match(message)
    at_end = _AT_END.match(message)
    if found:
        place, what = f"line {found['line']}, column {found['column']}", found["what"]
    elif at_end:
        place, what = "the end of the file", at_end["what"]
    else:
        place, what = "the file", message
    printable = what if what.isprintable() else ascii(what)
    return FileError(f"{name}: {place}" if name else place, f"this is not TOML: {printable[:200]}")
