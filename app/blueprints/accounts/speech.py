"""What Flask-Security says, in the language of who reads it: it asks an object like this one for every sentence."""

import re
from typing import Any

from app.web.language import Lazy, ngettext

_LASTING = re.compile(r"(\d+) (second|minute|hour|day)s?", re.ASCII)


class LibrarySpeech:
    """Says our sentences for the library's messages; what we have no words for stays as the library has it."""

    @staticmethod
    def gettext(sentence: Any, **values: Any) -> str:
        """The sentence, its places filled; how long something lasts is put into words here."""
        if "within" in values:
            values["within"] = lasting(str(values["within"]))
        if isinstance(sentence, Lazy):
            return sentence.filled(**values)
        return str(sentence) % values if values else str(sentence)

    @staticmethod
    def ngettext(one: str, many: str, num: int, **values: Any) -> str:
        """The same for a number of things."""
        return str(one if num == 1 else many) % {"num": num, **values}

    @staticmethod
    def format_list(parts: list[str], **_how: Any) -> str:
        """Several things, as the library lists them."""
        return ", ".join(parts)


def lasting(words: str) -> str:
    """30 minutes, as the library says it in English."""
    found = _LASTING.fullmatch(words)
    if found is None:
        return words
    number, unit = int(found[1]), found[2]
    if unit == "minute":
        return ngettext("%(num)d minute", "%(num)d minutes", number)
    if unit == "hour":
        return ngettext("%(num)d hour", "%(num)d hours", number)
    if unit == "day":
        return ngettext("%(num)d day", "%(num)d days", number)
    return ngettext("%(num)d second", "%(num)d seconds", number)
