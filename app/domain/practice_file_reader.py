"""Reads one table of a practice file key by key, and notes everything that is wrong instead of stopping at the first."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from app.domain.practice_file_document import FileError, Node, shown

MISSING = "is missing"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
LONGEST_LIST = 1000


class Table:
    """One table being read. Each method takes a key off it; what nobody asked for is an error when it is closed."""

    def __init__(self, node: Node, errors: list[FileError], language: str = "en") -> None:
        self.node = node
        self.errors = errors
        self.language = language
        self._asked: set[str] = set()

    def place(self, key: str) -> str:
        """Where the key stands, or would."""
        prefix = (
            f"{self.node.path}." if self.node.path and not self.node.path.endswith(": ") else self.node.path
        )
        return self.node.places.get(key, f"{prefix}{key}")

    def refuse(self, key: str, reason: str) -> None:
        """Note what is wrong with a key."""
        self.errors.append(FileError(self.place(key), reason))

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        return key in self.node

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.node:
            if key not in self._asked:
                self.refuse(key, "is not a key that a practice file knows here")

    def value(self, key: str) -> object:
        """The value as it stands; None when absent."""
        self._asked.add(key)
        return self.node.get(key)

    def line(self, key: str, limit: int, required: bool = False) -> str | None:
        """One line of text; empty counts as none."""
        text = self.text(key, limit)
        if text is not None and "\n" in text:
            self.refuse(key, "must be a single line")
            return None
        text = " ".join(text.split()) if text else None
        if not text and required and not self._is_refused(key):
            self.refuse(key, MISSING)
        return text or None

    def text(self, key: str, limit: int) -> str | None:
        """Text of one or more lines, trimmed; empty counts as none."""
        value = self.value(key)
        if value is None:
            return None
        return self._checked_text(self.place(key), value, limit)

    def texts(self, key: str, limit: int, required: bool = False) -> dict[str, str]:
        """A text per language: text alone is in the practice's language."""
        value = self.value(key)
        found = self.texts_of(value, self.place(key), limit)
        if required and not found and not self._is_refused(key):
            self.refuse(key, MISSING)
        return found

    def texts_of(self, value: object, place: str, limit: int) -> dict[str, str]:
        """A text per language, of a value that stands at ``place``."""
        if value is None:
            return {}
        given = value if isinstance(value, Mapping) else {self.language: value}
        found = {}
        for language, text in given.items():
            if not _LANGUAGE.fullmatch(str(language)):
                self.errors.append(
                    FileError(place, f"{shown(language)} is not a language such as en or fr-CA")
                )
                continue
            checked = self._checked_text(place, text, limit)
            if checked:
                found[str(language)] = checked
        return found

    def list_of_texts(self, key: str, limit: int) -> tuple[dict[str, str], ...]:
        """Texts, each per language."""
        place = self.place(key)
        read = (
            self.texts_of(item, f"{place}[{index}]", limit) for index, item in enumerate(self.listed(key))
        )
        return tuple(texts for texts in read if texts)

    def slug(self, key: str = "slug", required: bool = True, limit: int = 60) -> str:
        """A name in lower case letters, digits and single hyphens; empty when it is wrong or absent."""
        text = self.line(key, limit, required)
        if text and not _SLUG.fullmatch(text):
            self.refuse(
                key,
                f"{shown(text)} is not a name in small letters, digits and hyphens, such as psoas-release",
            )
            return ""
        return text or ""

    def slugs(self, key: str) -> tuple[str, ...]:
        """Several such names, in alphabetical order."""
        found = []
        for index, item in enumerate(self.listed(key)):
            if isinstance(item, str) and _SLUG.fullmatch(item) and len(item) <= 60:
                found.append(item)
            else:
                reason = f"{shown(item)} is not a name in small letters, digits and hyphens"
                self.errors.append(FileError(f"{self.place(key)}[{index}]", reason))
        return tuple(sorted(set(found)))

    def words(self, key: str, limit: int) -> tuple[str, ...]:
        """Several words or short phrases, in alphabetical order."""
        place = self.place(key)
        read = (
            self._checked_text(f"{place}[{index}]", item, limit)
            for index, item in enumerate(self.listed(key))
        )
        return tuple(sorted({" ".join(text.split()) for text in read if text}))

    def whole(self, key: str, least: int, most: int, step: int = 1) -> int | None:
        """A whole number within bounds; None when absent or wrong."""
        value = self.value(key)
        if value is None:
            return None
        place = self.place(key)
        return self.whole_of(value, place, least, most, step)

    def whole_of(self, value: object, place: str, least: int, most: int, step: int = 1) -> int | None:
        """A whole number within bounds, of a value that stands at ``place``."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.errors.append(FileError(place, f"must be a whole number, not {shown(value)}"))
        elif not least <= value <= most:
            self.errors.append(FileError(place, f"must be between {least} and {most}, not {shown(value)}"))
        elif value % step:
            self.errors.append(FileError(place, f"must be a multiple of {step}, not {value}"))
        else:
            return value
        return None

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.value(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.refuse(key, f"must be true or false, not {shown(value)}")
        return default

    def choice(self, key: str, options: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self.value(key)
        if value is None:
            return default
        if isinstance(value, str) and value in options:
            return value
        self.refuse(key, f"must be one of {', '.join(options)}, not {shown(value)}")
        return default

    def day(self, key: str) -> date | None:
        """A date such as 2027-02-01."""
        value = self.value(key)
        if value is None:
            return None
        if (
            isinstance(value, date)
            and not isinstance(value, datetime)
            and _FIRST_YEAR <= value.year <= _LAST_YEAR
        ):
            return value
        self.refuse(
            key, f"must be a date such as 2027-02-01 (without quotation marks), not {shown_moment(value)}"
        )
        return None

    def moment(self, key: str) -> date | datetime | None:
        """A date, or a date with time and offset such as 2027-02-01T13:00:00-05:00."""
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, datetime) and (
            value.tzinfo is None or not _FIRST_YEAR < value.year < _LAST_YEAR
        ):
            self.refuse(key, "must have an offset and a year of our time, such as 2027-02-01T13:00:00-05:00")
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else self.day(key)

    def clock(self, key: str) -> time | None:
        """A time of day: "06:00", "6:00 PM", "24:00"; midnight at the end of a day is 00:00. 12PM is noon."""
        value = self.value(key)
        if value is None:
            self.refuse(key, MISSING)
            return None
        found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 12 else None
        at = _time_of_day(found) if found else None
        if isinstance(value, time) and value.tzinfo is None:
            at = value
        if at is None:
            self.refuse(key, f'must be a time such as "09:00", not {shown_moment(value)}')
        elif not on_grid(at):
            self.refuse(key, f'must be on a step of five minutes such as "09:05", not {shown_moment(value)}')
            return None
        return at

    def table(self, key: str) -> "Table | None":
        """A table within this one."""
        value = self.value(key)
        if value is None or isinstance(value, Node):
            return None if value is None else Table(value, self.errors, self.language)
        self.refuse(key, "must be a table")
        return None

    def tables(self, key: str) -> list["Table"]:
        """A list of tables within this one."""
        found = []
        for index, item in enumerate(self.listed(key)):
            if isinstance(item, Node):
                found.append(Table(item, self.errors, self.language))
            else:
                self.errors.append(
                    FileError(f"{self.place(key)}[{index}]", f"must be a table, not {shown(item)}")
                )
        return found

    def listed(self, key: str) -> list[object]:
        """A list, whatever is in it; empty when absent or wrong."""
        value = self.value(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(key, f"must be a list, not {shown(value)}")
            return []
        if len(value) > LONGEST_LIST:
            self.refuse(key, f"is too long: at most {LONGEST_LIST} entries")
            return []
        return value

    def _checked_text(self, place: str, value: object, limit: int) -> str | None:
        reason = _why_no_text(value, limit)
        if reason or not isinstance(value, str):
            self.errors.append(FileError(place, reason))
            return None
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip() or None

    def _is_refused(self, key: str) -> bool:
        return any(error.key == self.place(key) for error in self.errors)


def on_grid(at: time | datetime) -> bool:
    """Whether a time lies on the five minutes that everything is planned in."""
    return not (at.minute % 5 or at.second or at.microsecond)


def shown_moment(value: object) -> str:
    """A value in a sentence, dates as people write them in the file."""
    return value.isoformat() if isinstance(value, date | time) else shown(value)


def _why_no_text(value: object, limit: int) -> str:
    if not isinstance(value, str):
        return f"must be text in quotation marks, not {shown_moment(value)}"
    if len(value) > limit:
        return f"is too long: at most {limit} characters"
    if any(_is_unfit(character) for character in value):
        return "contains characters that can't be stored (control characters or half characters)"
    return ""


def _is_unfit(character: str) -> bool:
    if character in "\n\r\t":
        return False
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or character in "\u202a\u202b\u202c\u202d\u202e\ufeff"
    )


def _time_of_day(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    elif found["minute"] is None:
        return None
    if hour == 24 and minute == 0:
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
