"""In which languages the program speaks: catalogues of translations, read as they are written (gettext's .po files)."""

import functools
import re
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from app.domain.said import Said
from app.wording import capital, locale_for

FOLDER = Path(__file__).resolve().parent.parent / "translations"

#: The language that templates and sentences are written in.
WRITTEN = "en"
#: The catalogue of clients is read before the other one of a language: what a message says there holds. For staff theirs is.
CLIENTS, STAFF = "messages.po", "staff.po"


class Speech:
    """How things are said in one language. Messages hold named places: ``%(time)s``; a percent sign is written twice."""

    def __init__(self, language: str, first: str = CLIENTS) -> None:
        self.language = spoken(language)
        self.translations = translations_for(self.language, first)

    def gettext(self, message: str, **values: object) -> str:
        """The message in this language, its places filled."""
        return self.translations.gettext(message) % values

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """The same for a number of things; ``%(num)d`` is the number."""
        return self.translations.ngettext(one, many, num) % {"num": num, **values}

    def say(self, sentence: str) -> str:
        """A sentence of the domain in this language; one that no catalogue has stays as it is, and so does no sentence at all."""
        if isinstance(sentence, Said):
            return self.gettext(sentence.message, **sentence.values)
        return sentence and self.gettext(sentence.replace("%", "%%"))


@functools.cache
def speech_in(language: str, first: str = CLIENTS) -> Speech:
    """How things are said in that language; made once. What the ``first`` catalogue says of a message holds."""
    return Speech(language, first)


@functools.cache
def known_languages() -> tuple[str, ...]:
    """The codes of all that have a catalogue, as pages say them (fr, pt-BR), and of the one that needs none, which comes first."""
    found = sorted(_tag(path.parent.parent.name) for path in FOLDER.glob(f"*/LC_MESSAGES/{CLIENTS}"))
    return (WRITTEN, *(code for code in found if code != WRITTEN))


@functools.cache
def known_as(language: str) -> str | None:
    """The code under which that language is known here: fr-CA may be known as fr; none where it is not."""
    locale = locale_for(language)
    if locale.language != _base(language):
        return None
    names = (_tag(language), _tag(str(locale)), locale.language)
    return next((name for name in names if name in known_languages()), None)


@functools.cache
def own_name(language: str) -> str:
    """What those who speak a language call it: English, Français."""
    name = locale_for(language).get_display_name() or language
    return capital(name)


def spoken(language: str) -> str:
    """The language that a text is written in: this one, or English throughout where there is no catalogue for it."""
    return language if _base(language) == WRITTEN or _catalogues(language) else WRITTEN


@functools.cache
def translations_for(language: str, first: str = CLIENTS) -> NullTranslations:
    """The catalogues of that language as one; for English and for what has none, the messages as they are."""
    spoken_here = NullTranslations()
    for path in sorted(_catalogues(language), key=lambda path: path.name != first):
        known = _read(path)
        if type(spoken_here) is NullTranslations:
            spoken_here = known
        else:
            spoken_here.add_fallback(known)
    return spoken_here


def forget_catalogues() -> None:
    """Read them anew when they are next asked for."""
    for known in (speech_in, known_languages, known_as, own_name, translations_for, _catalogues, _compiled):
        known.cache_clear()


def _read(path: Path) -> Translations:
    return Translations(BytesIO(_compiled(path)))


@functools.cache
def _compiled(path: Path) -> bytes:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    return compiled.getvalue()


def _tag(folder: str) -> str:
    return folder.replace("_", "-")


def _base(language: str) -> str:
    return re.split("[-_]", language)[0]


@functools.cache
def _catalogues(language: str) -> tuple[Path, ...]:
    """Those of the nearest folder: of the country's language, then of the language; the clients' one comes first."""
    locale = locale_for(language)
    for name in (str(locale), locale.language):
        found = sorted(
            (FOLDER / name / "LC_MESSAGES").glob("*.po"), key=lambda path: (path.name != CLIENTS, path.name)
        )
        if found:
            return tuple(found)
    return ()
