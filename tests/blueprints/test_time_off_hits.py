"""Time off over sessions: shown with the ways out, and nothing done that nobody chose."""

import pytest
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import TimeOff
from tests.support.desk import Desk, text_of
from tests.support.filled_form import fields_of
from tests.support.rows import MONDAY, at

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


def test_what_somebody_else_changed_meanwhile_stays_as_it_is(desk: Desk) -> None:
    reference = desk.booked("11:00", name="Mina Cole")
    answer = enter(desk)
    _, offered = ways(desk, answer, reference)
    desk.post("owner", f"/staff/appointments/{reference}/move", row_version=1, start=at("12:00").isoformat())
    done = confirmed(desk, answer, {reference: offered[-1]})
    assert done.status_code == 303
    assert desk.facts(reference)["state"] == "booked"
    assert "Mina Cole stays as it is" in desk.member("desk").get(str(done.location)).text


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
