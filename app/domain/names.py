"""Finding people by what is typed of them: letters in threes to look them up by, and how well somebody fits."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.clients import digits_of

#: Letters that have no accent to lose, as people type them on a keyboard without.
_SPELT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
_APOSTROPHES = re.compile("['\u2019\u02bc`\u00b4]")
_WORD = re.compile(r"[^\W_]+")
_FIRST_AND_LAST = "~"
#: Digits of telephones as capitals, which names never hold: three of a number are not three of an address.
_MARKED = str.maketrans("0123456789", "ABCDEFGHIJ")
_NOBODY = frozenset({"~~~"})  # who has neither letters nor digits has been looked at all the same
_MOST_WORDS, _LONGEST_WORD, _LONGEST_NUMBER = 8, 24, 15
_FEWEST_LETTERS, _FEWEST_DIGITS = 2, 3
_REFERENCE = re.compile(r"([A-Z0-9]{1,6})?[-\s]?([2-9BCDFGHJKMNPQRTVWX]{5})", re.ASCII)
#: How well one word fits another, from 1 (the same) down.
_SAME, _BEGINS, _WITHIN, _JOINED, _NEAR, _EACH_SLIP = 1.0, 0.92, 0.7, 0.88, 0.8, 0.15
#: Who fits in part only comes after everybody who fits.
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: words of a name or an address, digits of a telephone, how a reference would be written.

    ``looked_for``: the words that lead to somebody; half the world shares what follows the @.
    """

    words: tuple[str, ...] = ()
    looked_for: tuple[str, ...] = ()
    digits: str = ""
    reference: str | None = None

    @property
    def is_too_short(self) -> bool:
        """Whether too little was typed to look for anybody."""
        return not self.digits and all(len(word) < _FEWEST_LETTERS for word in self.looked_for)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be meant."""

    name: str
    email: str | None = None
    phone: str | None = None


def asked(text: str, short_code: str = "") -> Asked:
    """What somebody typed into the search box. A lone code is read as a reference of the practice, too."""
    digits = digits_of(text)
    if len(digits) >= _FEWEST_DIGITS and not any(sign.isalpha() for sign in text):
        return Asked(digits=digits[:_LONGEST_NUMBER], reference=_reference(text, short_code))
    box, at, domain = text.partition("@")
    words = [*_words(box), *_domain_words(at + domain)] if at else _words(box)
    looked_for = tuple(_words(box) or words)
    return Asked(tuple(words[:_MOST_WORDS]), looked_for=looked_for, reference=_reference(text, short_code))


def grams_of(name: str, email: str | None, phone: str | None) -> frozenset[str]:
    """What somebody is found by: three letters in a row of name and address, three digits in a row of the telephone."""
    box = (email or "").partition("@")[0]
    found = {gram for word in _words(name) for gram in _grams(word)}
    found |= {gram for word in _words(box) for gram in _threes(f" {word} ")}
    # What follows the @ is shared by half the world: its beginning will do.
    found |= {gram for word in _domain_words(email or "") for gram in _threes(f" {word[:3]}")}
    found |= _number_grams(digits_of(phone)[-_LONGEST_NUMBER:])
    return frozenset(found) or _NOBODY


def grams_asked(wanted: Asked) -> frozenset[str]:
    """What to look for. A word may go on after what was typed of it; nobody's words of one letter are worth the way."""
    if wanted.digits:
        return _number_grams(wanted.digits) | _number_grams(wanted.digits.lstrip("0"))
    words = [word for word in wanted.looked_for if len(word) >= _FEWEST_LETTERS]
    return frozenset(gram for word in words for gram in _grams(word))


def phone_grams(phone: str | None) -> frozenset[str]:
    """The last three digits: who has them may have the same number, and few have them."""
    return _number_grams(digits_of(phone)[-3:])


def fit(wanted: Asked, person: Person) -> float | None:
    """How well somebody fits what was typed, at most 1; none where they do not. Half of it at least for a part."""
    if wanted.digits:
        return (
            _SAME if _has_digits(wanted.digits, digits_of(person.phone)) else _digits_in_email(wanted, person)
        )
    own = [
        *_words(person.name),
        *_words((person.email or "").partition("@")[0]),
        *_domain_words(person.email or ""),
    ]
    each = _matched(wanted.words, own)
    score = sum(each) / len(each) if each else 0.0
    if all(each):
        return score + _bonus(wanted, person)
    if "".join(_words(person.name)).startswith("".join(wanted.words)) and wanted.words:
        return _JOINED
    strong = sum(
        1 for one, word in zip(each, wanted.words, strict=True) if one and len(word) > _FEWEST_LETTERS
    )
    return score * _HALF if strong * 2 >= len(wanted.words) else None


def is_whole(score: float) -> bool:
    """Whether everything that was typed fits, not a part only."""
    return score > _HALF


