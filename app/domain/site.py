"""The practice's own face on its public site: its colour and logo, and what people ask."""

from collections.abc import Mapping
from dataclasses import dataclass

_Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """The practice's own: a colour (#rrggbb; none: the house's) and whether there is a logo."""

    accent: str | None = None
    has_logo: bool = False


@dataclass(frozen=True, slots=True)
class FrequentQuestion:
    """What people ask, and the answer (Markdown), both by language."""

    question: _Texts
    answer: _Texts
