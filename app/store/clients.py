"""Clients and contacts. Several stored clients may be one person: all but one of them point to the one that is kept."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, case, exists, func, insert, select, union_all
from sqlalchemy.orm import contains_eager

from app.domain.appointments import State
from app.domain.clients import Preferences, combined, same_phone
from app.domain.missed import Missed
from app.domain.names import grams_of, phone_grams
from app.domain.text import folded
from app.extensions import db
from app.models import Appointment, Client, ClientGram, ClientMerge, ClientNote, Contact, table_of
from app.vault import new_wrapped_key, open_sealed

_KEY_LIMIT = 120
_TREATED = (State.BOOKED.value, State.ARRIVED.value, State.COMPLETED.value)
_gram = table_of(ClientGram)
_NEW_GRAMS = insert(_gram)
#: Whom a row counts as.
ROOT: ColumnElement[int] = func.coalesce(Client.merged_into_id, Client.id)
#: Who has been merged into somebody counts after who has not; of several the oldest.
_SAME = (
    select(Client)
    .join(Client.contact)
    .options(contains_eager(Client.contact))
    .where(Contact.email == bindparam("email"), Client.name_key == bindparam("name_key"))
    .where(Client.erased_at.is_(None), Client.restricted_at.is_(None))  # nothing can be sealed for those
    .order_by(Client.merged_into_id.is_not(None), Client.id)
    .limit(1)
)
_ROOT_OF = select(ROOT).where(Client.id == bindparam("client"))
#: Not with an OR: nearly nobody is merged, and a database that has counted would rather read all clients.
_BLOCKED = select(ROOT).where(Client.blocked_at.is_not(None))
_GROUP = union_all(_ROOT_OF, select(Client.id).where(Client.merged_into_id == _ROOT_OF.scalar_subquery()))


def find_client(email: str, name: str) -> Client | None:
    """The stored client with that e-mail and that name; of several the oldest. Whoever was merged is found as who is kept."""
    asked = {"email": email.lower(), "name_key": name_key(name)}
    return kept(db.session.execute(_SAME, asked).scalar_one_or_none())


def add_client(
    name: str, email: str | None, phone: str | None, language: str, now: datetime, detail: str = "full"
) -> Client:
    """A new client. A stranger's form never joins a stored contact: several people may share an address unknown to each other.

    The row is written at once, with what a search finds it by.
    """
    contact = Contact(
        email=email.lower() if email else None, phone=phone, language=language, detail=detail, created_at=now
    )
    client = Client(
        contact=contact,
        name=name,
        name_key=name_key(name),
        wrapped_key=new_wrapped_key(),
        created_at=now,
    )
    db.session.add(client)
    db.session.flush()
    write_grams({client.id: (name, contact.email, phone)})
    return client


def rename(client: Client, name: str) -> None:
    """Another name, and how it is compared."""
    client.name, client.name_key = name, name_key(name)


def get_client(client_id: int) -> Client:
    """The client of that number. Raises LookupError."""
    client = db.session.get(Client, client_id)
    if client is None:
        raise LookupError("no such client")
    return client


def kept(client: Client | None) -> Client | None:
    """Whom a client counts as: who it was merged into, or itself."""
    if client is None or client.merged_into_id is None:
        return client
    return get_client(client.merged_into_id)


def group_of(client_id: int) -> list[int]:
    """The numbers of a client and of all who turned out to be the same person, whichever of them is asked about."""
    return sorted(db.session.execute(_GROUP, {"client": client_id}).scalars())


def members_of(roots: Collection[int]) -> dict[int, int]:
    """The stored rows of people who are kept: each row's number, and whom it counts as."""
    own = select(Client.id, ROOT).where(Client.id.in_(roots))
    merged = select(Client.id, ROOT).where(Client.merged_into_id.in_(roots))
    return {number: root for number, root in db.session.execute(union_all(own, merged))}  # noqa: C416 - typed so


