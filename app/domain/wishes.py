"""What a client wants of a session and of who gives it. These wishes bind; they are kept sealed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Gender(StrEnum):
    """Whom a client wants to be treated by: three answers, so that "no preference" is one that people can give."""

    FEMALE = "female"
    MALE = "male"
    ANY = "any"


class Chaperone(StrEnum):
    """A second person of the practice in the room: not spoken of, declined, or wanted."""

    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    WANTED = "wanted"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything that binds a session. ``tools``: hands only, or tools too; ``companion``: who comes along."""

    gender: Gender = Gender.ANY
    chaperone: Chaperone = Chaperone.NOT_ASKED
    pressure: str = ""
    avoid: str = ""
    tools: bool = True
    companion: str = ""

    def as_stored(self) -> dict[str, Any]:
        """As JSON keeps it, before it is sealed."""
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> "Wishes":
        """What ``as_stored`` made."""
        return cls(
            **{**stored, "gender": Gender(stored["gender"]), "chaperone": Chaperone(stored["chaperone"])}
        )
