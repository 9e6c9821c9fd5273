"""The list of messages: turned page by page without a gap, searched, counted; and whom to call."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.domain.notifications import NO_CLIENT_ADDRESS, Audience, Fate, Kind
from app.models import Appointment, Delivery, Notification, Therapist
from app.store.calls import list_calls
from app.store.inbox import list_failed_messages
from app.store.ledger import Place, Wanted, count_days, find_message, list_earlier, list_later, load_sending
from app.store.transactions import transaction
from tests.support.rows import NOW, at, make_practice, order, wish

DAY = timedelta(days=1)
WEEK = Wanted(since=NOW - 7 * DAY)
Written = Callable[..., int]
_numbers = count()


@pytest.fixture
def appointment(context: None) -> int:
    """Jo Park's appointment on Monday, of which nobody has been told anything."""
    make_practice(therapists=2, rooms=2)
    return booked("Jo Park", "10:00")


def booked(name: str, clock: str, therapist: str = "therapist-1") -> int:
    """An appointment without messages."""
    answer = book(order(wish(at(clock), therapist=therapist), name=name, key=f"{name} {clock}"), NOW)
    assert isinstance(answer, Booked), answer
    with transaction() as rows:
        row = rows.execute(select(Appointment).where(Appointment.reference == answer.reference)).scalar_one()
        for message in rows.scalars(select(Notification).where(Notification.appointment_id == row.id)):
            rows.delete(message)
        return row.id


def written(appointment: int | None, due_at: datetime, state: str = "sent", **more: object) -> int:
    """A message in the ledger."""
    number = next(_numbers)
    said: dict[str, object] = {
        "kind": "appointment_reminder",
        "step": f"before_1d:{number}",
        "audience": "client",
        "expires_at": due_at + DAY,
        "message_id": f"<{number}@example.com>",
        "created_at": NOW,
    }
    with transaction() as rows:
        row = Notification(appointment_id=appointment, due_at=due_at, state=state, **(said | more))
        rows.add(row)
        rows.flush()
        return row.id


