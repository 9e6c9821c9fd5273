"""What is known of a client beside the name: telephone numbers as people write them, preferences, kinds of notes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

#: A number is told from others by so many of its last digits; what stands before them is a prefix that some leave out.
SIGNIFICANT_DIGITS = 7


class NoteKind(StrEnum):
    """For whom a note is: everybody who sees the client, or who treats."""

    DESK = "desk"
    TREATMENT = "treatment"


class Pressure(StrEnum):
    """How firm a client likes the work."""

    UNKNOWN = ""
    LIGHT = "light"
    MEDIUM = "medium"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a client likes to be treated: pressure, areas to leave out, what to heed for safety."""

    pressure: Pressure = Pressure.UNKNOWN
    avoid: str = ""
    heed: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return self == Preferences()

    def stored(self) -> dict[str, str]:
        """As it is sealed."""
        return {"pressure": self.pressure.value, "avoid": self.avoid, "heed": self.heed}

    @classmethod
    def from_stored(cls, stored: Mapping[str, object]) -> "Preferences":
        """The same back; a pressure of another version counts as unknown."""
        pressure = str(stored.get("pressure", ""))
        known = Pressure(pressure) if pressure in set(Pressure) else Pressure.UNKNOWN
        return cls(known, str(stored.get("avoid", "")), str(stored.get("heed", "")))


def combined(several: Iterable[Preferences]) -> Preferences:
    """What was noted of one person in several places, the first place first: nothing to heed is lost."""
    found = list(several)
    pressure = next((one.pressure for one in found if one.pressure), Pressure.UNKNOWN)
    return Preferences(
        pressure, _each_once(one.avoid for one in found), _each_once(one.heed for one in found)
    )


def _each_once(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def digits_of(text: str | None) -> str:
    """The digits of a text, whatever their script, as 0 to 9."""
    return "".join(str(int(sign)) for sign in text or "" if sign.isdecimal())


def same_phone(first: str | None, second: str | None) -> bool:
    """Whether two ways of writing are one number: spacing, country prefix and a leading zero do not count."""
    shorter, longer = sorted((digits_of(first).lstrip("0"), digits_of(second).lstrip("0")), key=len)
    return len(shorter) >= SIGNIFICANT_DIGITS and longer.endswith(shorter)
