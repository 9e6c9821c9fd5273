"""Two who were merged by mistake are told apart: what was booked meanwhile goes with whose it is, and opens for nobody else."""

import json
import zlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions.booking import book
from app.actions.client_notes import write_note
from app.actions.merging import Decided, Meanwhile, Merged, Parted, merge, undo
from app.actions.outbox import SentCopy, open_copy
from app.actions.outcomes import Booked
from app.domain.appointments import Actor
from app.domain.clients import NoteKind
from app.extensions import db
from app.models import Appointment, AuditLine, Client, Notification
from app.store import outbox
from app.store.appointments import get_appointment
from app.store.audit import list_audit_lines
from app.store.clients import add_client, get_client
from app.store.records import read_record
from app.store.seal_contexts import copy_context
from app.store.transactions import transaction
from app.vault import close_key, seal_bytes
from tests.support.records import CANARY, EMAIL, NAME, make_known
from tests.support.rows import NOW, active_claims, at, make_practice, order, wish

DESK = Actor("staff", "desk@example.com")
BEFORE, LATER = NOW - timedelta(minutes=1), NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def practice(context: None) -> None:
    """Two therapists, nobody booked."""
    make_practice(therapists=2, rooms=2)


def merged(gone: tuple[str, str | None], kept: tuple[str, str | None]) -> tuple[int, int, int]:
    """Two who are stored and count as one since a minute: gone, kept, the merge."""
    with transaction():
        gone_id, kept_id = (add_client(name, email, None, "en", BEFORE).id for name, email in (gone, kept))
    answer = merge(kept_id, gone_id, None, DESK, BEFORE)
    assert isinstance(answer, Merged)
    return gone_id, kept_id, answer.merge_id or 0


def booked(clock: str, name: str, email: str | None) -> int:
    """A session booked since."""
    answer = book(order(wish(at(clock)), name=name, email=email, key=f"key-{clock}"), NOW)
    assert isinstance(answer, Booked)
    return answer.appointment_id


def owners() -> dict[int, int]:
    """Whose each appointment is."""
    return {row[0]: row[1] for row in db.session.execute(select(Appointment.id, Appointment.client_id))}


def asked(merge_id: int) -> Meanwhile:
    """What has to be looked at first."""
    found = undo(merge_id, DESK, LATER)
    assert isinstance(found, Meanwhile)
    return found


def given(merge_id: int, *numbers: int) -> Parted:
    """Told apart; those sessions go along."""
    seen = frozenset(one.id for one in asked(merge_id).sessions)
    done = undo(merge_id, DESK, LATER, Decided(seen, frozenset(numbers)))
    assert isinstance(done, Parted)
    return done


def test_nothing_is_undone_before_what_was_booked_meanwhile_was_looked_at() -> None:
    gone, kept, number = merged(("Merge Alfa", "mb@example.com"), ("Alpha", "ma@example.com"))
    theirs = booked("10:00", "Merge Alfa", "mb@example.com")
    others = booked("12:00", "Alpha", "ma@example.com")
    found = asked(number)
    assert ([one.id for one in found.theirs], [one.id for one in found.others]) == ([theirs], [others])
    assert get_client(gone).merged_into_id == kept
    late = undo(number, DESK, LATER, Decided(frozenset({theirs}), frozenset({theirs})))
    assert isinstance(late, Meanwhile)  # the other was not told of
    assert owners() == {theirs: kept, others: kept}


def test_what_was_booked_meanwhile_goes_along_and_is_written_down() -> None:
    gone, kept, number = merged(("Merge Alfa", "mb@example.com"), ("Alpha", "ma@example.com"))
    theirs = booked("10:00", "Merge Alfa", "mb@example.com")
    others = booked("12:00", "Alpha", "ma@example.com")
    write_note(kept, NoteKind.DESK, "Parks behind.", DESK, NOW)
    claims, version = active_claims(), get_appointment(theirs).token_version
    assert given(number, theirs) == Parted("Merge Alfa", "Alpha", given=1, sessions_left=1, notes_left=1)
    assert owners() == {theirs: gone, others: kept}
    assert active_claims() == claims
    line = list_audit_lines("appointment", theirs)[-1]
    assert (line.actor, line.act) == ("desk@example.com", "handed over")
    assert line.detail == {"client": {"from": kept, "to": gone}}
    assert get_appointment(theirs).token_version == version + 1  # the links are in Alpha's mails


