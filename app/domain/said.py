"""Sentences that are worded here and may be read in another language: who shows them translates the message, then fills it."""


class Said(str):
    """A sentence in English that remembers its message and what fills its places: ``%(name)s``."""

    __slots__ = ("message", "values")

    message: str
    values: dict[str, object]

    def __str__(self) -> str:
        """Itself, so that an error that carries it gives it back whole."""
        return self


def said(message: str, /, **values: object) -> Said:
    """The sentence; a percent sign is written twice. Catalogues are made of what stands in such calls."""
    sentence = Said(message % values)
    sentence.message, sentence.values = message, values
    return sentence
