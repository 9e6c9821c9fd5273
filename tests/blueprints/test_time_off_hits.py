"""Time off over sessions: shown with the ways out, and nothing done that nobody chose."""

from datetime import timedelta
from html import unescape

import pytest
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.extensions import db
from app.models import Room, TimeOff
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.filled_form import fields_of
from tests.support.rows import MONDAY, NOW, at, order, wish

PATH = "/staff/settings/therapists/therapist-1/time-off"


def enter(desk: Desk, role: str = "desk", page: TestResponse | None = None, **more: str) -> TestResponse:
    """The form for the Monday, as it stands, with more."""
    member = desk.member(role)
    fields = fields_of(page or member.get(PATH, query_string={"day": MONDAY.isoformat()}))
    for name, value in more.items():
        fields.setlist(name, [value])
    return member.post(PATH, query_string={"day": MONDAY.isoformat()}, data=fields)


def ways(desk: Desk, answer: TestResponse, reference: str) -> tuple[str, list[str]]:
    """The choice of that session: its name and what can be chosen."""
    name = f"hit-{desk.facts(reference)['id']}"
    inside = answer.text.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
    return name, [part.split('"', 1)[0] for part in inside.split('<option value="')[1:]]


def confirmed(desk: Desk, answer: TestResponse, chosen: dict[str, str], role: str = "desk") -> TestResponse:
    """The panel's button, with what was chosen for each session."""
    numbers = [str(desk.facts(reference)["id"]) for reference in chosen]
    more = {f"hit-{number}": way for number, way in zip(numbers, chosen.values(), strict=True)}
    more |= {f"reference-{number}": reference for number, reference in zip(numbers, chosen, strict=True)}
    return enter(desk, role, answer, confirmed=",".join(numbers), **more)


def beside(desk: Desk, answer: TestResponse, reference: str) -> str:
    """All that stands about one session."""
    before, after = answer.text.split(
        f'<select class="control control-long" id="hit-{desk.facts(reference)["id"]}"', 1
    )
    return unescape(before.rsplit('<div class="hit', 1)[1] + after.split("</select>", 1)[0])


def light_work(desk: Desk, clock: str) -> str:
    """A session that everybody gives."""
    with desk.app.app_context():
        wanted = wish(at(clock), service="back-massage", minutes=30)
        answer = book(order(wanted, key=clock, name=f"Jo {clock[:2]}"), NOW)
        assert isinstance(answer, Booked), answer
        return answer.reference


def days_off(desk: Desk) -> int:
    with desk.app.app_context():
        return db.session.query(TimeOff).count()


def test_the_day_stands_in_the_form_and_one_returns_to_it(desk: Desk) -> None:
    answer = enter(desk)
    assert (answer.status_code, answer.location) == (303, f"/staff/schedule/{MONDAY.isoformat()}")
    assert days_off(desk) == 1


def test_each_session_is_left_moved_or_cancelled_as_chosen(desk: Desk) -> None:
    left = desk.booked("9:00".zfill(5), name="Ana Diaz")
    moved = desk.booked("11:00", name="Mina Cole")
    gone = desk.booked("14:00", name="Theo Ruiz")
    answer = enter(desk)
    assert answer.status_code == 409
    assert "3 sessions lie in that time. Nothing has been saved yet." in text_of(answer)
    assert days_off(desk) == 0
    _, for_moved = ways(desk, answer, moved)
    _, for_gone = ways(desk, answer, gone)
    same_time = next(way for way in for_moved if way.endswith("therapist-2") and "T11:00" in way)
    done = confirmed(desk, answer, {left: "leave", moved: same_time, gone: for_gone[-1]})
    assert done.status_code == 303
    assert days_off(desk) == 1
    assert desk.facts(left)["state"] == "booked"
    assert desk.facts(gone)["state"] == "cancelled"
    facts = desk.facts(moved)
    assert facts["starts_at"] == at("11:00")
    text = text_of(desk.member("desk").get(str(done.location)))
    assert "Mina Cole: moved." in text
    assert "Theo Ruiz: cancelled." in text


def test_the_own_times_within_the_time_off_are_not_offered(desk: Desk) -> None:
    reference = desk.booked("11:00")
    _, offered = ways(desk, enter(desk), reference)
    own = [way for way in offered if way.startswith("move") and way.endswith("therapist-1")]
    assert not any(MONDAY.isoformat() in way for way in own)


def move_to_therapist_2(ways: list[str], clock: str) -> str:
    """The way out of that list that goes to the colleague at that time."""
    return next(way for way in ways if way.endswith("therapist-2") and f"T{clock}" in way)


