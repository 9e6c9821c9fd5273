"""The sessions that new time off would hit, and what is to be done with each: nothing is done that nobody chose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import flash, request

from app import clock
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Cancelled, Moved, Refused, TooLate
from app.actions.settings import Struck
from app.actions.standing_in import Offer, offers_for
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.telling import second_words, told_words
from app.domain.appointments import State
from app.domain.impact import Trouble
from app.domain.spans import Span
from app.domain.wallclock import local_time, zone_named
from app.store.appointment_facts import AppointmentFacts, find_facts
from app.store.practice import load_practice
from app.store.transactions import Busy, Stale
from app.web.access import actor, signed_in
from app.web.language import _
from app.web.local_words import short_when_words, when_words
from app.web.typed import instant_typed, number_typed

#: Of so many it is looked up where they could go; of more the appointment's own page tells.
_MOST = 12
_LEAVE, _CANCEL, _MOVE = "leave", "cancel", "move"


@dataclass(frozen=True, slots=True)
class HitLine:
    """One session: what it is, and the ways out: value, label. ``chosen`` is what was chosen before.

    ``client`` is whose session it is; of a colleague's, where the member may not know that, the colleague, without ``reference``.
    """

    name: str
    reference: str | None
    client: str
    when: str
    told: str
    ways: Sequence[tuple[str, str]]
    chosen: str


@dataclass
class Hits:
    """What saving has found. The page reads it after it was asked to save."""

    struck: Sequence[Struck] = ()
    span: Span | None = None

    def lines(self, now: datetime) -> list[HitLine]:
        """Each with its ways out."""
        found = [(one, find_facts(one.planned.reference)) for one in self.struck]
        return [
            _line_of_second(seen)
            if one.hit.trouble is Trouble.NO_CHAPERONE
            else _line(seen, self.span, number < _MOST, now)
            for number, (one, seen) in enumerate(found)
            if seen
        ]


def settle_chosen(confirmed: frozenset[int], slug: str) -> None:
    """Do with each session what was chosen for it, and say what came of it. Runs once the time off is entered."""
    for number in sorted(confirmed):
        said = request.form.get(f"hit-{number}", "").split(" ")
        if said[0] in (_MOVE, _CANCEL):
            _settle(number, said, slug)


def _settle(number: int, said: Sequence[str], slug: str) -> None:
    seen = find_facts(request.form.get(f"reference-{number}", "")[:16])
    therapist = load_practice().therapist(slug)
    is_second = therapist is not None and seen is not None and seen.chaperone_id == therapist.id
    if seen is None or seen.id != number or not (is_second or seen.therapist_slug == slug):
        return
    if not signed_in().may_see(seen.therapist_id):
        return
    version = number_typed(said[1] if len(said) > 1 else "")
    if version is None:  # no form of ours leaves it out
        return
    change = Change(seen.id, actor(), version, by_staff=True)
    try:
        problem = _cancelled(change) if said[0] == _CANCEL else _moved(change, said[2:])
    except (Stale, Busy):
        problem = _("somebody else has just changed it")
    if problem is None:
        flash(_done_words(seen, find_facts(seen.reference) or seen), "success")
    else:
        flash(_("%(client)s stays as it is: %(problem)s", client=seen.client, problem=problem), "error")


def _done_words(before: AppointmentFacts, now: AppointmentFacts) -> str:
    if now.state is State.CANCELLED:
        return _("%(client)s: cancelled. %(told)s", client=now.client, told=told_words(now))
    if (now.starts_at, now.therapist_id) != (before.starts_at, before.therapist_id):
        return _("%(client)s: moved. %(told)s", client=now.client, told=told_words(now))
    return second_words(now)


def _cancelled(change: Change) -> str | None:
    answer = cancel(change, clock.now())
    return None if isinstance(answer, Cancelled) else _("it can't be cancelled any more.")


def _moved(change: Change, target: Sequence[str]) -> str | None:
    starts_at = instant_typed(target[0]) if len(target) == 2 else None
    therapist = load_practice().therapist(target[1]) if starts_at else None
    if starts_at is None or therapist is None or not signed_in().may_see(therapist.id):
        return _("no time was chosen.")
    answer = move(change, starts_at, clock.now(), target[1])
    return _why(answer, target[1])


def _why(answer: Moved | Refused | TooLate, slug: str) -> str | None:
    if isinstance(answer, Moved):
        return None
    if isinstance(answer, Refused):
        therapist = load_practice().therapist(slug)
        return refusal_words(answer.refusal, therapist.name if therapist else None)
    return _("it can't be moved any more.")


def _line(seen: AppointmentFacts, span: Span | None, is_looked_up: bool, now: datetime) -> HitLine:
    found = offers_for(seen.id, span, now) if span and is_looked_up else []
    offers = [offer for offer in found if signed_in().may_see(offer.therapist.id)]
    ways = [
        (_LEAVE, _("Leave it booked; I see to it")),
        *((_value(seen, one.starts_at, one.therapist.slug), _label(seen, one)) for one in offers),
        (f"{_CANCEL} {seen.row_version}", _("Cancel it, for the practice")),
    ]
    return _hit_line(seen, ways)


def _line_of_second(seen: AppointmentFacts) -> HitLine:
    """A session that loses its second person: who may not see it leaves it to the desk, which finds it among what no longer fits."""
    ways = [(_LEAVE, _("Leave it booked; the desk sees to a second person"))]
    if not signed_in().may_see(seen.therapist_id):
        return replace(
            _hit_line(seen, ways),
            reference=None,
            client=_("second person with %(therapist)s", therapist=seen.therapist),
        )
    same = (
        _value(seen, seen.starts_at, seen.therapist_slug),
        _("Somebody else as the second person, same time"),
    )
    return _hit_line(seen, [*ways, same, (f"{_CANCEL} {seen.row_version}", _("Cancel it, for the practice"))])


def _hit_line(seen: AppointmentFacts, ways: Sequence[tuple[str, str]]) -> HitLine:
    name = f"hit-{seen.id}"
    chosen = request.form.get(name, _LEAVE)
    return HitLine(
        name=name,
        reference=seen.reference,
        client=seen.client,
        when=when_words(seen.starts_at, zone_named(seen.zone)),
        told=told_words(seen),
        ways=ways,
        chosen=chosen if chosen in [value for value, _ in ways] else _LEAVE,
    )


def _value(seen: AppointmentFacts, starts_at: datetime, therapist_slug: str) -> str:
    start = local_time(starts_at, zone_named(seen.zone)).isoformat(timespec="minutes")
    return f"{_MOVE} {seen.row_version} {start} {therapist_slug}"


def _label(seen: AppointmentFacts, offer: Offer) -> str:
    if offer.same_time:
        return _("Move to %(name)s, same time", name=offer.therapist.name)
    return _(
        "Move to %(when)s, %(name)s",
        when=short_when_words(offer.starts_at, zone_named(seen.zone)),
        name=offer.therapist.name,
    )
