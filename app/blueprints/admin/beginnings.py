"""What a new place, session or therapist still needs before clients can book with it: a short list on each of its tabs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.domain.screening import must_be_screened
from app.store import settings
from app.store.practice import load_practice
from app.web.language import _


@dataclass(frozen=True, slots=True)
class Need:
    """One thing: what it is called, whether it is there, and where it is filled in."""

    name: str
    is_there: bool
    href: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """All that a thing needs which is out of use."""

    kind: str
    slug: str
    version: int
    needs: tuple[Need, ...]

    @property
    def next(self) -> Need | None:
        """What to do next; none when all is there."""
        return next((need for need in self.needs if not need.is_there), None)


def beginning_of(kind: str, row: Any) -> Beginning | None:
    """What it needs; none for what is in use."""
    if row.retired_at is None:
        return None
    return Beginning(kind, row.slug, settings.version_of(row), tuple(_NEEDS[kind](row)))


def _of_location(row: Any) -> Iterator[Need]:
    facts = url_for("admin.location", slug=row.slug)
    addresses = url_for("admin.addresses", slug=row.slug)
    hours = url_for("admin.opening_hours", slug=row.slug)
    yield Need(_("Time zone"), row.zone is not None, f"{facts}#zone")
    yield Need(_("Telephone"), bool(row.phone), f"{facts}#phone")
    yield Need(_("Address"), any(period.lines for period in row.address_periods), addresses)
    yield Need(_("Opening hours"), bool(row.opening_hours), hours)


def _of_service(row: Any) -> Iterator[Need]:
    page = url_for("admin.service", slug=row.slug)
    living = [one for one in row.variants if one.retired_at is None]
    priced = bool(living) and all(one.price_minor is not None for one in living)
    yield Need(_("A duration with a price"), priced, url_for("admin.variants", slug=row.slug))
    if row.needs_screening or must_be_screened(row.depth, row.region):
        yield _safety_text(_("Questions about health, approved"), "screening_set", row.screening_set, page)
        yield _safety_text(_("A consent text, approved"), "consent_text", row.consent_text, page)
        technique = f"{page}#techniques" if settings.technique_ids() else url_for("admin.techniques")
        yield Need(_("The technique it needs"), bool(row.techniques), technique)
    yield Need(_("A therapist who may give it"), _somebody_may(row), url_for("admin.therapists"))


def _safety_text(name: str, kind: str, chosen: Any, page: str) -> Need:
    if chosen is None:
        return Need(name, False, f"{page}#{kind}")
    view = "admin.questions" if kind == "screening_set" else "admin.consent_text"
    return Need(name, chosen.versions[-1].approved_at is not None, url_for(view, slug=chosen.slug))


def _somebody_may(row: Any) -> bool:
    needed = {technique.id for technique in row.techniques}
    return any(
        needed <= {one.technique_id for one in therapist.qualifications}
        for therapist in load_practice().therapists
    )


def _of_therapist(row: Any) -> Iterator[Need]:
    hours = url_for("availability.week", slug=row.slug)
    yield Need(_("Working hours"), bool(row.availability_rules), hours)


_NEEDS = {"location": _of_location, "service": _of_service, "therapist": _of_therapist}