def test_all_that_was_sealed_about_it_opens_with_their_key_only() -> None:
    gone, kept, number = merged((NAME, EMAIL), ("Wilma Quest", "quest@example.com"))
    known = make_known()
    assert known.client_id == kept
    before = read_record([kept], [kept])[0]
    message = db.session.scalars(
        select(Notification.id).where(Notification.appointment_id == known.given)
    ).first()
    assert message is not None
    copy = SentCopy("Subject", CANARY, "", EMAIL)
    with transaction() as rows:
        row = rows.get_one(Notification, message)
        told = {"subject": copy.subject, "text": copy.text, "html": copy.html, "to": copy.to}
        packed = zlib.compress(json.dumps(told).encode())
        key = get_client(kept).wrapped_key
        outbox.keep_copy(message, seal_bytes(packed, key, copy_context(row.message_id)))
    given(number, known.given, known.cancelled)
    with transaction() as rows:
        rows.get_one(Client, kept).wrapped_key = close_key(get_client(kept).wrapped_key)
    after = read_record([gone], [gone])[0]
    for part in ("appointments", "screenings", "consents"):
        assert after[part] == before[part]
        assert CANARY in str(after[part])
    assert read_record([kept], [kept])[0]["appointments"] == []
    assert open_copy(message, DESK, LATER) == copy


def test_an_address_in_common_proves_nothing_and_keeps_the_links() -> None:
    gone, _kept, number = merged(("Rob Cole", "home@example.com"), ("Mina Cole", "home@example.com"))
    robs = booked("10:00", "Rob Cole", "home@example.com")
    minas = booked("12:00", "Mina Cole", "home@example.com")
    found = asked(number)
    assert ([one.id for one in found.theirs], [one.id for one in found.others]) == ([robs], [minas])
    version = get_appointment(robs).token_version
    given(number, robs)
    assert owners()[robs] == gone
    assert get_appointment(robs).token_version == version


def test_what_could_not_be_sent_for_want_of_an_address_is_planned_once_there_is_one() -> None:
    gone, kept, number = merged(("Merge Alfa", "mb@example.com"), ("Alpha", None))
    theirs = booked("10:00", "Merge Alfa", "mb@example.com")
    waiting = select(Notification.state).where(
        Notification.appointment_id == theirs, Notification.audience == "client"
    )
    assert set(db.session.scalars(waiting)) == {"skipped"}
    given(number, theirs)
    assert "planned" in set(db.session.scalars(waiting))
    assert owners()[theirs] == gone != kept


def test_of_a_closed_record_nothing_is_handed_over() -> None:
    gone, kept, number = merged(("Merge Alfa", "mb@example.com"), ("Alpha", "ma@example.com"))
    theirs = booked("10:00", "Merge Alfa", "mb@example.com")
    with transaction() as rows:
        rows.get_one(Client, kept).restricted_at = NOW
    assert isinstance(undo(number, DESK, LATER), Parted)
    assert owners() == {theirs: kept}
    assert get_client(gone).merged_into_id is None


def test_only_what_was_booked_since_that_very_merge_may_go_along() -> None:
    with transaction():
        gone, kept = (add_client(name, None, None, "en", BEFORE).id for name in ("Alfa", "Alpha"))
    earlier = booked("10:00", "Alpha", "ma@example.com")
    with transaction() as rows:
        rows.get_one(Appointment, earlier).client_id = kept
    answer = merge(kept, gone, None, DESK, LATER)
    assert isinstance(answer, Merged)
    done = undo(answer.merge_id or 0, DESK, LATER, Decided(frozenset({earlier}), frozenset({earlier})))
    assert done == Parted("Alfa", "Alpha", 0, 0, 0)
    assert owners() == {earlier: kept}
    assert db.session.scalars(select(AuditLine).where(AuditLine.act == "handed over")).all() == []
