"""What the head of a public page says to those who list and share pages: its address, its languages, a picture, facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from app.domain.practice import Practice, text_in
from app.languages import known_languages
from app.pictures.card import CARD
from app.web.language import chosen_now, speaking

#: What lists of results show of a description.
_DESCRIPTION = 155
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """``canonical``: the page's one address; ``alternates``: by language; ``facts``: schema.org objects."""

    canonical: str
    alternates: tuple[tuple[str, str], ...]
    description: str
    picture: str
    picture_size: tuple[int, int]
    facts: tuple[Facts, ...]
    may_be_listed: bool


def head_of(practice: Practice, description: str = "", facts: Sequence[Facts] = ()) -> Head:
    """The head of the page that is asked for. A demonstration is listed nowhere: what it says is made up."""
    own = _address()
    said = chosen_now()
    chosen = said if said != practice.language else None
    return Head(
        canonical=f"{own}?lang={chosen}" if chosen else own,
        alternates=_alternates(own),
        description=shortened(description or text_in(practice.tagline, speaking()) or practice.name),
        picture=outside("site.card", v=practice.revision),
        picture_size=CARD,
        facts=tuple(facts),
        may_be_listed=not practice.demonstration,
    )


def outside(endpoint: str, **values: Any) -> str:
    """The whole address of a page, as others reach it."""
    return f"{_house()}{url_for(endpoint, **values)}"


def shortened(text: str) -> str:
    """One line that fits a list of results, cut between words."""
    line = " ".join(text.split())
    if len(line) <= _DESCRIPTION:
        return line
    return line[:_DESCRIPTION].rsplit(" ", 1)[0].rstrip(",;:. ") + " …"


def _address() -> str:
    return _house() + request.path


def _house() -> str:
    return str(current_app.config["SETTINGS"].public_url).rstrip("/")


def _alternates(own: str) -> tuple[tuple[str, str], ...]:
    """The same page in each language; none where there is only one."""
    codes = known_languages()
    if len(codes) < 2:
        return ()
    return (("x-default", own), *((code, f"{own}?lang={code}") for code in codes))
