"""Questions before a session: answered by a visitor, read aloud by the desk, or answered again when something has changed."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from app.actions.contention import retrying
from app.domain.appointments import Actor
from app.domain.intake import is_old
from app.domain.practice import Service
from app.domain.screening import (
    GRAVE,
    LONGEST_TEXT,
    Outcome,
    QuestionKind,
    Said,
    ScreeningSet,
    day_key,
    faults_of,
    outcome_of,
    settled,
    worst_of,
)
from app.domain.wallclock import local_date
from app.domain.wishes import Wishes
from app.models import Screening
from app.store.audit import add_audit_line
from app.store.clients import get_client
from app.store.practice import load_practice
from app.store.screenings import (
    add_screening,
    asks_same_age,
    is_grave_since,
    latest_of_client,
    open_answers,
    open_wishes,
    rounds_of_visit,
    seal_round,
    worst_so_far,
)
from app.store.transactions import take_booking_lock, transaction
from app.vault import CannotOpen, new_wrapped_key


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered is kept under ``token``, and what follows from it."""

    token: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers: a browser, a client who is known (the row that counts first), somebody on the telephone."""

    visitor: str | None = None
    asked_by: str | None = None
    client_ids: tuple[int, ...] = ()
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The answers that still hold, and what follows from them as of today: OK or REVIEW."""

    said: Screening
    outcome: Outcome


class BadAnswers(Exception):
    """Something is missing, or is no answer: by question what is wrong. Nothing was kept."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("not every question is answered")
        self.faults = faults


@retrying
def answer_questions(
    service: Service,
    said: Said,
    visitor: str | None,
    now: datetime,
    *,
    wishes: Wishes | None = None,
    asked_by: str | None = None,
    client_ids: Collection[int] = (),
    follows: str | None = None,
) -> Answered:
    """Keep the answers to a service's questions, and say what follows. Raises BadAnswers, LookupError and Busy.

    Whoever had CALL or URGENT within the last day gets REVIEW at best: the same browser (``visitor``), the same client
    (``client_ids``: a known one first, then whoever counts as the same person), the same telephone call (``follows``: the
    token of the answers before). ``asked_by``: the staff member who read the questions aloud.
    """
    who = Answering(visitor, asked_by, tuple(client_ids), follows)
    with transaction():
        take_booking_lock()
        kept = keep_answers(service, said, wishes or Wishes(), who, now)
        if asked_by:
            _note(asked_by, "questions read aloud", kept, now)
        return Answered(kept.token, Outcome(kept.outcome))


def keep_answers(service: Service, said: Said, wishes: Wishes, who: Answering, now: datetime) -> Screening:
    """The same inside the caller's transaction."""
    asked = questions_of(service)
    heard = heard_of(asked, said)
    faults = faults_of(asked, heard, today(now))
    if faults:
        raise BadAnswers(faults)
    before = rounds_of_visit(who.visitor, who.client_ids, who.follows, now)
    kept = _kept(service, asked, outcome_of(asked, heard, today(now)), worst_so_far(before), now)
    kept.visitor, kept.asked_by = who.visitor, who.asked_by
    _seal(kept, heard, wishes, who.client_ids)
    add_screening(kept)
    _remember(before, Outcome(kept.worst))
    return kept


def still_holds(
    service: Service,
    client_ids: Collection[int],
    now: datetime,
    *,
    visitor: str | None = None,
    follows: str | None = None,
) -> bool:
    """Whether that person's last answers to its very questions can be relied on, if nothing has changed since."""
    return answers_held(service, Answering(visitor, None, tuple(client_ids), follows), now) is not None


@retrying
def nothing_changed(
    service: Service,
    client_ids: Collection[int],
    visitor: str | None,
    now: datetime,
    *,
    asked_by: str | None = None,
    follows: str | None = None,
) -> Answered | None:
    """That person says so: what they answered last counts for the next booking. None where it has to be asked again.

    ``follows``: the token of what was answered in the same telephone call.
    """
    who = Answering(visitor, asked_by, tuple(client_ids), follows)
    with transaction():
        take_booking_lock()
        held = answers_held(service, who, now)
        if held is None:
            return None
        kept = repeat_answers(service, held, who, now)
        if asked_by:
            _note(asked_by, "asked whether anything has changed", kept, now)
        return Answered(kept.token, Outcome(kept.outcome))


