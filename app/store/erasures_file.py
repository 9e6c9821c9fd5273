"""Who was forgotten, in a file outside the database: one line of numbers and instants each, read again after a restore."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from flask import current_app


class CannotWriteDown(Exception):
    """The file that ERASURES_FILE names can't be written, or can't be understood; the message says which."""


class Fate(StrEnum):
    """What became of a record."""

    ERASED = "erased"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: which stored client (by number and the instant of being stored), what became of it, and when."""

    client_id: int
    created_at: datetime
    fate: Fate
    at: datetime
    until: date | None = None


def path() -> Path:
    """Where the file is."""
    named: Path = current_app.config["SETTINGS"].erasures_file
    return named


def write_down(entries: Iterable[Entry]) -> None:
    """Append them, and return when they are on the disk. Raises CannotWriteDown."""
    lines = "".join(json.dumps(_told(one), sort_keys=True) + "\n" for one in entries)
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _append(descriptor, lines.encode())
        finally:
            os.close(descriptor)
        _sync_folder(file.parent)
    except OSError as error:
        raise CannotWriteDown(f"{file} can't be written: {error.strerror}") from error


def read_entries(file: Path) -> list[Entry]:
    """All lines of such a file, oldest first; none where there is no file. Raises CannotWriteDown.

    A last line without an end was being written when the power went: what it was about has not happened.
    """
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise CannotWriteDown(f"{file} can't be read") from error
    whole = text.split("\n")[:-1]
    found = []
    for number, line in enumerate(whole, 1):
        try:
            found.append(_entry(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise CannotWriteDown(f"{file}: line {number} can't be understood") from error
    return found


def _append(descriptor: int, lines: bytes) -> None:
    os.ftruncate(descriptor, _whole_until())
    while lines:
        lines = lines[os.write(descriptor, lines) :]
    os.fsync(descriptor)


def _whole_until() -> int:
    """Where the last whole line ends; one that was cut off stood for what has not happened."""
    return path().read_bytes().rfind(b"\n") + 1


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _told(one: Entry) -> dict[str, object]:
    return {
        "client": one.client_id,
        "stored": one.created_at.isoformat(),
        "fate": one.fate.value,
        "at": one.at.isoformat(),
        "until": one.until.isoformat() if one.until else None,
    }


def _entry(told: dict[str, str]) -> Entry:
    return Entry(
        client_id=int(told["client"]),
        created_at=datetime.fromisoformat(told["stored"]),
        fate=Fate(told["fate"]),
        at=datetime.fromisoformat(told["at"]),
        until=date.fromisoformat(told["until"]) if told["until"] else None,
    )