def is_client_of(client_id: int, therapist_id: int) -> bool:
    """Whether that person has any appointment with that therapist, whatever became of it."""
    of = exists().where(
        Appointment.client_id.in_(group_of(client_id)), Appointment.therapist_id == therapist_id
    )
    return bool(db.session.execute(select(of)).scalar())


def treated_by(client_ids: Collection[int], therapist_id: int) -> list[int]:
    """Which of these very rows have a session with that therapist that stands, or was given.

    Rows, not people: merging is the desk's business and opens nobody's health.
    """
    with_them = Appointment.therapist_id == therapist_id, Appointment.state.in_(_TREATED)
    wanted = select(Appointment.client_id).where(Appointment.client_id.in_(client_ids), *with_them)
    return sorted(db.session.execute(wanted.distinct()).scalars())


def count_missed(client_ids: Collection[int], since: datetime) -> Missed:
    """How many of their sessions since then they did not come to, or cancelled late."""
    no_show, late = Appointment.state == "no_show", Appointment.cancelled_by == "late"
    counted = select(
        func.coalesce(func.sum(case((no_show, 1), else_=0)), 0),
        func.coalesce(func.sum(case((late, 1), else_=0)), 0),
    ).where(Appointment.client_id.in_(client_ids), Appointment.starts_at > since)
    no_shows, lates = db.session.execute(counted).one()
    return Missed(int(no_shows), int(lates))


def is_blocked(email: str | None, phone: str | None) -> bool:
    """Whether somebody with that address or that telephone, however it is written, books by telephone only.

    Few are: asked first, since every booking on the web asks.
    """
    roots = set(db.session.execute(_BLOCKED).scalars())
    if not roots:
        return False
    ways = select(Contact.email, Contact.phone).join(Client, Client.contact_id == Contact.id)
    rows = db.session.execute(ways.where(Client.id.in_(members_of(roots)))).all()
    return any(
        (email and its_email == email.lower()) or (phone and same_phone(its_phone, phone))
        for its_email, its_phone in rows
    )


def roots_reached_by(email: str | None, phone: str | None) -> set[int]:
    """Whom that address or that telephone reaches, those as whom they count."""
    found: set[int] = set()
    if email:
        by_email = select(ROOT).join(Contact, Contact.id == Client.contact_id)
        found |= set(db.session.execute(by_email.where(Contact.email == email.lower())).scalars())
    ends = phone_grams(phone)
    if not ends:
        return found
    sharing = select(ClientGram.client_id).where(ClientGram.gram.in_(ends))
    wanted = select(ROOT, Contact.phone).join(Contact, Contact.id == Client.contact_id)
    rows = db.session.execute(wanted.where(Client.id.in_(sharing))).all()
    return found | {root for root, its in rows if same_phone(its, phone)}


def write_grams(people: Mapping[int, tuple[str, str | None, str | None]]) -> None:
    """What new clients are found by: name, address and telephone of each number."""
    rows = [
        {"gram": gram, "client_id": number}
        for number, told in people.items()
        for gram in sorted(grams_of(*told))
    ]
    if rows:
        db.session.execute(_NEW_GRAMS, rows)


def rewrite_grams(clients: Iterable[Client]) -> None:
    """The same of clients who are called, or reached, otherwise now."""
    told = {one.id: (one.name, one.contact.email, one.contact.phone) for one in clients}
    db.session.execute(_gram.delete().where(_gram.c.client_id.in_(told)))
    write_grams(told)


def list_unindexed(at_most: int) -> list[Client]:
    """Clients whom no search finds yet: those from before there was one."""
    known = exists().where(ClientGram.client_id == Client.id)
    findable = (~known, Client.erased_at.is_(None), Client.restricted_at.is_(None))
    wanted = select(Client).join(Client.contact).options(contains_eager(Client.contact)).where(*findable)
    return list(db.session.execute(wanted.order_by(Client.id).limit(at_most)).scalars())


def list_sharing(contact_id: int) -> list[Client]:
    """Everybody whose messages go to that stored contact."""
    return list(db.session.execute(select(Client).where(Client.contact_id == contact_id)).scalars())


