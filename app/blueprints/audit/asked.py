"""Which lines of the audit log a request asks for."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import request, url_for

from app.blueprints.audit.words import ACTORS, ACTS, SUBJECTS
from app.domain.wallclock import day_span
from app.store.audit_page import Wanted
from app.web.typed import date_typed

_LONGEST, _LONGEST_NUMBER = 254, 10


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were asked for; what makes no sense is left out."""

    who: str = ""  # a staff member's address, or a kind of actor
    kind: str = ""
    thing: str = ""  # the number of one thing of that kind
    act: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything was asked for."""
        return self != Asked()

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """The same as the store knows it."""
        is_kind = self.who in ACTORS
        return Wanted(
            actor_type=(self.who if is_kind else "staff") if self.who else None,
            actor=self.who if self.who and not is_kind else None,
            subject=self.kind or None,
            subject_id=self.thing or None,
            act=self.act or None,
            since=day_span(self.first, zone).starts_at if self.first else None,
            until=day_span(self.last, zone).ends_at if self.last else None,
        )

    def href(self, **more: int | None) -> str:
        """The address of a page with these filters."""
        own = {
            "who": self.who,
            "kind": self.kind,
            "thing": self.thing,
            "act": self.act,
            "from": self.first.isoformat() if self.first else "",
            "until": self.last.isoformat() if self.last else "",
        }
        chosen = {name: value for name, value in (own | more).items() if value}
        return url_for("audit.index", **chosen)  # type: ignore[arg-type]


def asked() -> Asked:
    """What the address asks for."""
    said = request.args
    kind, act = said.get("kind", ""), said.get("act", "")
    thing = said.get("thing", "").strip()
    return Asked(
        who=said.get("who", "")[:_LONGEST],
        kind=kind if kind in SUBJECTS else "",
        thing=thing if kind in SUBJECTS and _is_number(thing) else "",
        act=act if act in ACTS else "",
        first=date_typed(said.get("from")),
        last=date_typed(said.get("until")),
    )


def line_typed(name: str) -> int | None:
    """The number of a line in the address."""
    text = request.args.get(name, "")
    return min(int(text), 2**31 - 1) if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
