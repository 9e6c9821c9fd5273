"""Finding clients in both databases: however they are typed, of one therapist only, merged ones as who is kept."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from app.actions.booking import book
from app.actions.clients import index_missing_clients
from app.actions.merging import Merged, merge
from app.actions.outcomes import Booked
from app.domain.appointments import Actor
from app.domain.clients import Preferences
from app.extensions import db
from app.models import Appointment, Client, ClientGram
from app.store.client_search import list_recent, search
from app.store.clients import (
    add_client,
    count_missed,
    find_client,
    group_of,
    is_blocked,
    is_client_of,
    load_preferences,
)
from app.store.transactions import transaction
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


def booked_here(
    clock: str,
    *,
    name: str,
    therapist: str = "therapist-1",
    now: datetime = NOW,
    starts_at: datetime | None = None,
) -> str:
    """The reference of an appointment."""
    wanted = wish(starts_at or at(clock), therapist=therapist)
    answer = book(order(wanted, name=name, key=f"{name} {clock} {starts_at}", by_staff=True), now)
    assert isinstance(answer, Booked), answer
    return answer.reference


def names(typed: str, **more: int | None) -> list[str]:
    """Who is found."""
    return [one.name for one in search(typed, NOW, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    [
        "jose",
        "José Díaz",
        "diaz jose",
        "jsoe",
        "555 010",
        "+1 902-555-0100",
        "jose.d",
        "jose.diaz@example.com",
    ],
)
def test_a_client_is_found_however_they_are_typed(typed: str) -> None:
    written("José Díaz", "jose.diaz@example.com", "902-555-0100")
    written("Mina Cole", "mina@example.com", "902-555-0155")
    assert names(typed)[0] == "José Díaz"


def test_the_best_comes_first_and_parts_only_where_nobody_fits() -> None:
    for name in ("Jo Smith", "John Smithers", "Jo Park", "Ann Smith"):
        written(name)
    assert names("smith jo") == ["Jo Smith", "John Smithers"]
    assert set(names("smith xavier")) == {"Jo Smith", "John Smithers", "Ann Smith"}
    assert names("smith jo", limit=1) == ["Jo Smith"]
    assert names("qqqq") == names("x") == names("") == []


def test_visits_stand_beside_the_name_and_a_reference_leads_to_its_client() -> None:
    past = booked_here(
        "09:00", name="Mina Cole", now=NOW - timedelta(days=9), starts_at=at("09:00") - timedelta(days=7)
    )
    booked_here("10:00", name="Mina Cole")
    for typed in ("mina", past, past.lower().replace("-", "")):
        (one,) = search(typed, NOW)
        assert (one.name, one.last_visit_at, one.next_visit_at) == (
            "Mina Cole",
            at("09:00") - timedelta(days=7),
            at("10:00"),
        )
    assert [one.name for one in list_recent(NOW)] == ["Mina Cole"]


def test_therapists_find_their_own_clients_only() -> None:
    first = booked_here("10:00", name="Mina Cole")
    booked_here("10:00", name="Mina Park", therapist="therapist-2")
    written("Mina Nobody")
    mine = db.session.scalars(select(Appointment.therapist_id).where(Appointment.reference == first)).one()
    assert names("mina", therapist_id=mine) == ["Mina Cole"]
    assert names(first, therapist_id=mine) == ["Mina Cole"]
    assert names(first, therapist_id=mine + 1) == []
    assert len(names("mina")) == 3


def test_who_was_merged_is_found_as_who_is_kept_and_treated_as_one() -> None:
    booked_here("10:00", name="Wilhelmina Cole")
    (gone,) = search("wilhelmina", NOW)
    kept = written("Mina Moss", "mina@example.com", "902-555-0155")
    assert isinstance(merge(kept, gone.id, None, DESK, NOW), Merged)
    (one,) = search("wilhelmina", NOW)
    assert (one.id, one.name, one.also, one.next_visit_at) == (
        kept,
        "Mina Moss",
        "Wilhelmina Cole",
        at("10:00"),
    )
    therapist = db.session.scalars(select(Appointment.therapist_id)).one()
    assert is_client_of(kept, therapist)
    assert names("mina moss", therapist_id=therapist) == ["Mina Moss"]
    assert group_of(kept) == group_of(gone.id) == sorted([kept, gone.id])
    known = find_client("wilhelmina.cole@example.com", "Wilhelmina Cole")
    assert known is not None
    assert known.id == kept


def test_clients_from_before_are_found_once_they_are_indexed() -> None:
    written("Mina Cole")
    written("!!")
    with transaction() as rows:
        rows.execute(delete(ClientGram))
    assert names("mina") == []
    assert index_missing_clients() == 2
    assert names("mina") == ["Mina Cole"]
    assert index_missing_clients() == 0


@pytest.mark.parametrize(
    ("email", "phone", "blocked"),
    [
        ("MINA@example.com", None, True),
        (None, "(902) 555 0155", True),
        ("new@example.com", "+1 902 555 0155", True),
        ("new@example.com", "902-555-0156", False),
        ("other@example.com", None, True),  # of the same person, merged
        (None, None, False),
        ("new@example.com", "0155", False),
    ],
)
def test_a_blocked_client_is_known_by_address_and_number(
    email: str | None, phone: str | None, blocked: bool
) -> None:
    mina = written("Mina Cole", "mina@example.com", "902-555-0155")
    other = written("M. Cole", "other@example.com", None)
    merge(other, mina, None, DESK, NOW)
    with transaction() as rows:
        rows.execute(update(Client).where(Client.id == mina).values(blocked_at=NOW))
    assert is_blocked(email, phone) is blocked


def test_what_was_missed_is_counted_apart() -> None:
    for clock, values in (
        ("09:00", {"state": "no_show"}),
        ("12:00", {"state": "cancelled", "cancelled_by": "late"}),
    ):
        reference = booked_here(clock, name="Mina Cole")
        with transaction() as rows:
            rows.execute(update(Appointment).where(Appointment.reference == reference).values(**values))
    (mina,) = search("mina", NOW)
    missed = count_missed([mina.id], NOW)
    assert (missed.no_shows, missed.late) == (1, 1)
    assert count_missed([mina.id], at("11:00")).no_shows == 0


def test_nobodys_preferences_are_nothing() -> None:
    mina = written("Mina Cole")
    assert load_preferences([]) == load_preferences([mina]) == {}
    assert load_preferences([mina]).get(mina, Preferences()).is_empty