def test_two_sessions_are_not_given_one_time_and_nothing_is_done_by_halves(desk: Desk) -> None:
    first, second = desk.booked("11:00", name="Mina Cole"), desk.booked("12:15", name="Theo Ruiz")
    left, gone = desk.booked("15:00", name="Ana Diaz"), desk.booked("17:00", name="Jo Park")
    for clock in ("09:15", "10:30", "11:45"):
        desk.booked(clock, therapist="therapist-2", name="Ida Falk")
    answer = enter(desk)
    both = [move_to_therapist_2(ways(desk, answer, one)[1], "13:00") for one in (first, second)]
    assert both[0] == both[1]
    chosen = {first: both[0], second: both[1], left: "leave", gone: ways(desk, answer, gone)[1][-1]}
    again = confirmed(desk, answer, chosen)
    assert again.status_code == 409
    assert days_off(desk) == 0
    assert [desk.facts(one)["row_version"] for one in chosen] == [1, 1, 1, 1]
    assert "none of it was: the time off is not entered, no session was moved" in text_of(again)
    wrong = beside(desk, again, second)
    assert "does not go together with what is chosen for Mina Cole" in wrong
    assert "Therapist 2 has another session then" in wrong
    assert 'aria-invalid="true"' in wrong
    assert "Error:" not in beside(desk, again, first)
    for reference, way in chosen.items():
        assert f'value="{way}" selected' in beside(desk, again, reference)
    done = confirmed(desk, again, chosen | {second: "leave"})
    assert done.status_code == 303
    assert [desk.facts(one)["state"] for one in chosen] == ["booked", "booked", "booked", "cancelled"]
    assert desk.facts(first)["starts_at"] == at("13:00")


def test_the_last_room_is_not_given_twice(desk: Desk) -> None:
    with desk.app.app_context(), transaction() as session:
        session.query(Room).filter_by(slug="room-2").one().retired_at = NOW
        raise_revision()
    first, second = (light_work(desk, clock) for clock in ("11:00", "13:00"))
    two = (
        f"move 1 {at('16:00').isoformat()} therapist-2",
        f"move 1 {at('16:10').isoformat()} therapist-new",
    )
    again = confirmed(desk, enter(desk), dict(zip((first, second), two, strict=True)))
    assert again.status_code == 409
    assert days_off(desk) == 0
    assert desk.facts(first)["row_version"] == 1
    assert "No room that would do is free then." in beside(desk, again, second)


def test_a_time_that_was_lost_meanwhile_is_told_beside_its_session_with_fresh_choices(desk: Desk) -> None:
    lost, kept = desk.booked("11:00", name="Mina Cole"), desk.booked("14:00", name="Theo Ruiz")
    answer = enter(desk)
    chosen = {
        lost: move_to_therapist_2(ways(desk, answer, lost)[1], "11:00"),
        kept: move_to_therapist_2(ways(desk, answer, kept)[1], "14:00"),
    }
    desk.booked("11:00", therapist="therapist-2", name="Ana Diaz")
    again = confirmed(desk, answer, chosen)
    assert again.status_code == 409
    assert days_off(desk) == 0
    assert desk.facts(kept)["row_version"] == 1
    assert "What you chose can't be had any more" in beside(desk, again, lost)
    assert chosen[lost] not in ways(desk, again, lost)[1]
    assert f'<option value="{chosen[kept]}" selected>' in beside(desk, again, kept)


def test_what_somebody_else_changed_meanwhile_is_shown_anew_before_anything_is_done(desk: Desk) -> None:
    reference = desk.booked("11:00", name="Mina Cole")
    answer = enter(desk)
    _, offered = ways(desk, answer, reference)
    desk.post("owner", f"/staff/appointments/{reference}/move", row_version=1, start=at("12:00").isoformat())
    again = confirmed(desk, answer, {reference: offered[-1]})
    assert again.status_code == 409
    assert desk.facts(reference)["state"] == "booked"
    assert days_off(desk) == 0
    assert "Somebody else has just changed this session." in beside(desk, again, reference)
    done = confirmed(desk, again, {reference: ways(desk, again, reference)[1][-1]})
    assert done.status_code == 303
    assert desk.facts(reference)["state"] == "cancelled"


def test_what_has_left_that_time_meanwhile_is_left_alone(desk: Desk) -> None:
    reference = desk.booked("11:00", name="Mina Cole")
    answer = enter(desk)
    _, offered = ways(desk, answer, reference)
    next_day = (at("12:00") + timedelta(days=1)).isoformat()
    desk.post("owner", f"/staff/appointments/{reference}/move", row_version=1, start=next_day)
    done = confirmed(desk, answer, {reference: offered[-1]})
    assert done.status_code == 303
    assert (desk.facts(reference)["state"], days_off(desk)) == ("booked", 1)
    text = text_of(desk.member("desk").get(str(done.location)))
    assert "Mina Cole: nothing was done, it no longer lies in that time." in text


@pytest.mark.parametrize(
    "way", ["move", "move 1", "move 1 soon therapist-2", "cancel", "nonsense", "x" * 3000]
)
def test_a_way_out_that_is_none_does_nothing(desk: Desk, way: str) -> None:
    reference = desk.booked("11:00")
    done = confirmed(desk, enter(desk), {reference: way})
    assert done.status_code == 303
    assert desk.facts(reference)["row_version"] == 1


def test_a_therapist_moves_nothing_into_another_diary(desk: Desk) -> None:
    reference = desk.booked("11:00")
    answer = enter(desk, "therapist")
    _, offered = ways(desk, answer, reference)
    assert not any(way.endswith("therapist-2") for way in offered)
    forged = f"move 1 {at('11:00').isoformat()} therapist-2"
    confirmed(desk, answer, {reference: forged}, role="therapist")
    assert desk.facts(reference)["row_version"] == 1


def test_nobody_elses_sessions_are_reached_through_it(desk: Desk) -> None:
    own, other = desk.booked("11:00"), desk.booked("11:00", therapist="therapist-2", name="Theo Ruiz")
    answer = enter(desk, "therapist")
    confirmed(desk, answer, {own: "leave", other: "cancel 1"}, role="therapist")
    assert desk.facts(other)["state"] == "booked"
