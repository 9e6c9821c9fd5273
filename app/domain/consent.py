"""Consent: what is agreed to before deep work, in which version, and whether what was agreed still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConsentArea:
    """A part of the body that is agreed to, or not, by itself."""

    key: str
    label: _Texts


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of a consent text (Markdown by language); ``approved``: the owner stands for it."""

    id: int  # of the version
    slug: str
    version: int
    body: _Texts
    areas: tuple[ConsentArea, ...]
    approved: bool


def lacks_guardian(guardian: str, *, is_minor: bool) -> bool:
    """Whether a consent can't count yet: for who is under age a parent or guardian agrees."""
    return is_minor and not guardian.strip()


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What a client said yes or no to; kept sealed. ``areas`` by the area's key."""

    areas: Mapping[str, bool]
    draping: str = ""
    stop_word: str = ""
    clothing: str = ""
    guardian: str = ""


class GivenHow(StrEnum):
    """How somebody agreed who did not do so on a page of ours."""

    PAPER = "paper"
    PHONE = "phone"
    IN_PERSON = "in_person"


@dataclass(frozen=True, slots=True)
class Given:
    """That a consent was given to staff: how, and on which date by the practice's clock."""

    how: GivenHow
    on: date


def may_count(given: Given, today: date, withdrawn_on: date | None) -> bool:
    """Whether a consent may be written down: it was given already, and after the client took the last one back.

    Of one that was given on that very day nobody knows whether it was before.
    """
    return given.on <= today and (withdrawn_on is None or given.on > withdrawn_on)
