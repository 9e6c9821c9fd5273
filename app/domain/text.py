"""What people type, made safe to keep: normal form, no control characters, no lone surrogates, bounded length."""

import unicodedata

from app.domain.said import Said, said

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_SEEN = "LNPS"  # letters, numbers, punctuation, signs


class BadText(ValueError):
    """What was typed can't be kept; the message is a sentence for the person who typed it."""


def clean_line(value: str, limit: int) -> str:
    """One line: white space folded to single blanks, trimmed; empty where nothing of it can be seen. Raises BadText."""
    if len(value) > limit * 4:
        raise BadText(_too_long(limit))
    line = " ".join(_clean(" ".join(value.split()), limit).split())
    return line if any(unicodedata.category(character)[0] in _SEEN for character in line) else ""


def clean_block(value: str, limit: int) -> str:
    """Several lines: line ends made equal, trimmed. Raises BadText."""
    return _clean(value.replace("\r\n", "\n").replace("\r", "\n"), limit, allowed="\n\t").strip()


def folded(name: str) -> str:
    """How names are compared: case, accents' encoding and spacing do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _clean(value: str, limit: int, allowed: str = "\t") -> str:
    if len(value) > limit * 4:
        raise BadText(_too_long(limit))
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadText(said("That contains characters that can't be stored. Please type it again."))
    text = "".join(
        character for character in unicodedata.normalize("NFC", value) if _is_kept(character, allowed)
    )
    if len(text) > limit:
        raise BadText(_too_long(limit))
    return text


def _too_long(limit: int) -> Said:
    return said("That is too long: at most %(limit)s characters, please.", limit=limit)


def _is_kept(character: str, allowed: str) -> bool:
    if character in allowed:
        return True
    if character in _BIDI_CONTROLS or character in "\u2028\u2029\ufeff":
        return False
    return unicodedata.category(character) not in ("Cc", "Cn", "Cs")
