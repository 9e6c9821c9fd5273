"""What may stand in braces in a guidance text and is filled in when the mail is sent; and words that no text may have."""

import difflib
import re
from collections.abc import Mapping

from app.domain.said import said

#: Name -> what it becomes.
PLACEHOLDERS: Mapping[str, str] = {
    "first_name": said("the client's first name"),
    "therapist": said("the therapist's name"),
    "practice": said("the practice's name"),
    "day": said("the day of the session: Tuesday 24 November"),
    "time": said("when the session begins: 2:30 pm"),
    "minutes": said("how many minutes it lasts"),
    "address": said("the address on that day"),
    "phone": said("the practice's telephone"),
    "emergency_number": said("the emergency number"),
    "free_change_until": said("until when a change is free"),
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
    "en": {"therapist": "your therapist", "day": said("the day"), "time": "your time", "practice": "us"},
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
        wrong.append(said("A brace stands alone: placeholders look like {therapist}."))
    spoken = dict.fromkeys(_NEVER[word] for word in _WORD.findall(text.casefold()) if word in _NEVER)
    return wrong + [
        said("We can't promise or speak of %(word)s: please say it without.", word=word) for word in spoken
    ]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; what ``facts`` don't know becomes nothing. Facts are plain text: signs that
    Markdown would read as marks are escaped.
    """
    return _BRACED.sub(
        lambda found: _plain(facts.get(found[1], "")) if found[1] in PLACEHOLDERS else found[0], text
    )


def _no_such(name: str) -> str:
    near = difflib.get_close_matches(name.strip().casefold(), PLACEHOLDERS, 1)
    if near:
        return said("There is no {%(name)s}. Did you mean {%(near)s}?", name=name, near=near[0])
    return said("There is no {%(name)s}. There are %(names)s.", name=name, names=_all_names())


def _all_names() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def _plain(words: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", " ".join(words.split()))
