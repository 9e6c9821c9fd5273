"""Which public pages there are: only those that have something to say. Head, foot and site map all read this list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import url_for

from app import clock
from app.domain.practice import Practice
from app.domain.readiness import is_published
from app.domain.selfcare import Guide, Reader, may_see
from app.store.practice import load_practice
from app.store.selfcare import approved_guides
from app.store.transactions import ANY_DATABASE_ERROR
from app.web.language import _


class Linked(Enum):
    """From where a public page is linked on every other one; the site map has them all."""

    HEAD = "head"
    FOOT = "foot"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page that anybody may read. ``key``: the part of the site; ``label``: what links to it say, where there are any."""

    key: str
    endpoint: str
    slug: str | None = None
    label: str = ""
    linked: Linked = Linked.NOWHERE

    @property
    def href(self) -> str:
        """Its address here."""
        return url_for(self.endpoint, **self.named)

    @property
    def named(self) -> dict[str, Any]:
        """What its address names."""
        return {"slug": self.slug} if self.slug else {}


def open_guides() -> list[Guide]:
    """The guides that anybody may see: approved, held back by no question, not bound to a session or to a tool."""
    now = clock.now()
    return [guide for guide in approved_guides() if may_see(guide, Reader(), now)]


def public_pages(practice: Practice, guides: Sequence[Guide]) -> Iterator[PublicPage]:
    """Every public page of an open practice, as a visitor would go through them."""
    yield PublicPage("home", "site.home")
    yield PublicPage("services", "services.index", label=_("Sessions"), linked=Linked.HEAD)
    yield from (PublicPage("services", "services.show", one.slug) for one in practice.services)
    yield from _people(practice)
    yield PublicPage("where", "site.where", label=_("Where and when"), linked=Linked.HEAD)
    if practice.questions:
        yield PublicPage("questions", "site.questions", label=_("Questions"), linked=Linked.HEAD)
    if guides:
        yield PublicPage("self-care", "site.library", label=_("For at home"), linked=Linked.FOOT)
    yield from (PublicPage("self-care", "site.guide", one.slug) for one in guides)
    yield _accessibility()


def head_entries() -> list[PublicPage]:
    """The head of the public pages; nothing where the practice is not known or not open yet."""
    practice = _open_practice()
    return (
        []
        if practice is None
        else [page for page in public_pages(practice, ()) if page.linked is Linked.HEAD]
    )


def foot_entries() -> list[PublicPage]:
    """The foot: the same, and what fewer people look for."""
    practice = _open_practice()
    pages = [_accessibility()] if practice is None else public_pages(practice, open_guides())
    return [page for page in pages if page.linked is not Linked.NOWHERE]


def _open_practice() -> Practice | None:
    try:
        practice = load_practice()
    except (LookupError, ANY_DATABASE_ERROR):
        return None
    return practice if is_published(practice) else None


def _people(practice: Practice) -> Iterator[PublicPage]:
    """Who works alone has a page, and no list of one."""
    if practice.is_solo:
        only = practice.therapists[0]
        yield PublicPage("therapists", "site.therapist", only.slug, only.name, Linked.HEAD)
        return
    if practice.therapists:
        yield PublicPage("therapists", "site.therapists", label=_("Therapists"), linked=Linked.HEAD)
    yield from (PublicPage("therapists", "site.therapist", one.slug) for one in practice.therapists)


def _accessibility() -> PublicPage:
    return PublicPage("accessibility", "site.accessibility", label=_("Accessibility"), linked=Linked.FOOT)