def repeat_answers(service: Service, held: Held, who: Answering, now: datetime) -> Screening:
    """What holds, kept once more, as old as it is, inside the caller's transaction."""
    kept = keep_answers(service, open_answers(held.said), open_wishes(held.said), who, now)
    kept.since = held.said.asked_at
    return kept


def answers_held(service: Service, who: Answering, now: datetime) -> Held | None:
    """The last answers of a known client to the version in force, not too old, that lead to a booking as of today.

    None where they meant CALL or URGENT, or anything has that was told since, for whatever service; nor where the browser or
    the telephone call has told of such a thing within the day, though nobody knew whose it was.
    """
    asked = service.screening
    last = latest_of_client(who.client_ids, service.id, asked.id) if asked and who.client_ids else None
    if asked is None or last is None or not asks_same_age(last):
        return None
    months = load_practice().policy.screening_months
    if is_old(last.asked_at, now, months) or is_grave_since(who.client_ids, last):
        return None
    if worst_of(worst_so_far(rounds_of_visit(who.visitor, who.client_ids, who.follows, now))) in GRAVE:
        return None
    try:
        outcome = outcome_of(asked, open_answers(last), today(now))
    except CannotOpen:
        return None
    return None if outcome in GRAVE else Held(last, outcome)


def questions_of(service: Service) -> ScreeningSet:
    """What is asked before it. Raises LookupError where nothing is."""
    if service.screening is None:
        raise LookupError("nothing is asked before this service")
    return service.screening


def heard_of(asked: ScreeningSet, said: Said) -> dict[str, str]:
    """Of what somebody sent, what belongs to these questions; the date that goes with an answer only where it is asked for."""
    heard: dict[str, str] = {}
    for question in asked.questions:
        words = said.get(question.key, "").strip()
        if words:
            heard[question.key] = words[: LONGEST_TEXT + 1] if question.kind is QuestionKind.TEXT else words
        dated = any(answer.key == words and answer.phases for answer in question.answers)
        if dated and said.get(day_key(question.key), "").strip():
            heard[day_key(question.key)] = said[day_key(question.key)].strip()
    return heard


def today(now: datetime) -> date:
    """The date on the wall clock of the practice's first location, by which "six weeks ago" is counted."""
    return local_date(now, load_practice().first_zone)


def _note(asked_by: str, act: str, kept: Screening, now: datetime) -> None:
    add_audit_line(Actor("staff", asked_by), act, "screening", kept.id, {}, now)


def _kept(
    service: Service, asked: ScreeningSet, outcome: Outcome, before: Collection[Outcome], now: datetime
) -> Screening:
    follows = settled(outcome, worst_of(before) if before else None)
    return Screening(
        token=secrets.token_urlsafe(16),
        service_id=service.id,
        version_id=asked.id,
        outcome=follows.value,
        worst=worst_of((*before, follows)).value,
        answered_at=now,
        minor_until=load_practice().policy.minor_until,
    )


def _seal(kept: Screening, heard: Said, wishes: Wishes, client_ids: Collection[int]) -> None:
    """Under a key of its own, while nobody knows whose answers they are; else under the client's."""
    known = next(iter(client_ids), None)
    if known is None:
        kept.wrapped_key = new_wrapped_key()
        seal_round(kept, heard, wishes, kept.wrapped_key)
        return
    kept.client_id = known
    seal_round(kept, heard, wishes, get_client(known).wrapped_key)


def _remember(before: Collection[Screening], worst: Outcome) -> None:
    """What has come out since counts for earlier answers, too, that could still be booked with: for another service, say."""
    for one in before:
        if one.appointment_id is None:
            one.worst = worst_of((Outcome(one.worst), worst)).value
            one.outcome = settled(Outcome(one.outcome), Outcome(one.worst)).value
