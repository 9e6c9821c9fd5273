"""Whether a session may be booked for that person: what they answered, agreed to and had before, and how near other deep work is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.actions.answered import says_minor
from app.domain.choices import Choice
from app.domain.consent import ConsentTerms, ConsentText, lacks_guardian
from app.domain.reviews import deadline_of
from app.domain.screening import Outcome, settled, standing_cry, worst_of
from app.domain.slots import Refusal
from app.models import Screening
from app.store.consents import holds
from app.store.screenings import find_screening, is_usable, round_of, rounds_of_visit
from app.store.treated import deep_days_of, was_here

#: What would tell somebody else about a person's past or health: to the public they all say "please call us".
NEVER_SAID = frozenset({Refusal.TOO_CLOSE, Refusal.NEEDS_PRIOR_VISIT})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a booking brings along: the token of the answers, what is agreed to (and the version that was read; none: the one
    in force), what staff set aside, and the browser (or the program's conversation) that it comes from.
    """

    screening_token: str | None
    terms: ConsentTerms | None
    read_version: int | None
    setting_aside: Collection[Refusal]
    visitor: str | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """What the booking is made with: answers to keep with it, until when a therapist looks, the text that is agreed to.

    ``brought``: what the same person has answered, to whatever questions; it is theirs from now on.
    """

    screening: Screening | None = None
    brought: Screening | None = None
    review_until: datetime | None = None
    consent: ConsentText | None = None


def permit(
    asked: Asked, choice: Choice, starts_at: datetime, client_ids: Collection[int], now: datetime
) -> Permit | Refusal:
    """Under the booking lock: may it be booked for the person whose stored rows these are (none: a new client)?

    Answers NOT_ANSWERED, PLEASE_CALL, NEEDS_PRIOR_VISIT or NEEDS_CONSENT, unless staff set it aside. Before work that asks
    questions an URGENT answer is never set aside, nor is a REVIEW: too late for one, the answer counts as CALL.
    """
    service, consent = choice.service, choice.service.consent
    found = _brought(asked, client_ids)
    rounds = rounds_of_visit(asked.visitor, client_ids, found.token if found else None, now)
    if standing_cry(map(round_of, rounds), now) and (
        service.screening or _counts(Refusal.PLEASE_CALL, asked)
    ):
        return Refusal.PLEASE_CALL
    screened = _screened(asked, choice, starts_at, found, rounds, now)
    if isinstance(screened, Refusal):
        return screened
    if service.needs_prior_visit and not was_here(client_ids) and _counts(Refusal.NEEDS_PRIOR_VISIT, asked):
        return Refusal.NEEDS_PRIOR_VISIT
    if consent is None or holds(client_ids, consent):
        return screened
    if _agrees(asked, consent, screened, choice, now):
        return replace(screened, consent=consent)
    return Refusal.NEEDS_CONSENT if _counts(Refusal.NEEDS_CONSENT, asked) else screened


def spaced(choice: Choice, client_ids: Collection[int]) -> Choice:
    """The same choice, knowing on which days these rows of one client have deep work on the region."""
    return replace(choice, spaced_from=deep_days_of(choice.service, choice.location, client_ids))


def _agrees(asked: Asked, text: ConsentText, screened: Permit, choice: Choice, now: datetime) -> bool:
    """Whether what comes with it is consent: to the text as it stands now, and a guardian's for who said to be under age."""
    if asked.terms is None or asked.read_version not in (None, text.id):
        return False
    is_minor = screened.screening is not None and says_minor(choice.service, screened.screening, now)
    return not lacks_guardian(asked.terms.guardian, is_minor=is_minor)


def _counts(refusal: Refusal, asked: Asked) -> bool:
    return refusal not in asked.setting_aside


def _brought(asked: Asked, client_ids: Collection[int]) -> Screening | None:
    """The answers that come with it, to whatever questions; nobody else's: each person answers for themselves."""
    found = find_screening(asked.screening_token) if asked.screening_token else None
    is_theirs = found is not None and (found.client_id is None or found.client_id in client_ids)
    return found if is_theirs else None


def _screened(
    asked: Asked,
    choice: Choice,
    starts_at: datetime,
    found: Screening | None,
    rounds: Sequence[Screening],
    now: datetime,
) -> Permit | Refusal:
    """``rounds``: all that this person has said of late, what they bring along among it."""
    if choice.service.screening is None:
        return Permit(brought=found)
    if found is None or found.service_id != choice.service.id or not is_usable(found, now):
        return Refusal.NOT_ANSWERED if _counts(Refusal.NOT_ANSWERED, asked) else Permit(brought=found)
    outcome = settled(Outcome(found.outcome), worst_of(Outcome(one.worst) for one in (*rounds, found)))
    if outcome is Outcome.OK:
        return Permit(found, found)
    if outcome is Outcome.URGENT:
        return Refusal.PLEASE_CALL
    until = deadline_of(now, starts_at, choice.practice.policy)
    if outcome is Outcome.REVIEW and until is not None:
        return Permit(found, found, until)
    return Refusal.PLEASE_CALL if _counts(Refusal.PLEASE_CALL, asked) else Permit(found, found)
