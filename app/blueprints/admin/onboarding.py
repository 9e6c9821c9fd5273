"""The checklist on the settings' first page: what each stop is called, and to which form it leads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, url_for

from app.domain.onboarding import Step, Stop, checklist, count_done, first_open
from app.domain.practice import Practice
from app.store.onboarding import load_deeds
from app.store.practice import load_practice
from app.web.language import Lazy, lazy
from app.web.local_words import in_words

_TITLES: Mapping[Step, Lazy] = {
    Step.PRACTICE: lazy("Name and currency"),
    Step.PLACE: lazy("Where: address, telephone, time zone"),
    Step.HOURS: lazy("Opening hours"),
    Step.ROOMS: lazy("Rooms that therapists share"),
    Step.SERVICES: lazy("Sessions with durations and prices"),
    Step.THERAPISTS: lazy("Therapists, and when they work"),
    Step.QUALIFIED: lazy("Who may give the deep sessions"),
    Step.TEXTS: lazy("Questions and consent texts, read and approved"),
    Step.LOOK: lazy("Your colour and logo"),
    Step.MAIL: lazy("Mails arrive"),
    Step.BOOKING: lazy("A booking as your clients make it"),
    Step.SHARE: lazy("The way to your booking pages"),
    Step.LIVE: lazy("Open for real bookings"),
}
#: Where a stop leads when nothing is named that it should lead to.
_PAGES: Mapping[Step, str] = {
    Step.PRACTICE: "admin.practice",
    Step.PLACE: "admin.locations",
    Step.HOURS: "admin.locations",
    Step.ROOMS: "admin.locations",
    Step.SERVICES: "admin.services",
    Step.THERAPISTS: "admin.therapists",
    Step.QUALIFIED: "admin.therapists",
    Step.TEXTS: "admin.question_sets",
    Step.LOOK: "admin.look",
    Step.BOOKING: "site.home",
    Step.SHARE: "admin.embed",
    Step.LIVE: "admin.try_out",
}
#: The form of a fact: by the kind of thing and what of it is missing.
_FORMS: Mapping[tuple[str, str], str] = {
    ("location", ""): "admin.location",
    ("location", "zone"): "admin.location",
    ("location", "phone"): "admin.location",
    ("location", "address"): "admin.addresses",
    ("location", "opening_hours"): "admin.opening_hours",
    ("service", ""): "admin.service",
    ("service", "duration"): "admin.variants",
    ("service", "duration.price"): "admin.variants",
    ("service", "room_features"): "admin.service",
    ("service", "technique"): "admin.service",
    ("therapist", ""): "admin.therapist",
    ("therapist", "availability"): "availability.week",
}
#: What the button says where the owner's word is enough.
_WORDS: Mapping[Step, Lazy] = {
    Step.ROOMS: lazy("Therapists share no room"),
    Step.LOOK: lazy("I keep these colours"),
    Step.SHARE: lazy("Done: my clients know the way"),
}
#: Without a thing of the kind there is nothing to open: it has to be made.
_NEW: Mapping[str, str] = {
    "location": "admin.new_location",
    "service": "admin.new_service",
    "therapist": "admin.new_therapist",
}
_KEY = re.compile(r"(?P<kind>[a-z]+)(?:\[(?P<slug>[^\]]+)\])?(?:\.(?P<what>.+))?")


@dataclass(frozen=True, slots=True)
class Line:
    """One stop as the page shows it. ``href``: its form; none where a button does it. ``word``: what a button says instead."""

    key: str
    title: str
    done: bool
    open: tuple[str, ...]
    href: str | None
    word: str | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """All of them, how many are done, and which comes next."""

    lines: tuple[Line, ...]
    done: int
    next: str | None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left."""
        return self.done == len(self.lines)


def checklist_of(practice: Practice, *, is_owner: bool) -> Checklist:
    """How far the practice is."""
    stops = checklist(practice, load_deeds(practice.language))
    going_on = first_open(stops)
    lines = tuple(_line(stop, is_owner=is_owner) for stop in stops)
    return Checklist(lines, count_done(stops), going_on.step.value if going_on else None)


def _line(stop: Stop, *, is_owner: bool) -> Line:
    return Line(
        stop.step.value,
        str(_TITLES[stop.step]),
        stop.is_done,
        tuple(in_words(one.sentence) for one in stop.open),
        _href(stop) if is_owner or stop.step not in _OWNERS else None,
        str(_WORDS[stop.step]) if is_owner and stop.step in _WORDS and stop.leads == stop.step else None,
    )


_OWNERS = frozenset({Step.LOOK, Step.SHARE, Step.LIVE})


def _href(stop: Stop) -> str | None:
    """To the very form where something is missing, else to the page of all of them."""
    found = _KEY.fullmatch(stop.leads or "")
    kind, slug, what = (found["kind"], found["slug"], found["what"] or "") if found else ("", None, "")
    form = _FORMS.get((kind, what))
    if stop.step is Step.ROOMS and kind == Step.ROOMS and load_practice().locations:
        return url_for("admin.new_room")
    if what == "technique" and not load_practice().techniques:
        return url_for("admin.techniques")
    if slug and form:
        return url_for(form, slug=slug)
    if kind in _NEW and not slug:
        return url_for(_NEW[kind])
    page = _PAGES.get(stop.step)
    return url_for(page) if page in current_app.view_functions else None


def form_of(key: str) -> str | None:
    """The form in which a fact is told, by its place in a practice file; none where no single form has it."""
    found = _KEY.fullmatch(key)
    if found is None or not found["slug"]:
        return None
    if found["what"] == "techniques":
        return url_for("admin.therapists")
    form = _FORMS.get((found["kind"], found["what"] or ""))
    return url_for(form, slug=found["slug"]) if form else None
