"""Whether a session may be booked for that person: what they answered, agreed to and had before, and how near other deep work is."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.choices import Choice
from app.domain.consent import ConsentText
from app.domain.reviews import deadline_of
from app.domain.screening import Outcome, settled, worst_of
from app.domain.slots import Refusal
from app.models import Screening
from app.store.consents import holds
from app.store.screenings import VISIT, find_screening, is_usable, rounds_of_visit
from app.store.treated import deep_days_of, was_here

#: What would tell somebody else about a person's past or health: to the public they all say "please call us".
NEVER_SAID = frozenset({Refusal.TOO_CLOSE, Refusal.NEEDS_PRIOR_VISIT})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a booking brings along: the token of the answers, whether consent comes with it, and what staff set aside."""

    screening_token: str | None
    consents: bool
    by_staff: bool
    setting_aside: Collection[Refusal]


@dataclass(frozen=True, slots=True)
class Permit:
    """What the booking is made with: answers to keep with it, until when a therapist looks, the text that is agreed to."""

    screening: Screening | None = None
    review_until: datetime | None = None
    consent: ConsentText | None = None


def permit(
    asked: Asked, choice: Choice, starts_at: datetime, client_ids: Collection[int], now: datetime
) -> Permit | Refusal:
    """Under the booking lock: may it be booked for the person whose stored rows these are (none: a new client)?

    Answers NOT_ANSWERED, PLEASE_CALL, NEEDS_PRIOR_VISIT or NEEDS_CONSENT, unless staff set it aside. An URGENT answer is
    never set aside, nor is a REVIEW: too late for one, the answer counts as CALL.
    """
    screened = _screened(asked, choice, starts_at, client_ids, now)
    if isinstance(screened, Refusal):
        return screened
    service, consent = choice.service, choice.service.consent
    if service.needs_prior_visit and not was_here(client_ids) and _counts(Refusal.NEEDS_PRIOR_VISIT, asked):
        return Refusal.NEEDS_PRIOR_VISIT
    if consent is None or holds(client_ids, consent):
        return screened
    if asked.consents:
        return replace(screened, consent=consent)
    return Refusal.NEEDS_CONSENT if _counts(Refusal.NEEDS_CONSENT, asked) else screened


def spaced(choice: Choice, client_ids: Collection[int]) -> Choice:
    """The same choice, knowing on which days these rows of one client have deep work on the region."""
    return replace(choice, spaced_from=deep_days_of(choice.service, choice.location, client_ids))


def _counts(refusal: Refusal, asked: Asked) -> bool:
    return refusal not in asked.setting_aside


def _unanswered(asked: Asked, rounds: Collection[Screening], now: datetime) -> Permit | Refusal:
    """Staff may leave the questions for later, but not on a day on which the client's answers were a cry for help."""
    if _counts(Refusal.NOT_ANSWERED, asked):
        return Refusal.NOT_ANSWERED
    today = (one for one in rounds if one.answered_at > now - VISIT)
    return Refusal.PLEASE_CALL if any(one.worst == Outcome.URGENT for one in today) else Permit()


def _is_for(found: Screening, choice: Choice, client_ids: Collection[int], now: datetime) -> bool:
    """Whether these are answers to this service's questions, and nobody else's: each person answers for themselves."""
    theirs = found.client_id is None or found.client_id in client_ids
    return theirs and found.service_id == choice.service.id and is_usable(found, now)


def _screened(
    asked: Asked, choice: Choice, starts_at: datetime, client_ids: Collection[int], now: datetime
) -> Permit | Refusal:
    questions = choice.service.screening
    if questions is None:
        return Permit()
    found = find_screening(asked.screening_token) if asked.screening_token else None
    rounds = rounds_of_visit(None, client_ids, None, now) if client_ids else ()
    if found is None or not _is_for(found, choice, client_ids, now):
        return _unanswered(asked, rounds, now)
    outcome = settled(Outcome(found.outcome), worst_of([Outcome(one.worst) for one in (*rounds, found)]))
    if outcome is Outcome.OK:
        return Permit(found)
    if outcome is Outcome.URGENT:
        return Refusal.PLEASE_CALL
    until = deadline_of(now, starts_at, choice.practice.policy)
    if outcome is Outcome.REVIEW and until is not None:
        return Permit(found, until)
    return Refusal.PLEASE_CALL if _counts(Refusal.PLEASE_CALL, asked) else Permit(found)
