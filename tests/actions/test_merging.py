"""One person stored twice: nothing is moved, all is read together, and it can be undone, in any order."""

import pytest
from sqlalchemy import select

from app.actions.booking import book
from app.actions.client_notes import write_note
from app.actions.merging import Merged, SamePerson, merge, undo
from app.actions.outcomes import Booked
from app.domain.appointments import Actor
from app.domain.clients import NoteKind
from app.extensions import db
from app.models import Appointment, AuditLine, Client
from app.store.client_pages import list_coming, list_household, list_like, list_merges, list_notes
from app.store.clients import add_client, get_client, group_of
from app.store.transactions import Stale, transaction
from tests.support.rows import NOW, at, make_practice, order, wish

DESK = Actor("staff", "desk@example.com")


@pytest.fixture(autouse=True)
def practice(context: None) -> None:
    """Two therapists, nobody booked."""
    make_practice(therapists=2, rooms=2)


def written(name: str, email: str | None = None, phone: str | None = None) -> int:
    """A stored client."""
    with transaction():
        return add_client(name, email, phone, "en", NOW).id


def merged(kept: int, gone: int) -> int:
    """The number of the merge."""
    answer = merge(kept, gone, None, DESK, NOW)
    assert isinstance(answer, Merged)
    assert answer.merge_id is not None
    return answer.merge_id


def points() -> dict[str, str | None]:
    """Who points to whom, by name."""
    names = {number: name for number, name in db.session.execute(select(Client.id, Client.name))}  # noqa: C416
    found = db.session.execute(select(Client.name, Client.merged_into_id))
    return {name: names[into] if into else None for name, into in found}


def test_what_belongs_to_either_is_read_together_and_stays_where_it_is() -> None:
    answer = book(order(wish(at("10:00")), name="Jo Park"), NOW)
    assert isinstance(answer, Booked)
    jo = db.session.scalars(select(Appointment.client_id)).one()
    twin = written("Jo Parc", "parc@example.com")
    write_note(twin, NoteKind.DESK, "Parks at the back.", DESK, NOW)
    merged(twin, jo)
    assert db.session.scalars(select(Appointment.client_id)).one() == jo
    group = group_of(twin)
    assert [one.reference for one in list_coming(group, NOW, None)] == [answer.reference]
    assert [one.text for one in list_notes(group, NoteKind.DESK, opened=True)] == ["Parks at the back."]
    lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "client merged")).all()
    assert {line.subject_id for line in lines} == {str(jo), str(twin)}
    assert lines[0].detail == {"merged": {"from": str(jo), "to": str(twin)}}


def test_a_later_web_booking_of_who_is_gone_attaches_to_who_is_kept() -> None:
    gone = written("Jo Park", "jo.park@example.com")
    kept = written("Jo Parker", "parker@example.com")
    merged(kept, gone)
    answer = book(order(wish(at("10:00")), name="Jo Park"), NOW)
    assert isinstance(answer, Booked)
    assert db.session.scalars(select(Appointment.client_id)).one() == kept


def test_chains_point_to_the_last_kept_and_come_apart_as_they_were_joined() -> None:
    a, b, c = written("A"), written("B"), written("C")
    first = merged(a, b)
    second = merged(c, a)
    assert points() == {"A": "C", "B": "C", "C": None}
    assert {one.name for one in list_merges(group_of(c))} == {"A", "B"}
    assert undo(second, DESK, NOW) is not None
    assert points() == {"A": None, "B": "A", "C": None}
    assert undo(second, DESK, NOW) is None
    assert undo(first, DESK, NOW) is not None
    assert points() == {"A": None, "B": None, "C": None}


def test_the_inner_merge_may_be_undone_first() -> None:
    a, b, c, d = (written(name) for name in "ABCD")
    merged(b, d)
    inner = merged(a, b)
    outer = merged(c, a)
    assert points() == {"A": "C", "B": "C", "C": None, "D": "C"}
    undo(inner, DESK, NOW)
    assert points() == {"A": "C", "B": None, "C": None, "D": "B"}
    undo(outer, DESK, NOW)
    assert points() == {"A": None, "B": None, "C": None, "D": "B"}
    acts = db.session.scalars(select(AuditLine.act).where(AuditLine.act == "client merge undone")).all()
    assert len(acts) == 5  # B, A and C; then A and C


def test_who_is_one_already_is_not_merged_again() -> None:
    a, b = written("A"), written("B")
    merged(a, b)
    assert merge(a, b, None, DESK, NOW) == Merged(a, None)
    assert merge(b, a, None, DESK, NOW) == Merged(a, None)
    assert merge(a, a, None, DESK, NOW) == SamePerson()
    with pytest.raises(LookupError):
        merge(a, 4711, None, DESK, NOW)


def test_what_was_changed_since_it_was_looked_at_is_not_merged() -> None:
    a, b = written("A"), written("B")
    with pytest.raises(Stale):
        merge(a, b, (1, 2), DESK, NOW)
    assert get_client(b).merged_into_id is None
    assert isinstance(merge(a, b, (1, 1), DESK, NOW), Merged)


def test_who_may_be_the_same_person_is_proposed_and_a_family_is_not() -> None:
    mina = written("Mina Cole", "mina@example.com", "902-555-0155")
    accents = written("Mína Côle", None, "+1 902 555 0155")
    namesake = written("Mina Cole", "other@example.com", "902-555-0001")
    brother = written("Rob Cole", "mina@example.com")
    like = list_like("Mina Cole", "mina cole", [mina], "mina@example.com", "902-555-0155")
    assert [(one.id, one.same_contact) for one in like] == [(accents, True), (namesake, False)]
    near = list_household([mina], "mina@example.com", "902-555-0155")
    assert {one.id for one in near} == {accents, brother}
    merged(mina, accents)
    assert {one.id for one in list_household(group_of(mina), "mina@example.com", "902-555-0155")} == {brother}
