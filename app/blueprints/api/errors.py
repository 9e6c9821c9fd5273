"""What is wrong with a request, as sentences by field."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

#: Names that may be said back; any other belongs to whoever sent it.
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,60}", re.ASCII)


def errors_by_field(messages: Any) -> dict[str, str]:
    """From marshmallow's nested lists to one sentence a field, named like ``client.email``."""
    return dict(_sentences(messages, ()))


def name_to_say(*path: str) -> str:
    """A field's name in an answer; of a name that is not plain only where it stood."""
    return ".".join(part if _NAME.fullmatch(part) else "?" for part in path) or "body"


def _sentences(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for part, inside in messages.items():
            own = () if part in ("_schema", "json", "query") else (str(part),)
            yield from _sentences(inside, (*path, *own))
    else:
        first = messages[0] if isinstance(messages, list) else messages
        yield name_to_say(*path), str(first)
