"""How somebody wants to be written to: how much a mail may say, and in which language."""

from collections.abc import Sequence
from enum import StrEnum


class Detail(StrEnum):
    """How much the body of a mail may say. PAGE: when and where only; all else stands behind the manage link."""

    FULL = "full"
    PAGE = "page"


def languages_offered(practice_language: str, known: Sequence[str]) -> list[str]:
    """The codes that a client may choose from, the practice's own first; only that one where no mails exist in it."""
    others = [code for code in known if code != practice_language]
    return [practice_language, *others] if practice_language in known else [practice_language]
