"""Mails in the reader's language: catalogues of translations, read as they are written (gettext's .po files)."""

import functools
import re
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from app.wording import locale_for

FOLDER = Path(__file__).resolve().parent.parent.parent / "translations"

#: The language that the templates are written in.
WRITTEN = "en"


class Speech:
    """How things are said in one language. Messages hold named places: ``%(time)s``."""

    def __init__(self, language: str) -> None:
        self.language = spoken(language)
        self.translations = translations_for(self.language)

    def gettext(self, message: str, **values: object) -> str:
        """The message in this language, its places filled."""
        return self.translations.gettext(message) % values

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """The same for a number of things; ``%(num)d`` is the number."""
        return self.translations.ngettext(one, many, num) % {"num": num, **values}


def spoken(language: str) -> str:
    """The language that a mail is written in: this one, or English throughout where there is no catalogue for it."""
    is_english = re.split("[-_]", language)[0] == WRITTEN
    return language if is_english or _catalogue(language) else WRITTEN


@functools.cache
def translations_for(language: str) -> NullTranslations:
    """The catalogue of that language; for English and for what has none, the messages as they are."""
    path = _catalogue(language)
    if path is None:
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled)


@functools.cache
def _catalogue(language: str) -> Path | None:
    """The nearest one: of the country's language, then of the language."""
    locale = locale_for(language)
    places = (FOLDER / name / "LC_MESSAGES" / "messages.po" for name in (str(locale), locale.language))
    return next((place for place in places if place.is_file()), None)
