"""Cells as values: names, addresses, telephones, lengths, notes as people and programs write them. Raises BadCell."""

import re
import unicodedata
from datetime import timedelta

from app.domain.clients import digits_of
from app.domain.imports import Problem, same_name
from app.domain.text import BadText, clean_block, clean_line

_LONGEST_NAME, _LONGEST_EMAIL, _LONGEST_PHONE, LONGEST_NOTES = 120, 254, 40, 20_000
_FEWEST_DIGITS, _MOST_DIGITS = 5, 18
#: What people type where there is nothing.
_NOTHING = frozenset(
    {"", "n a", "na", "none", "no", "null", "nil", "unknown", "no email", "aucun", "inconnu"}
)
#: After a comma in a name, and no first name.
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "rmt", "lmt"})
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]+")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E[+-]?\d+", re.IGNORECASE | re.ASCII)  # how spreadsheets spoil numbers
_BARE_MINUTES = re.compile(r"(\d{1,4})\s*(?:m|min|mins|minute|minutes)?\.?", re.IGNORECASE | re.ASCII)
_HOURS = re.compile(
    r"(\d{1,2})\s*(?:h|hr|hrs|hour|hours|heure|heures|:)\s*(?:(\d{1,2})\s*(?:m|min|mins|minute|minutes)?)?(?::00)?\.?",
    re.IGNORECASE | re.ASCII,
)
_PART_OF_AN_HOUR = re.compile(
    r"(\d{1,2})[.,](\d{1,2})\s*(?:h|hr|hrs|hour|hours|heures)", re.IGNORECASE | re.ASCII
)
LONGEST_SESSION = 12 * 60  # minutes


class BadCell(ValueError):
    """A cell can't be taken over."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def is_nothing(text: str) -> bool:
    """Whether the cell says that there is nothing."""
    return same_name(text) in _NOTHING


def name_of(whole: str, first: str = "", last: str = "") -> str:
    """A name from one cell or from two; "Park, Jo" is turned round."""
    text = f"{first} {last}" if first or last else whole
    before, comma, after = text.partition(",")
    if not (first or last) and comma and before.strip() and same_name(after) not in _SUFFIXES | {""}:
        text = f"{after} {before}" if "," not in after else text
    try:
        name = clean_line(text, _LONGEST_NAME)
    except BadText as error:
        raise BadCell(Problem.BAD_NAME) from error
    if not name:
        raise BadCell(Problem.NO_NAME)
    return name


def email_of(text: str) -> str | None:
    """An address in small letters; none where the cell says that there is none."""
    email = unicodedata.normalize("NFC", text.strip().removeprefix("'").removeprefix("mailto:")).lower()
    if is_nothing(email):
        return None
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email) or not email.isascii():
        raise BadCell(Problem.BAD_EMAIL)
    return email


def phone_of(text: str) -> str | None:
    """A telephone number as it is written, without the apostrophe of spreadsheets; none where the cell has no digit."""
    try:
        phone = clean_line(text.strip().removeprefix("'"), _LONGEST_PHONE)
    except BadText as error:
        raise BadCell(Problem.BAD_PHONE) from error
    digits = digits_of(phone)
    if not digits:
        return None
    if _SCIENTIFIC.fullmatch(phone) or not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        raise BadCell(Problem.BAD_PHONE)
    return phone.removesuffix(".0")


def notes_of(text: str) -> str:
    """Notes, cleaned."""
    try:
        return clean_block(text, LONGEST_NOTES)
    except BadText as error:
        raise BadCell(Problem.BAD_NOTES) from error


def minutes_of(text: str) -> int | None:
    """A length in minutes; none where the cell says nothing."""
    if is_nothing(text):
        return None
    cleaned = text.strip()
    parts = _PART_OF_AN_HOUR.fullmatch(cleaned)
    hours = _HOURS.fullmatch(cleaned)
    bare = _BARE_MINUTES.fullmatch(cleaned.removesuffix(".0"))
    if parts:
        minutes = round(float(f"{parts[1]}.{parts[2]}") * 60)
    elif hours:
        minutes = int(hours[1]) * 60 + int(hours[2] or 0)
    else:
        minutes = int(bare[1]) if bare else 0
    return length_of(timedelta(minutes=minutes))


def length_of(length: timedelta) -> int:
    """The same of a length, which is one of a session."""
    minutes = length // timedelta(minutes=1)
    if not 1 <= minutes <= LONGEST_SESSION:
        raise BadCell(Problem.BAD_LENGTH)
    return minutes
