"""How an attempt to deliver an e-mail can end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server has taken responsibility for it."""


@dataclass(frozen=True, slots=True)
class Again:
    """Not taken, but a later attempt may succeed.

    ``server_down``: it could not even be offered, so that it was no attempt of this message, and the next would fare no better.
    """

    reason: str
    server_down: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """Refused for good; a person must look at it."""

    reason: str


Outcome = Sent | Again | Failed
