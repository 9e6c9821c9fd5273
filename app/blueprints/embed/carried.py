"""What a link from elsewhere names, and the pages of a frame hand on: with whom, where, from which link, in which language."""

from dataclasses import dataclass
from typing import Any

from flask import request

from app.domain.sources import source_of
from app.store.practice import load_practice
from app.web.language import chosen_now


@dataclass(frozen=True, slots=True)
class Carried:
    """What is known of it; what makes no sense was left out."""

    therapist: str | None
    location: str | None
    source: str | None
    language: str | None

    @property
    def fields(self) -> dict[str, Any]:
        """As query arguments."""
        known = {
            "therapist": self.therapist,
            "location": self.location,
            "src": self.source,
            "lang": self.language,
        }
        return {name: value for name, value in known.items() if value}


def carried() -> Carried:
    """What this request names."""
    practice, said = load_practice(), request.args
    therapist, location = (
        practice.therapist(said.get("therapist", "")),
        practice.location(said.get("location")),
    )
    return Carried(
        therapist.slug if therapist else None,
        location.slug if location else None,
        source_of(said.get("src")),
        chosen_now(),
    )