def add_note(note: ClientNote) -> None:
    """Keep it."""
    db.session.add(note)


def list_notes_since(client_id: int, kind: str, author: str, since: datetime) -> list[ClientNote]:
    """What somebody has noted of that very row since then, still sealed."""
    theirs = (ClientNote.client_id == client_id, ClientNote.kind == kind, ClientNote.author == author)
    wanted = select(ClientNote).where(*theirs, ClientNote.written_at >= since)
    return list(db.session.execute(wanted).scalars())


def add_merge(merge: ClientMerge) -> ClientMerge:
    """Keep it; it has its number then."""
    db.session.add(merge)
    db.session.flush()
    return merge


def find_merge(merge_id: int) -> ClientMerge | None:
    """The merge of that number."""
    return db.session.get(ClientMerge, merge_id)


def list_merged_before(client_id: int) -> list[int]:
    """Who was merged into that client, or into one of those, and never told apart again."""
    found: list[int] = []
    asking = [client_id]
    while asking:
        under = select(ClientMerge.gone_id).where(
            ClientMerge.kept_id.in_(asking), ClientMerge.undone_at.is_(None)
        )
        asking = [number for number in db.session.execute(under).scalars() if number not in found]
        found += asking
    return found


def preferences_context(client_id: int) -> str:
    """What a client's preferences are sealed for."""
    return f"client|preferences|{client_id}"


def load_preferences(client_ids: Collection[int], therapist_id: int | None = None) -> dict[int, Preferences]:
    """What is known of how each of them likes to be treated; who has none is left out. Whoever asks writes down that they did.

    What was written on the page of somebody who was merged since counts, too, until it is written anew. With ``therapist_id``
    only what is noted under rows that this therapist treats.
    """
    if not client_ids:
        return {}
    roots = dict(db.session.execute(select(Client.id, ROOT).where(Client.id.in_(client_ids))).all())
    columns = (Client.id, ROOT, Client.wrapped_key, Client.sealed_preferences)
    some = (Client.sealed_preferences.is_not(None), Client.id.in_(members_of(set(roots.values()))))
    opened: dict[int, list[tuple[int, Mapping[str, object]]]] = defaultdict(list)
    open_ones = (Client.erased_at.is_(None), Client.restricted_at.is_(None))
    for number, root, key, sealed in db.session.execute(select(*columns).where(*some, *open_ones)):
        told = json.loads(open_sealed(sealed or b"", key, preferences_context(number)))
        opened[root].append((number, told))
    rows = {number for told in opened.values() for number, _ in told}
    readable = rows if therapist_id is None else set(treated_by(rows, therapist_id))
    found = {
        root: _in_force(root, told, readable)
        for root, told in opened.items()
        if any(number in readable for number, _ in told)
    }
    return {number: found[root] for number, root in roots.items() if root in found}


def written_over(client: Client) -> set[int]:
    """Which merged rows' preferences were before whoever wrote this client's."""
    if client.sealed_preferences is None:
        return set()
    told = open_sealed(client.sealed_preferences, client.wrapped_key, preferences_context(client.id))
    return _over(json.loads(told))


def _over(told: Mapping[str, object]) -> set[int]:
    over = told.get("over")
    return set(over) if isinstance(over, list) else set()


def _in_force(
    root: int, told: Sequence[tuple[int, Mapping[str, object]]], readable: Collection[int]
) -> Preferences:
    """The kept client's own first, then those of others that were not before whoever wrote them; what is readable of it."""
    ordered = sorted(told, key=lambda one: (one[0] != root, one[0]))
    over = _over(ordered[0][1]) if ordered[0][0] == root else set()
    left = [one for number, one in ordered if number in readable and number not in over]
    return combined(Preferences.from_stored(one) for one in left)


def name_key(name: str) -> str:
    """How names are compared, cut to the column: folding can make a name many times longer."""
    return folded(name)[:_KEY_LIMIT]