def test_pages_follow_each_other_without_gap_or_repetition(appointment: int) -> None:
    moments = [NOW + timedelta(minutes=minute // 3) for minute in range(20)]  # three at a time
    numbers = [written(appointment, moment) for moment in moments]
    backwards: list[int] = []
    place: Place | None = None
    while found := list_earlier(WEEK, place, 6):
        backwards += [line.id for line in found]
        place = found[-1].place
    forwards: list[int] = []
    place = Place(WEEK.since, 0)
    while found := list_later(WEEK, place, 7):
        forwards += [line.id for line in found]
        place = found[-1].place
    assert forwards == numbers
    assert backwards == numbers[::-1]


@pytest.mark.parametrize(
    ("said", "found"), [("jo p", 1), ("PARK", 1), ("EX-", 2), ("%", 0), ("_", 0), ("nobody", 0), ("mina", 1)]
)
def test_messages_are_found_by_name_and_reference_and_nothing_stands_for_everything(
    appointment: int, said: str, found: int
) -> None:
    written(appointment, NOW)
    written(booked("Mina Cole", "12:00"), NOW)
    assert len(list_earlier(Wanted(WEEK.since, said=said), None, 50)) == found


def test_filters_narrow_the_list(appointment: int) -> None:
    sent = written(appointment, NOW)
    leased = written(appointment, NOW + DAY, "leased")
    agenda = written(None, NOW, kind="therapist_agenda", audience="therapist", step="agenda:1:2026-11-23")

    def listed(**more: object) -> set[int]:
        return {line.id for line in list_earlier(Wanted(WEEK.since, **more), None, 50)}  # type: ignore[arg-type]

    assert listed() == {sent, leased, agenda}
    assert listed(state=Fate.PLANNED) == {leased}  # what is on its way counts as still to come
    assert listed(kind=Kind.THERAPIST_AGENDA) == {agenda}
    assert listed(audience=Audience.CLIENT) == {sent, leased}
    assert listed(until=NOW + timedelta(seconds=1)) == {sent, agenda}


def test_a_therapist_finds_what_is_about_the_own_appointments_and_the_own_agenda(appointment: int) -> None:
    with transaction() as rows:
        first, second = rows.scalars(select(Therapist.id).where(Therapist.slug.like("therapist-_")))
    own = written(appointment, NOW)
    agenda = written(None, NOW, kind="therapist_agenda", audience="therapist", therapist_id=first)
    written(booked("Mina Cole", "12:00", "therapist-2"), NOW)
    written(None, NOW, kind="account_message", audience="staff", address="desk@example.com")
    # Once the therapist was told of this one; by now it is somebody else's, and so is the client.
    gone = booked("Theo Ruiz", "14:00", "therapist-2")
    written(gone, NOW, kind="therapist_cancelled", audience="therapist", therapist_id=first)
    seen = list_earlier(Wanted(WEEK.since, therapist_id=first), None, 50)
    assert {line.id for line in seen} == {own, agenda}
    counts = count_days([NOW - DAY, NOW + DAY], first)
    assert sum(one.count for one in counts) == 2
    assert len(list_earlier(Wanted(WEEK.since, therapist_id=second), None, 50)) == 2


def test_days_are_counted_by_state_and_what_is_ahead_apart(appointment: int) -> None:
    edges = [NOW - DAY, NOW, NOW + DAY]
    for due_at, state in [
        (NOW - DAY, "sent"),
        (NOW - timedelta(seconds=1), "sent"),
        (NOW, "failed"),
        (NOW + DAY, "planned"),
        (NOW + 9 * DAY, "planned"),
        (NOW - 2 * DAY, "sent"),
    ]:
        written(appointment, due_at, state)
    counted = {(one.stretch, one.state): one.count for one in count_days(edges, None)}
    assert counted == {(0, "sent"): 2, (1, "failed"): 1, (2, "planned"): 2}


def test_sending_is_judged_by_what_waits(appointment: int) -> None:
    written(appointment, NOW - timedelta(minutes=10), "planned")
    written(
        appointment, NOW + timedelta(minutes=20), "planned", attempts=3, why="the mail server did not answer"
    )
    written(appointment, NOW + DAY, "planned")
    sending = load_sending(NOW)
    assert (sending.late, sending.again, sending.why) == (1, 1, "the mail server did not answer")
    assert sending.oldest_due == NOW - timedelta(minutes=10)
    assert sending.held_since is None


def test_one_message_is_told_with_its_attempts(appointment: int) -> None:
    number = written(appointment, NOW, "failed", why="mailbox unknown")
    with transaction() as rows:
        rows.add(Delivery(notification_id=number, at=NOW, outcome="failed", detail="550"))
    facts = find_message(number)
    assert facts is not None
    assert (facts.line.whom, facts.line.address) == ("Jo Park", "jo.park@example.com")
    assert [one.outcome for one in facts.attempts] == ["failed"]
    assert not facts.has_copy
    assert find_message(number + 1) is None


def test_who_has_no_address_is_called_when_the_moment_has_come_and_until_the_session(
    appointment: int,
) -> None:
    number = written(appointment, NOW, "skipped", why=NO_CLIENT_ADDRESS)
    written(appointment, NOW, "skipped", why="the appointment was moved")
    written(appointment, NOW + DAY, "skipped", why=NO_CLIENT_ADDRESS)
    assert [call.id for call in list_calls(NOW, None)] == [number]
    assert list_calls(NOW - timedelta(seconds=1), None) == []
    assert list_calls(at("10:00"), None) == []


def test_nobody_is_called_about_what_is_no_longer_so(appointment: int) -> None:
    written(appointment, NOW, "skipped", why=NO_CLIENT_ADDRESS)
    with transaction() as rows:
        rows.execute(update(Appointment).values(revision=1))
    assert list_calls(NOW, None) == []  # a reminder of the time before the move
    news = written(appointment, NOW, "skipped", kind="appointment_moved", why=NO_CLIENT_ADDRESS, revision=1)
    assert [call.id for call in list_calls(NOW, None)] == [news]
    with transaction() as rows:
        rows.execute(update(Appointment).values(state="cancelled"))
    assert list_calls(NOW, None) == []
    off = written(
        appointment, NOW, "skipped", kind="appointment_cancelled", why=NO_CLIENT_ADDRESS, revision=2
    )
    assert [call.id for call in list_calls(NOW, None)] == [off]


def test_who_booked_on_the_telephone_is_not_called_to_be_told_so(appointment: int) -> None:
    with transaction() as rows:
        rows.execute(update(Appointment).values(source="desk"))
    written(appointment, NOW, "skipped", kind="appointment_booked", step="booked", why=NO_CLIENT_ADDRESS)
    assert list_calls(NOW, None) == []
    advice = written(
        appointment, NOW, "skipped", kind="appointment_booked", why=NO_CLIENT_ADDRESS, carries=["eat"]
    )
    assert [call.id for call in list_calls(NOW, None)] == [advice]


def test_mail_that_comes_back_after_the_session_is_shown_for_two_days(appointment: int) -> None:
    after = at("10:00") + 9 * DAY
    number = written(appointment, after - DAY, "failed", kind="appointment_aftercare", why="mailbox full")
    assert list_failed_messages(after, None) == []
    with transaction() as rows:
        rows.add(Delivery(notification_id=number, at=after, outcome="failed", detail="came back"))
    assert [one.id for one in list_failed_messages(after + DAY, None)] == [number]
    assert list_failed_messages(after + 3 * DAY, None) == []
