"""Which public pages there are: only those that have something to say are linked, and stand in the site map."""

from dataclasses import dataclass

from flask import url_for

from app import clock
from app.domain.practice import Practice
from app.domain.readiness import is_published
from app.domain.selfcare import Guide, Reader, may_see
from app.store.practice import load_practice
from app.store.selfcare import approved_guides
from app.store.transactions import ANY_DATABASE_ERROR
from app.web.language import _


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the head or the foot of the public pages."""

    key: str
    label: str
    href: str


def open_guides() -> list[Guide]:
    """The guides that anybody may see: approved, held back by no question, not bound to a session or to a tool."""
    now = clock.now()
    return [guide for guide in approved_guides() if may_see(guide, Reader(), now)]


def head_entries() -> list[Entry]:
    """The head of the public pages; nothing where the practice is not known or not open yet."""
    try:
        practice = load_practice()
        return _head(practice) if is_published(practice) else []
    except (LookupError, ANY_DATABASE_ERROR):
        return []


def foot_entries() -> list[Entry]:
    """The foot: the same, and what fewer people look for."""
    entries = head_entries()
    if entries and open_guides():
        entries.append(Entry("self-care", _("For at home"), url_for("site.library")))
    return [*entries, Entry("accessibility", _("Accessibility"), url_for("site.accessibility"))]


def _head(practice: Practice) -> list[Entry]:
    entries = [Entry("services", _("Sessions"), url_for("services.index"))]
    if practice.is_solo:
        only = practice.therapists[0]
        entries.append(Entry("therapists", only.name, url_for("site.therapist", slug=only.slug)))
    elif practice.therapists:
        entries.append(Entry("therapists", _("Therapists"), url_for("site.therapists")))
    entries.append(Entry("where", _("Where and when"), url_for("site.where")))
    if practice.questions:
        entries.append(Entry("questions", _("Questions"), url_for("site.questions")))
    return entries
