"""Which passwords are too easy to guess, without asking anybody outside."""

import re
from collections.abc import Iterable

from app.domain.said import said

SHORTEST, LONGEST = 12, 128

#: What the passwords that are tried first are made of; longer words first, so that no piece of one is left.
_WORDS = (
    "administrator|basketball|stillpoint|therapist|baseball|bodywork|business|changeme|computer|"
    "december|football|iloveyou|internet|password|passwort|princess|starwars|sunshine|superman|"
    "whatever|booking|charlie|company|default|freedom|january|letmein|massage|michael|pokemon|"
    "testing|therapy|trustno|welcome|abcdef|access|asdfgh|autumn|azerty|batman|cheese|clinic|dragon|"
    "flower|friday|hockey|hunter|jordan|killer|master|monday|monkey|passwd|qazwsx|qwerty|qwertz|"
    "secret|shadow|soccer|spring|summer|winter|zxcvbn|admin|guest|hello|login|abcd|asdf|love|pass|"
    "root|test|this|user|abc|new|spa|the|you|is|me|my"
)
_SEQUENCES = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
    "1q2w3e4r5t6y7u8i9o0p",
    "zaq12wsxcde34rfvbgt5",
)
_LOOKALIKES = str.maketrans("@4310!$57", "aaeioisst")
_COMMON = re.compile(f"(?:{_WORDS})+")
_LEAST_DIFFERENT = 5


def password_problem(password: str, known: Iterable[str] = ()) -> str | None:
    """What is wrong with a password, as a sentence, or None. ``known``: words that go without saying (name, e-mail, practice)."""
    if len(password) < SHORTEST:
        return said(
            "Use at least %(least)s characters. A few unrelated words make a good password.", least=SHORTEST
        )
    if len(password) > LONGEST:
        return said("Use at most %(length)s characters.", length=LONGEST)
    plain = password.casefold()
    if len(set(plain)) < _LEAST_DIFFERENT or _is_sequence(plain):
        return said(
            "That repeats a few characters or a row of keys, which is guessed early. Use a few unrelated words."
        )
    if _is_made_of_common_words(plain):
        return said("That is among the first passwords to be tried. Use a few unrelated words.")
    if any(_gives_away(plain, word) for word in known):
        return said(
            "Leave out your name, your e-mail address and the name of the practice: those are tried first."
        )
    return None


def _is_sequence(plain: str) -> bool:
    """Whether one piece of a row, forwards or backwards, perhaps repeated, makes up most of it."""
    letters = re.sub(r"[^a-z0-9]", "", plain)
    rows = [row for sequence in _SEQUENCES for row in (sequence, sequence[::-1])]
    longest = max((_longest_piece(letters, row) for row in rows), default=0)
    return longest >= max(8, len(plain) - 4) or any(_repeats(plain, size) for size in range(1, 6))


def _repeats(plain: str, size: int) -> bool:
    """Whether it is its first few characters over and over."""
    return (plain[:size] * (len(plain) // size + 1)).startswith(plain)


def _longest_piece(letters: str, row: str) -> int:
    sizes = range(len(letters), 3, -1)
    return next(
        (size for size in sizes for at in range(len(letters) - size + 1) if letters[at : at + size] in row), 0
    )


def _is_made_of_common_words(plain: str) -> bool:
    """Whether hardly anything is left when common words, digits and signs are taken away."""
    for spelled in (plain, plain.translate(_LOOKALIKES)):
        rest = re.sub(r"[^a-z]", "", _COMMON.sub("", spelled))
        if len(rest) < _LEAST_DIFFERENT - 1 and spelled.isascii():
            return True
    return False


def _gives_away(plain: str, word: str) -> bool:
    """Whether little is left of the password when the word is taken away."""
    squeezed = re.sub(r"[\W_]", "", word.casefold())
    return len(squeezed) > 3 and len(re.sub(r"[\W_]", "", plain).replace(squeezed, "")) < 6
