"""What a client's letter says of the guidance plan: advice, guides, and when more will come."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from app.actions.letter_facts import account_context as account_context
from app.actions.notifications import told_of
from app.domain.guidance import AFTER, BEFORE, FEELS_WRONG, Condition, GuidancePlan
from app.domain.moments import moments_before
from app.domain.notifications import AHEAD_KINDS, Kind
from app.domain.placeholders import filled
from app.domain.practice import text_in
from app.emails.facts import Advice, GuideLink, Letter
from app.emails.placeholders import placeholder_facts
from app.models import Appointment
from app.store.clients import group_of
from app.store.notifications import find_next_start
from app.store.selfcare import guides_for
from app.store.told import guidance_of

_WITH_PREPARATION = (Kind.APPOINTMENT_BOOKED, Kind.APPOINTMENT_MOVED, *AHEAD_KINDS)


_WITH_FEELS_WRONG = (Kind.APPOINTMENT_BOOKED, Kind.APPOINTMENT_AFTERCARE)


def with_guidance(letter: Letter, keys: tuple[str, ...], appointment: Appointment) -> Letter:
    """With what the guidance plan has to say here."""
    plan = guidance_of(appointment)
    if plan is None:
        return letter
    facts = placeholder_facts(letter)

    after = letter.kind is Kind.APPOINTMENT_AFTERCARE
    guides = _guides(plan, keys, appointment, letter) if after else {}

    def advice(told: Iterable[str], moment: str) -> tuple[Advice, ...]:
        return _advice(plan, tuple(told), moment, letter.language, facts, guides)

    asks = any(step.check_in for step in plan.steps_named(keys))
    return replace(
        letter,
        preparation=advice(keys, BEFORE) if letter.kind in _WITH_PREPARATION else (),
        aftercare=advice(_still_apply(plan, keys, appointment), AFTER) if after else (),
        feels_wrong=advice([FEELS_WRONG], AFTER) if letter.kind in _WITH_FEELS_WRONG else (),
        asks_how_it_went=after and asks,
        still_to_come=_still_to_come(appointment, letter) if letter.kind is Kind.APPOINTMENT_BOOKED else (),
    )


def _still_apply(plan: GuidancePlan, keys: tuple[str, ...], appointment: Appointment) -> list[str]:
    """Without what is not for somebody who comes again: they may have booked since the session was marked as done."""
    following = find_next_start(group_of(appointment.client_id), appointment.ends_at)
    return [
        step.key
        for step in plan.steps_named(keys)
        if step.condition is not Condition.NO_NEXT_SESSION
        or following is None
        or following > appointment.ends_at + step.offset
    ]


def _advice(
    plan: GuidancePlan,
    keys: tuple[str, ...],
    moment: str,
    language: str,
    facts: dict[str, str],
    guides: Mapping[str, GuideLink],
) -> tuple[Advice, ...]:
    steps = [step for step in plan.steps_named(keys) if step.moment == moment]
    # Of days ahead the farthest first, of those after it the nearest: as they will come.
    steps.sort(key=lambda step: step.offset, reverse=moment == BEFORE)
    return tuple(
        Advice(
            text_in(step.label, language),
            filled(text_in(step.text, language), facts),
            tuple(guides[slug] for slug in step.guides if slug in guides),
        )
        for step in steps
    )


def _guides(
    plan: GuidancePlan, keys: tuple[str, ...], appointment: Appointment, letter: Letter
) -> dict[str, GuideLink]:
    """The guides that go with these steps, as far as this client may see them at the moment of writing."""
    wanted = {slug for step in plan.steps_named(keys) for slug in step.guides}
    seen = guides_for(appointment.client_id, letter.written_at, wanted) if wanted else []
    return {one.slug: GuideLink(one.slug, text_in(one.title, letter.language)) for one in seen}


def _still_to_come(appointment: Appointment, letter: Letter) -> tuple[datetime, ...]:
    """When more about preparing will be written."""
    told = told_of(appointment)
    moments = moments_before(told.when, told.steps, told.policy, letter.written_at)
    soon = letter.written_at + told.policy.merge_within
    return tuple(one.due_at for one in moments if one.why_not is None and one.carries and one.due_at > soon)
