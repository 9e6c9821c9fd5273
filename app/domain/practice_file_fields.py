"""Fields that several parts of a practice file have: e-mail addresses, short keys, lists of tables."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from app.domain.practice_file_reader import Table

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_KEY = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_ANY_LINE = 2000

Entry = TypeVar("Entry")


def each(table: Table, key: str, read: Callable[[Table], Entry | None]) -> Iterator[Entry]:
    """The entries of a list of tables; None for one that is too wrong to keep."""
    for inner in table.tables(key):
        entry = read(inner)
        inner.close()
        if entry is not None:
            yield entry


def matching(table: Table, key: str, limit: int, pattern: re.Pattern[str], reason: str) -> str | None:
    """One line that has a certain form."""
    text = table.line(key, _ANY_LINE)
    if text and (len(text) > limit or not pattern.fullmatch(text)):
        table.refuse(key, reason)
        return None
    return text


def key_of(table: Table, key: str, limit: int = 40) -> str | None:
    """A short key in small letters."""
    return matching(table, key, limit, _KEY, "must be small letters, digits and hyphens")


def keys_of(table: Table, key: str) -> tuple[str, ...]:
    """Several such keys, in alphabetical order."""
    found = [
        item
        for item in table.listed(key)
        if isinstance(item, str) and len(item) <= 40 and _KEY.fullmatch(item)
    ]
    if len(found) < len(table.listed(key)):
        table.refuse(key, "must be a list of keys in small letters")
    return tuple(sorted(set(found)))


def email_of(table: Table) -> str | None:
    """The key ``email``."""
    return matching(table, "email", 254, _EMAIL, "must be an e-mail address")
