"""Two stored clients are one person after all, or are not: nothing is moved, the one that is gone points to the one that is kept."""

from dataclasses import dataclass
from datetime import datetime

from app.actions.clients import still_open
from app.actions.contention import retrying
from app.domain.appointments import Actor
from app.models import Client, ClientMerge
from app.store.audit import add_audit_line
from app.store.clients import add_merge, find_merge, get_client, group_of, list_merged_before, rewrite_grams
from app.store.transactions import Stale, take_booking_lock, transaction


@dataclass(frozen=True, slots=True)
class Merged:
    """They count as one now. ``merge_id`` undoes it; none where they did already."""

    kept_id: int
    merge_id: int | None


@dataclass(frozen=True, slots=True)
class SamePerson:
    """One can't be merged into oneself."""


@retrying
def merge(
    kept_id: int, gone_id: int, versions: tuple[int, int] | None, actor: Actor, now: datetime
) -> Merged | SamePerson:
    """From now on both are ``kept_id``, with all who were either before. Raises LookupError, Stale and Busy.

    ``versions``: of the kept and of the gone row as whoever decides has seen them.
    """
    with transaction():
        take_booking_lock()
        kept, gone = still_open(_root(kept_id)), still_open(_root(gone_id))
        if kept.id == gone.id:
            return SamePerson() if kept_id == gone_id else Merged(kept.id, None)
        if versions is not None and versions != (kept.row_version, gone.row_version):
            raise Stale
        group = [get_client(number) for number in group_of(gone.id)]
        for one in group:
            one.merged_into_id = kept.id
            one.row_version += 1
        kept.row_version += 1
        row = add_merge(
            ClientMerge(kept_id=kept.id, gone_id=gone.id, merged_at=now, merged_by=actor.name or actor.kind)
        )
        rewrite_grams([kept, *group])
        detail = {"merged": {"from": str(gone.id), "to": str(kept.id)}}
        for one in (kept, gone):
            add_audit_line(actor, "client merged", "client", one.id, detail, now)
        return Merged(kept.id, row.id)


@retrying
def undo(merge_id: int, actor: Actor, now: datetime) -> Client | None:
    """Tell them apart again: who was gone before goes back with whom they had been merged into. None where it is undone already.

    Raises LookupError and Busy.
    """
    with transaction():
        take_booking_lock()
        row = find_merge(merge_id)
        if row is None:
            raise LookupError("no such merge")
        if row.undone_at is not None:
            return None
        row.undone_at = now
        gone = get_client(row.gone_id)
        kept_id = gone.merged_into_id
        gone.merged_into_id = None
        gone.row_version += 1
        for number in list_merged_before(gone.id):
            one = get_client(number)
            one.merged_into_id = gone.id
            one.row_version += 1
        detail = {"merged": {"from": str(kept_id), "to": str(gone.id)}}
        for number in {gone.id, row.kept_id, kept_id or row.kept_id}:
            add_audit_line(actor, "client merge undone", "client", number, detail, now)
        return gone


def _root(client_id: int) -> Client:
    client = get_client(client_id)
    return client if client.merged_into_id is None else get_client(client.merged_into_id)
