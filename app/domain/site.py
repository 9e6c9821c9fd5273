"""The practice's own face on its public site: its colour and logo, and what people ask."""

from collections.abc import Mapping
from dataclasses import dataclass

_Texts = Mapping[str, str]
#: What one page of questions holds, and how long its texts may be.
MOST_QUESTIONS, LONGEST_QUESTION, LONGEST_ANSWER = 40, 160, 2000


@dataclass(frozen=True, slots=True)
class Look:
    """The practice's own: a colour (#rrggbb; none: the house's) and whether there is a logo, how wide and high in pixels."""

    accent: str | None = None
    has_logo: bool = False
    logo_width: int = 0
    logo_height: int = 0

    @property
    def is_own(self) -> bool:
        """Whether anything of it differs from the house's."""
        return self.accent is not None or self.has_logo


@dataclass(frozen=True, slots=True)
class FrequentQuestion:
    """What people ask, and the answer (Markdown), both by language."""

    question: _Texts
    answer: _Texts


def size_of_png(content: bytes) -> tuple[int, int]:
    """How wide and high a PNG is, as its head says; none of both where it is no PNG."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
        return 0, 0
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
