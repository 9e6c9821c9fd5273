"""Which numbers a request asks for: over which days, in which steps, where, with whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from app.blueprints.schedule.asked import own_therapist_id
from app.domain.numbers import Every, Stretch, fitting, longest_range, stretches, usual_range
from app.domain.practice import Location, Practice, Therapist
from app.domain.wallclock import local_date
from app.store.numbers import Chosen
from app.web.typed import date_typed

_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were asked for; what makes no sense is left out. ``every`` may be coarser than ``wished``."""

    whole: Stretch
    every: Every
    wished: Every
    location: Location | None
    therapist: Therapist | None
    own_id: int | None  # a therapist is shown the own numbers only
    today: date
    cut: bool = False  # more was asked for than can be shown

    @property
    def chosen(self) -> Chosen:
        """The same as the store knows it."""
        own = self.own_id if self.own_id is not None else (self.therapist.id if self.therapist else None)
        return Chosen(stretches(self.whole, self.every), self.location.id if self.location else None, own)

    def href(self, endpoint: str = "numbers.index", **more: Any) -> str:
        """An address with these filters."""
        own: dict[str, Any] = {
            "from": self.whole.first.isoformat(),
            "until": self.whole.last.isoformat(),
            "every": self.every.value,
            "location": self.location.slug if self.location else None,
            "therapist": self.therapist.slug if self.therapist else None,
        }
        return url_for(endpoint, **{name: value for name, value in (own | more).items() if value})


def asked(practice: Practice, now: datetime) -> Asked:
    """What the address asks for; by itself the last twelve weeks, week by week."""
    said, today = request.args, local_date(now, zone_of(practice))
    usual = usual_range(today)
    first, last = date_typed(said.get("from")) or usual.first, date_typed(said.get("until")) or usual.last
    whole = Stretch(min(first, last), max(first, last))
    kept = longest_range(whole)
    wished = Every(said["every"]) if said.get("every") in list(Every) else Every.WEEK
    own_id = own_therapist_id()
    return Asked(
        whole=kept,
        every=fitting(kept, wished),
        wished=wished,
        location=next((one for one in practice.locations if one.slug == said.get("location")), None),
        therapist=practice.therapist(said.get("therapist", "")) if own_id is None else None,
        own_id=own_id,
        today=today,
        cut=kept != whole,
    )


def zone_of(practice: Practice) -> ZoneInfo:
    """The practice's first zone."""
    return practice.first_zone
