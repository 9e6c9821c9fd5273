"""What an appointment's page says of review, consent and wishes; what is sealed only where it has just been opened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.actions.reading_health import OpenedAnswers
from app.blueprints.schedule import safety_words
from app.domain.appointments import AHEAD, State
from app.domain.reviews import Review, alternatives
from app.domain.wallclock import local_date, zone_named
from app.domain.wishes import Wishes
from app.domain.workday import may_be_asked_in_room
from app.store.appointment_facts import AppointmentFacts
from app.store.clients import group_of
from app.store.consents import KeptConsent, list_consents
from app.store.intake import is_younger_than
from app.store.practice import load_practice
from app.store.reviews import latest_review
from app.store.screenings import latest_of_appointment
from app.web.access import DESK, OWNER, signed_in
from app.web.language import _


@dataclass(frozen=True, slots=True)
class Opened:
    """What has just been opened of one appointment, and what was typed on its page and has to be corrected."""

    answers: OpenedAnswers | None = None
    wishes: Wishes | None = None
    words: str | None = None
    problem: str | None = None
    typed: str = ""
    asked: frozenset[str] = field(default_factory=frozenset)  # what was asked for, though nothing may be left
    note: str | None = None
    check_ins: Sequence[tuple[str, str]] | None = None
    reason: str | None = None
    whys: Sequence[str] | None = None
    late_typed: str | None = None
    late_problem: str | None = None


NOTHING_OPENED = Opened()


def safety_of(seen: AppointmentFacts, now: datetime, opened: Opened) -> dict[str, Any]:
    """For the page's template, under ``safety``."""
    review, language = latest_review(seen.id), load_practice().language
    last = latest_of_appointment(seen.id)
    return {
        "review": review,
        "decision": safety_words.decision_words(review) if review and not review.is_open else None,
        "may_decide": may_decide(seen, review),
        "has_alternatives": has_alternatives(seen),
        "has_answers": last is not None and last.sealed_answers is not None,
        "is_unasked": last is None and _asks(seen.service_id) and seen.state in AHEAD and seen.ends_at > now,
        "answers": safety_words.answer_lines(opened.answers, language) if opened.answers else None,
        "outcome": safety_words.OUTCOMES[opened.answers.outcome] if opened.answers else None,
        "answered": opened.answers,
        "wishes": safety_words.wish_lines(opened.wishes) if opened.wishes else None,
        "words": opened.words,
        "opened": opened,
        "consent": _consent(seen, now),
    }


def may_decide(seen: AppointmentFacts, review: Review | None) -> bool:
    """Whether the member answers the request: a review is for who treats and the owner, any other request for the desk."""
    waits = seen.state is State.REQUESTED
    if review is not None and review.is_open:
        return (waits or seen.state is State.BOOKED) and signed_in().may_read_note(seen.therapist_id)
    return waits and signed_in().has_any((OWNER, DESK))


def has_alternatives(seen: AppointmentFacts) -> bool:
    """Whether there is anything that a request could be accepted as instead."""
    practice = load_practice()
    others = any(one.id != seen.therapist_id for one in practice.therapists)
    return others or bool(alternatives(practice.services, seen.service_id, seen.minutes, seen.visit))


def _asks(service_id: int) -> bool:
    return any(one.id == service_id and one.screening is not None for one in load_practice().services)


def _consent(seen: AppointmentFacts, now: datetime) -> dict[str, Any] | None:
    """How consent stands; none where the session needs none."""
    if seen.consent_text_id is None:
        return None
    given = [one for one in list_consents(group_of(seen.client_id)) if one.text_id == seen.consent_text_id]
    newest = given[0] if given else None
    counts = next((one for one in given if one.holds), None)
    ahead = seen.state in AHEAD
    return {
        "newest": newest,
        "holds": counts is not None,
        "how": safety_words.HOW[counts.given_how] if counts and counts.given_how else _("in writing"),
        "why": None if counts else _why_not(newest),
        "matters": ahead,
        "guardian": _guardian(seen) if ahead else None,
        "may_tick": may_be_asked_in_room(seen.state, seen.starts_at, now),
    }


def _guardian(seen: AppointmentFacts) -> str | None:
    """Who agrees for somebody under age, and whether they stay in the room; none for whom nobody has to."""
    policy, day = load_practice().policy, local_date(seen.starts_at, zone_named(seen.zone))
    group = group_of(seen.client_id)
    if is_younger_than(group, policy.guardian_present_until, day):
        return _(
            "%(guardian)s agrees for %(client)s, and stays in the room.",
            guardian=seen.guardian or _("A parent or guardian"),
            client=seen.client,
        )
    if seen.guardian or is_younger_than(group, policy.minor_until, day):
        return _(
            "%(guardian)s agrees for %(client)s.",
            guardian=seen.guardian or _("A parent or guardian"),
            client=seen.client,
        )
    return None


def _why_not(newest: KeptConsent | None) -> str:
    if newest is None:
        return _("Nothing has been agreed to yet.")
    return _("It was withdrawn.") if newest.withdrawn_at else _("The text has changed since.")