def marked(name: str, wanted: Asked) -> list[tuple[str, bool]]:
    """A name or an address in pieces, each with whether it is what was typed."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for word in re.finditer(r"[^\s.@_-]+", name):
        until = word.start() + _fitting(word[0], wanted.words)
        if until > word.start():
            pieces += [(name[at : word.start()], False), (name[word.start() : until], True)]
            at = until
    return [piece for piece in [*pieces, (name[at:], False)] if piece[0]]


def marked_number(phone: str, wanted: Asked) -> list[tuple[str, bool]]:
    """A telephone number in the same kind of pieces."""
    places = [at for at, sign in enumerate(phone) if sign.isdecimal()]
    own, bare = digits_of(phone), wanted.digits.lstrip("0")
    first = next((own.find(one) for one in (wanted.digits, bare) if one and one in own), -1)
    if first < 0:
        return [(phone, False)]
    begin, end = places[first], places[first + len(wanted.digits if wanted.digits in own else bare) - 1] + 1
    pieces = [(phone[:begin], False), (phone[begin:end], True), (phone[end:], False)]
    return [piece for piece in pieces if piece[0]]


def alike(first: str, second: str) -> bool:
    """Whether two names may be one person's: a slip or two apart, in another order, or with a name left out."""
    one, other = sorted((_words(first), _words(second)), key=len)
    if not one or len(_matched(one, other)) == 0:
        return False
    return all(_matched(one, other)) and (len(one) == len(other) or len(one) > 1 or len(other) == 1)


def plain(text: str) -> str:
    """Letters and digits without case, accents and apostrophes."""
    if text.isascii():  # nearly everybody, and there are hundreds to look at for one answer
        return text.lower().replace("'", "").replace("`", "")
    bare = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold().translate(_SPELT))
    return "".join(sign for sign in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(sign))


def _words(text: str) -> list[str]:
    return [word[:_LONGEST_WORD] for word in _WORD.findall(plain(text[:400]))][: 2 * _MOST_WORDS]


def _domain_words(email: str) -> list[str]:
    """The words after the @ but the last one, which says nothing."""
    _, _, domain = email.partition("@")
    words = _words(domain)
    return words[:-1] if len(words) > 1 else words


def _reference(text: str, short_code: str) -> str | None:
    found = _REFERENCE.fullmatch(text.strip().upper())
    return f"{found[1] or short_code.upper()}-{found[2]}" if found else None


def _grams(word: str) -> Iterator[str]:
    """The first letter with the last one, too: they stay where they are when two in the middle are swapped."""
    yield from _threes(f" {word} ")
    yield _FIRST_AND_LAST + word[0] + word[-1]


def _threes(text: str) -> Iterator[str]:
    return (text[at : at + 3] for at in range(len(text) - 2))


def _number_grams(digits: str) -> frozenset[str]:
    return frozenset(_threes(digits.translate(_MARKED)))


def _has_digits(wanted: str, own: str) -> bool:
    """Anywhere in the number; of a longer one than is kept, such as one with a country prefix, its end."""
    if not own:
        return False
    bare, kept = wanted.lstrip("0"), own.lstrip("0")
    return (
        wanted in own
        or (len(bare) >= _FEWEST_DIGITS and bare in own)
        or (len(kept) > 6 and bare.endswith(kept))
    )


def _digits_in_email(wanted: Asked, person: Person) -> float | None:
    return _WITHIN if wanted.digits in (person.email or "") else None


def _matched(words: Sequence[str], own: Iterable[str]) -> list[float]:
    """How well each word fits its best counterpart, each of which serves once; 0 where there is none."""
    left, found = list(own), []
    for word in words:
        best, at = max(((_likeness(word, other), -at) for at, other in enumerate(left)), default=(0.0, 0))
        found.append(best)
        if best:
            left.pop(-at)
    return found


def _bonus(wanted: Asked, person: Person) -> float:
    """A little more for whose name begins so."""
    own = plain(person.name).split()[:1]
    return 0.01 if own and wanted.words and own[0].startswith(wanted.words[0]) else 0.0


@lru_cache(maxsize=8192)
def _likeness(word: str, other: str) -> float:
    if word == other:
        return _SAME
    if other.startswith(word):
        return _BEGINS
    if len(word) > _FEWEST_LETTERS and word in other:
        return _WITHIN
    allowed = _slips_allowed(word)
    if not allowed:
        return 0.0
    slips = min(
        _slips(word, other, allowed), *(_slips(word, other[:end], allowed) for end in _ends(word, other))
    )
    return _NEAR - _EACH_SLIP * slips if slips <= allowed else 0.0


def _ends(word: str, other: str) -> list[int]:
    """Where the counterpart may be cut: what is typed may be only its beginning; the first two never bend so far."""
    lengths = (len(word) - 1, len(word), len(word) + 1)
    return [end for end in lengths if _FEWEST_DIGITS < end < len(other)] or [len(other)]


def _slips_allowed(word: str) -> int:
    if len(word) < _FEWEST_DIGITS:
        return 0
    return 1 if len(word) < 7 else 2


def _slips(word: str, other: str, most: int) -> int:
    """How many letters are missing, too many, wrong or swapped with their neighbour; more than ``most`` is not counted on."""
    if abs(len(word) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        line = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and (letter, word[row - 2]) == (other[column - 2], its):
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]


def _fitting(word: str, asked_for: Iterable[str]) -> int:
    """How many signs from the word's beginning are to be marked."""
    own = plain(word)
    best = max(asked_for, key=lambda one: _likeness(one, own), default="")
    likeness = _likeness(best, own)
    if not likeness:
        return 0
    return len(best) if likeness == _BEGINS and len(own) == len(word) else len(word)
