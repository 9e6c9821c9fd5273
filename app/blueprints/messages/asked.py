"""What a request wants of the list of messages, and the addresses that ask for more of it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from app.blueprints.schedule.asked import own_therapist_id
from app.domain.notifications import Audience, Fate, Kind
from app.domain.wallclock import day_span
from app.store.ledger import Place, Wanted
from app.web.typed import date_typed

WINDOW = timedelta(days=30)
_STATES = {"planned": Fate.PLANNED, "sent": Fate.SENT, "failed": Fate.FAILED, "skipped": Fate.SKIPPED}
_PLACE = re.compile(r"(\d{1,17})\.(\d{1,10})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were asked for; what makes no sense is left out."""

    state: str = ""
    kind: str = ""
    audience: str = ""
    first: date | None = None
    last: date | None = None
    said: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the state was asked for."""
        return bool(self.kind or self.audience or self.first or self.last or self.said)

    def wanted(self, now: datetime, zone: ZoneInfo) -> Wanted:
        """The same as the store knows it; without days it is the last 30 and all that is ahead."""
        return Wanted(
            since=day_span(self.first, zone).starts_at if self.first else now - WINDOW,
            until=day_span(self.last, zone).ends_at if self.last else None,
            state=_STATES.get(self.state),
            kind=Kind(self.kind) if self.kind else None,
            audience=Audience(self.audience) if self.audience else None,
            said=self.said,
            therapist_id=own_therapist_id(),
        )

    def href(self, **other: str) -> str:
        """The address of the list with these filters, and ``other`` ones in their place."""
        own = {
            "state": self.state,
            "kind": self.kind,
            "to": self.audience,
            "from": self.first.isoformat() if self.first else "",
            "until": self.last.isoformat() if self.last else "",
            "q": self.said,
        }
        chosen: dict[str, Any] = {name: value for name, value in (own | other).items() if value}
        return url_for("messages.index", **chosen)


def asked() -> Asked:
    """What the address asks for."""
    said = request.args
    return Asked(
        state=_one_of(said.get("state"), _STATES),
        kind=_one_of(said.get("kind"), list(Kind)),
        audience=_one_of(said.get("to"), list(Audience)),
        first=date_typed(said.get("from")),
        last=date_typed(said.get("until")),
        said=" ".join(said.get("q", "")[:_LONGEST_SEARCH].split()),
    )


def place_typed(text: str | None) -> Place | None:
    """A place in the list, as an address names it."""
    found = _PLACE.fullmatch(text or "")
    if found is None:
        return None
    return Place(_EPOCH + int(found[1]) * _MICROSECOND, min(int(found[2]), 2**31 - 1))


def place_words(place: Place) -> str:
    """The place for an address."""
    return f"{(place.due_at - _EPOCH) // _MICROSECOND}.{place.id}"


def _one_of(typed: str | None, known: object) -> str:
    return typed if typed and typed in known else ""  # type: ignore[operator]
