"""How booking was, as the client says it on the page after it: one of five words, kept as a number from 1 to 5."""

from enum import IntEnum


class Felt(IntEnum):
    """From a struggle to easy."""

    STRUGGLE = 1
    HARD = 2
    SO_SO = 3
    FINE = 4
    EASY = 5


def felt_of(typed: str | None) -> Felt | None:
    """The answer that a form sends; none for anything else."""
    known = {str(one.value): one for one in Felt}
    return known.get(typed or "")
