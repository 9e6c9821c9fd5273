"""Writes a document as TOML text that people like to read: long texts on lines of their own, small tables in one line."""

import json
from collections.abc import Iterator, Mapping
from datetime import date

_LONG = 88
#: Lists of tables that are worth a headline each; the others stand in one line each.
_HEADED = frozenset(
    {
        "location",
        "address",
        "technique",
        "guidance_plan",
        "step",
        "service",
        "duration",
        "therapist",
        "guide",
        "policy",
        "screening_set",
        "question",
        "consent_text",
    }
)


def toml_text(document: Mapping[str, object]) -> str:
    """The document as a TOML file."""
    return "\n".join(_lines(document, "")).strip() + "\n"


def _lines(table: Mapping[str, object], path: str) -> Iterator[str]:
    for key, value in table.items():
        if not _is_headed(key, value, path):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if _is_headed(key, value, path):
            yield from _headed(f"{path}.{key}" if path else key, value)


def _is_headed(key: str, value: object, path: str) -> bool:
    if isinstance(value, Mapping):
        return not path or key in _HEADED
    return key in _HEADED and isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _headed(path: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from ("", f"[{path}]", *_lines(value, path))
    elif isinstance(value, list):
        for item in value:
            yield from ("", f"[[{path}]]", *_lines(item, path))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return _list(value)
    return str(value)


def _list(values: list[object]) -> str:
    items = [_value(value) for value in values]
    line = f"[{', '.join(items)}]"
    if len(line) <= _LONG and not any(isinstance(value, Mapping) for value in values):
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _text(text: str) -> str:
    if "\n" not in text or not _is_plain(text):
        return _quoted(text)
    escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return f'"""\n{escaped.removesuffix(chr(34))}\\""""' if escaped.endswith('"') else f'"""\n{escaped}"""'


def _is_plain(text: str) -> bool:
    return all(character == "\n" or character.isprintable() for character in text)


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else _quoted(key)
