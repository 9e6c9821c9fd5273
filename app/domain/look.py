"""The practice's own look on its public site: its colour and its logo."""

from dataclasses import dataclass


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


def size_of_png(content: bytes) -> tuple[int, int]:
    """How wide and high a PNG is, as its head says; none of both where it is no PNG."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
        return 0, 0
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
