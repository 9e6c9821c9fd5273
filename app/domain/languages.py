"""The languages that the product speaks."""

from collections.abc import Mapping

#: Code -> what staff call it. Pages and e-mails exist in each.
LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "French"}


def languages_with(own: str) -> Mapping[str, str]:
    """All of them, the practice's own first, also where the product does not speak it."""
    return {own: LANGUAGES.get(own, own), **LANGUAGES}
