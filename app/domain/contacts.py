"""How somebody wants to be written to: how much a mail may say, and in which language."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.languages import LANGUAGES


class Detail(StrEnum):
    """How much the body of a mail may say. PAGE: when and where only; all else stands behind the manage link."""

    FULL = "full"
    PAGE = "page"


#: What those who speak a language call it.
OWN_NAMES: Mapping[str, str] = {"en": "English", "fr": "Français"}


def languages_offered(practice_language: str) -> Mapping[str, str]:
    """What a client may choose from, code to name, the practice's own first; only that one where mails don't exist in it."""
    codes = [practice_language, *(code for code in LANGUAGES if code != practice_language)]
    offered = codes if practice_language in LANGUAGES else codes[:1]
    return {code: OWN_NAMES.get(code, LANGUAGES.get(code, code)) for code in offered}
