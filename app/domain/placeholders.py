"""What may stand in braces in a guidance text and is filled in when the mail is sent; and words that no text may have."""

import difflib
import re
from collections.abc import Mapping

#: Name -> what it becomes.
PLACEHOLDERS: Mapping[str, str] = {
    "first_name": "the client's first name",
    "therapist": "the therapist's name",
    "practice": "the practice's name",
    "day": "the day of the session: Tuesday 24 November",
    "time": "when the session begins: 2:30 pm",
    "minutes": "how many minutes it lasts",
    "address": "the address on that day",
    "phone": "the practice's telephone",
    "emergency_number": "the emergency number",
    "free_change_until": "until when a change is free",
}

#: What a text about bodywork must not promise (reference: domain.md section 5, rule 10). Whole words.
_NEVER = {
    "toxin": "toxins",
    "toxins": "toxins",
    "toxine": "toxines",
    "toxines": "toxines",
    "detox": "detox",
    "detoxify": "detox",
    "détox": "détox",
    "cure": "a cure",
    "cures": "a cure",
    "guérir": "a cure",
    "guérison": "a cure",
}

#: What stands for them where a text is shown to everybody, about no session in particular.
GENERAL: Mapping[str, Mapping[str, str]] = {
    "en": {"therapist": "your therapist", "day": "the day", "time": "your time", "practice": "us"},
    "fr": {"therapist": "votre thérapeute", "day": "le jour", "time": "votre heure", "practice": "nous"},
}

_BRACED = re.compile(r"\{([^{}\n]*)\}")
_WORD = re.compile(r"\w+")


def mistakes_in(text: str) -> list[str]:
    """What is wrong with a text, as sentences; nothing, if it may be saved."""
    unknown = [name for name in _BRACED.findall(text) if name not in PLACEHOLDERS]
    wrong = [_no_such(name) for name in dict.fromkeys(unknown)]
    rest = _BRACED.sub("", text)
    if "{" in rest or "}" in rest:
        wrong.append("A brace stands alone: placeholders look like {therapist}.")
    said = dict.fromkeys(_NEVER[word] for word in _WORD.findall(text.casefold()) if word in _NEVER)
    return wrong + [f"We can't promise or speak of {word}: please say it without." for word in said]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; what ``facts`` don't know becomes nothing. Facts are plain text: signs that
    Markdown would read as marks are escaped.
    """
    return _BRACED.sub(
        lambda found: _plain(facts.get(found[1], "")) if found[1] in PLACEHOLDERS else found[0], text
    )


def _no_such(name: str) -> str:
    near = difflib.get_close_matches(name.strip().casefold(), PLACEHOLDERS, 1)
    hint = f" Did you mean {{{near[0]}}}?" if near else f" There are {_all_names()}."
    return f"There is no {{{name}}}.{hint}"


def _all_names() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def _plain(words: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", " ".join(words.split()))
