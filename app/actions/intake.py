"""The intake form: a client fills it in part by part, and says later that it still holds; staff open it with an audit line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.actions.contention import retrying
from app.domain.appointments import Actor
from app.domain.intake import kept_answers, read_out
from app.domain.intake_questions import PARTS, Part
from app.models import Client, IntakeForm
from app.store.audit import add_audit_line
from app.store.clients import get_client, group_of, treated_by
from app.store.intake import add_form, begun_by, find_form, open_answers, seal_answers, standing_of
from app.store.transactions import take_booking_lock, transaction
from app.vault import Closed


@dataclass(frozen=True, slots=True)
class Kept:
    """The part is kept. ``following``: the key of the next one that nobody has filled in; none: the form is complete."""

    following: str | None


@dataclass(frozen=True, slots=True)
class Faulty:
    """Nothing was kept: by question what is wrong with its answer."""

    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nothing was kept: this client is not asked that (any more)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One stored row's form in words: by part, its questions and answers; when it was last said to be true."""

    client_id: int
    parts: list[tuple[str, list[tuple[str, str]]]]
    changed_at: datetime
    confirmed_at: datetime | None


@retrying
def save_part(
    client_id: int, key: str, typed: Mapping[str, str], actor: Actor, now: datetime, today: date
) -> Kept | Faulty | NotAsked:
    """Keep a part; what it said before is replaced as a whole. ``today``: where the client is. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        client, part = get_client(client_id), standing_of([client_id]).part(key)
        if part is None or _is_shut(client):
            return NotAsked()
        kept, faults = kept_answers(part, typed, today)
        if faults:
            return Faulty(faults)
        _write(client, part, kept, now)
        add_audit_line(actor, "intake answered", "client", client_id, {"part": key}, now)
        missing = standing_of([client_id]).missing
        return Kept(missing[0].key if missing else None)


@retrying
def confirm(client_id: int, actor: Actor, now: datetime) -> bool:
    """All of it still holds; whether it could be said. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        form = find_form(client_id)
        if form is None or _is_shut(get_client(client_id)) or not standing_of([client_id]).is_complete:
            return False
        form.confirmed_at = now
        add_audit_line(actor, "intake confirmed", "client", client_id, {}, now)
        return True


def open_intake(
    client_id: int, actor: Actor, now: datetime, language: str, therapist_id: int | None = None
) -> list[Opened]:
    """What was answered, in words; with ``therapist_id`` under those rows that this therapist treats.

    A line for each row is written first, and stays even if opening fails; what nobody opens any more is left out.
    """
    with transaction():
        group = group_of(client_id)
        rows = begun_by(group if therapist_id is None else treated_by(group, therapist_id))
        for number in rows:
            add_audit_line(actor, "intake opened", "client", number, {}, now)
    found = (_opened(number, language) for number in rows)
    return [one for one in found if one is not None]


def _is_shut(client: Client) -> bool:
    """Whether nothing may be written about them any more."""
    return client.erased_at is not None or client.restricted_at is not None


def _write(client: Client, part: Part, kept: Mapping[str, str], now: datetime) -> None:
    form = find_form(client.id)
    others = {name: said for name, said in open_answers(client.id).items() if not _is_of(part, name)}
    sealed = seal_answers({**others, **kept}, client)
    if form is None:
        form = IntakeForm(client_id=client.id, sealed_answers=sealed, parts=[], begun_at=now, changed_at=now)
        add_form(form)
    form.sealed_answers, form.changed_at = sealed, now
    form.parts = [one.key for one in PARTS if one.key == part.key or one.key in form.parts]
    if standing_of([client.id]).is_complete:
        form.confirmed_at = now


def _is_of(part: Part, name: str) -> bool:
    return name.partition(".")[0] in {question.key for question in part.questions}


def _opened(client_id: int, language: str) -> Opened | None:
    """None where the form is gone meanwhile, or nobody opens it any more."""
    form = find_form(client_id)
    if form is None:
        return None
    try:
        answers = open_answers(client_id)
    except Closed:
        return None
    return Opened(client_id, read_out(answers, language), form.changed_at, form.confirmed_at)
