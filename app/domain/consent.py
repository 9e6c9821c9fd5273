"""Consent: what is agreed to before deep work, in which version, and whether what was agreed still holds."""

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What a client said yes or no to; kept sealed. ``areas`` by the area's key."""

    areas: Mapping[str, bool]
    draping: str = ""
    stop_word: str = ""
    clothing: str = ""
    guardian: str = ""
