"""The sessions that new time off would hit, and what is to be done with each: nothing is done that nobody chose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import flash, request

from app.actions.managing import Change, Target
from app.actions.outcomes import TooLate
from app.actions.settings import Struck
from app.actions.settling import Problem, Way
from app.actions.standing_in import Offer, offers_for
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.telling import second_words, told_words
from app.domain.appointments import State
from app.domain.impact import Trouble
from app.domain.spans import Span
from app.domain.wallclock import local_time, zone_named
from app.store.appointment_facts import AppointmentFacts, find_facts
from app.store.practice import load_practice
from app.web.access import actor, signed_in
from app.web.language import _
from app.web.local_words import short_when_words, when_words
from app.web.typed import instant_typed, number_typed

#: Of so many it is looked up where they could go; of more the appointment's own page tells.
_MOST = 12
_LEAVE, _CANCEL, _MOVE = "leave", "cancel", "move"


@dataclass(frozen=True, slots=True)
class HitLine:
    """One session: what it is, and the ways out: value, label. ``chosen`` is what was chosen before, ``problem`` why that can't be.

    ``client`` is whose session it is; of a colleague's, where the member may not know that, the colleague, without ``reference``.
    """

    name: str
    reference: str | None
    client: str
    when: str
    told: str
    ways: Sequence[tuple[str, str]]
    chosen: str
    problem: str | None = None


@dataclass
class Hits:
    """What saving has found. The page reads it after it was asked to save."""

    struck: Sequence[Struck] = ()
    span: Span | None = None
    problems: Mapping[int, Problem] = field(default_factory=dict)

    def lines(self, now: datetime) -> list[HitLine]:
        """Each with its ways out."""
        found = [(one, find_facts(one.planned.reference)) for one in self.struck]
        lines = [
            (
                seen,
                _line_of_second(seen)
                if one.hit.trouble is Trouble.NO_CHAPERONE
                else _line(seen, self.span, number < _MOST, now),
            )
            for number, (one, seen) in enumerate(found)
            if seen
        ]
        clients = {seen.id: line.client for seen, line in lines}
        return [
            replace(line, problem=_problem_words(self.problems[seen.id], line, clients))
            if seen.id in self.problems
            else line
            for seen, line in lines
        ]


def ways_chosen(confirmed: frozenset[int]) -> list[tuple[AppointmentFacts, Way]]:
    """What was chosen for each session, and how that stands now; whoever is to stay booked is left out, and what is none of ours."""
    found = ((number, request.form.get(f"hit-{number}", "").split(" ")) for number in sorted(confirmed))
    ways = (_way_chosen(number, said) for number, said in found if said[0] in (_MOVE, _CANCEL))
    return [way for way in ways if way is not None]


def _way_chosen(number: int, said: Sequence[str]) -> tuple[AppointmentFacts, Way] | None:
    seen = find_facts(request.form.get(f"reference-{number}", "")[:16])
    version = number_typed(said[1] if len(said) > 1 else "")
    if seen is None or seen.id != number or version is None or not signed_in().may_see(seen.therapist_id):
        return None
    change = Change(seen.id, actor(), version, by_staff=True)
    if said[0] == _CANCEL:
        return seen, Way(change)
    target = _target(said[2:])
    return (seen, Way(change, target)) if target else None


def _target(said: Sequence[str]) -> Target | None:
    starts_at = instant_typed(said[0]) if len(said) == 2 else None
    therapist = load_practice().therapist(said[1]) if starts_at else None
    if starts_at is None or therapist is None or not signed_in().may_see(therapist.id):
        return None
    return Target(starts_at, therapist.slug)


def say_what_was_done(chosen: Iterable[tuple[AppointmentFacts, Way]]) -> None:
    """Once the time off is entered: what came of each session for which something was chosen."""
    for before, _way in chosen:
        now = find_facts(before.reference) or before
        if now.row_version != before.row_version:
            flash(_done_words(before, now), "success")
        else:
            flash(
                _("%(client)s: nothing was done, it no longer lies in that time.", client=now.client), "info"
            )


def _done_words(before: AppointmentFacts, now: AppointmentFacts) -> str:
    if now.state is State.CANCELLED:
        return _("%(client)s: cancelled. %(told)s", client=now.client, told=told_words(now))
    if (now.starts_at, now.therapist_id) != (before.starts_at, before.therapist_id):
        return _("%(client)s: moved. %(told)s", client=now.client, told=told_words(now))
    return second_words(now)


def _problem_words(problem: Problem, line: HitLine, clients: Mapping[int, str]) -> str:
    """Why what was chosen can't be: somebody was faster, or it does not go together with a choice before it."""
    if problem.answer is None:
        return _("Somebody else has just changed this session. This is how it stands now: choose anew.")
    if isinstance(problem.answer, TooLate):
        return _("This session can't be moved or cancelled any more.")
    said = request.form.get(line.name, "")
    therapist = load_practice().therapist(said.rpartition(" ")[2])
    reason = refusal_words(problem.answer.refusal, therapist.name if therapist else None)
    if line.chosen != said:
        return _("What you chose can't be had any more: choose anew. %(reason)s", reason=reason)
    if problem.beside is None:
        return _(
            "It does not go together with what is chosen above: choose otherwise. %(reason)s", reason=reason
        )
    return _(
        "It does not go together with what is chosen for %(client)s: choose otherwise for one of the two. %(reason)s",
        client=clients.get(problem.beside, ""),
        reason=reason,
    )


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
