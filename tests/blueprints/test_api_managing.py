"""Seeing, moving and cancelling through the JSON API: by the client's rules, for whoever holds a token."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from app.actions.notes import open_reason
from app.domain.appointments import Actor
from app.extensions import db
from app.models import Appointment, AuditLine, Therapist
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.desk import make_desk, text_of
from tests.support.integrator import OtherProgram, a_booking, other_program
from tests.support.rows import MONDAY, NOW, active_claims, at, overlapping_claims

DAY = MONDAY.isoformat()


def booked(program: OtherProgram, clock: str = "10:00", therapist: str = "therapist-1") -> str:
    """The id of an appointment of the Monday after."""
    answer = program.book(a_booking(clock, therapist=therapist))
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def test_a_move_keeps_the_appointment_and_frees_the_old_time(app: Flask, program: OtherProgram) -> None:
    one = booked(program)
    answer = program.post(f"/appointments/{one}/move", {"starts_at": f"{DAY}T14:00:00-04:00"})
    assert answer.status_code == 200
    said = answer.get_json()
    assert (said["id"], said["starts_at"], said["therapist"]) == (
        one,
        f"{DAY}T14:00:00-04:00",
        "therapist-1",
    )
    assert booked(program, "10:00") != one
    with app.app_context():
        assert (len(active_claims()), overlapping_claims()) == (4, 0)


def test_a_move_may_change_the_therapist(program: OtherProgram) -> None:
    one = booked(program)
    body = {"starts_at": at("10:00").isoformat(), "therapist": "therapist-2"}
    assert program.post(f"/appointments/{one}/move", body).get_json()["therapist"] == "therapist-2"
    assert program.post(f"/appointments/{one}/move", body).status_code == 200  # it is there already


def test_a_move_to_a_taken_time_answers_409_with_alternatives(program: OtherProgram) -> None:
    one = booked(program)
    booked(program, "14:00")
    answer = program.post(f"/appointments/{one}/move", {"starts_at": at("14:00").isoformat()})
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "taken")
    assert len(answer.get_json()["alternatives"]) == 3
    assert program.get(f"/appointments/{one}").get_json()["starts_at"] == f"{DAY}T10:00:00-04:00"


def test_a_move_names_what_is_wrong(program: OtherProgram) -> None:
    one, later = booked(program), at("14:00").isoformat()
    wrong = [
        ({}, "starts_at"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"starts_at": later, "therapist": "nobody"}, "therapist"),
        ({"starts_at": later, "therapist": "therapist-new"}, "therapist"),
        ({"starts_at": later, "therapist": 7}, "therapist"),
        ({"starts_at": later, "duration": 30}, "duration"),
    ]
    for body, field in wrong:
        answer = program.post(f"/appointments/{one}/move", body)
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field]), body


def test_a_cancelled_time_can_be_booked_at_once_by_anybody(app: Flask, program: OtherProgram) -> None:
    one = booked(program)
    answer = program.post(f"/appointments/{one}/cancel", {"reason": "a cold"})
    assert (answer.status_code, answer.get_json()["status"]) == (200, "cancelled")
    two = booked(program)
    program.post(f"/appointments/{two}/cancel")
    other = program.book(
        a_booking(therapist="therapist-1", client={"name": "Al Ives", "email": "al.ives@example.com"})
    )
    assert other.status_code == 201
    with app.app_context():
        assert len(active_claims()) == 2


def test_cancelling_twice_is_the_same_as_once(app: Flask, program: OtherProgram) -> None:
    one = booked(program)
    answers = [program.post(f"/appointments/{one}/cancel") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].get_json() == answers[1].get_json()
    with app.app_context():
        acts = db.session.execute(select(AuditLine.act).where(AuditLine.subject == "appointment")).scalars()
        assert list(acts) == ["booked", "cancelled"]


def test_a_key_of_a_cancelled_booking_says_so_and_books_nothing(program: OtherProgram) -> None:
    one = program.book(key="one-key-of-mine").get_json()["id"]
    program.post(f"/appointments/{one}/cancel")
    again = program.book(key="one-key-of-mine")
    assert (again.status_code, again.get_json()["id"], again.get_json()["status"]) == (200, one, "cancelled")


def test_why_somebody_cancels_is_written_nowhere(app: Flask, program: OtherProgram) -> None:
    one = booked(program)
    assert program.post(f"/appointments/{one}/cancel", {"reason": "my sciatica"}).status_code == 200
    with app.app_context():
        lines = db.session.execute(select(AuditLine.detail)).scalars().all()
        assert "sciatica" not in str(lines)
        row = db.session.execute(select(Appointment)).scalar_one()
        assert row.sealed_note is None


def test_a_reason_is_a_short_line(program: OtherProgram) -> None:
    one = booked(program)
    for reason in ("x" * 501, 7, ["a cold"], "\u200b"):
        answer = program.post(f"/appointments/{one}/cancel", {"reason": reason})
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["reason"])
    assert program.post(f"/appointments/{one}/cancel", {"reason": None}).status_code == 200


def test_after_the_deadline_it_is_too_late_for_programs_as_well(program: OtherProgram) -> None:
    one = booked(program)
    with time_machine.travel(at("10:00") - timedelta(hours=23), tick=False):
        for act, body in (("cancel", None), ("move", {"starts_at": at("14:00").isoformat()})):
            answer = program.post(f"/appointments/{one}/{act}", body)
            assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/too-late"), act
    assert program.get(f"/appointments/{one}").get_json()["status"] == "booked"


def test_what_is_cancelled_is_not_moved(program: OtherProgram) -> None:
    one = booked(program)
    program.post(f"/appointments/{one}/cancel")
    answer = program.post(f"/appointments/{one}/move", {"starts_at": at("14:00").isoformat()})
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/too-late")


def test_nobody_knows_an_appointment_that_does_not_exist(program: OtherProgram) -> None:
    body = {"starts_at": at("14:00").isoformat()}
    for one in ("1", "nothing", "x" * 32, "x" * 400, "%00", "%ff", "..%2f..", "<script>"):
        for answer in (
            program.get(f"/appointments/{one}"),
            program.post(f"/appointments/{one}/cancel"),
            program.post(f"/appointments/{one}/move", body),
        ):
            assert answer.status_code in (400, 404), one
            assert answer.content_type == "application/problem+json"
            assert "<script>" not in answer.text


def test_without_a_token_nobody_sees_moves_or_cancels(program: OtherProgram) -> None:
    one = booked(program)
    program.token = "nobody"
    body = {"starts_at": at("14:00").isoformat()}
    for answer in (
        program.get(f"/appointments/{one}"),
        program.get(f"/appointments?from={DAY}&to={DAY}"),
        program.post(f"/appointments/{one}/cancel"),
        program.post(f"/appointments/{one}/move", body),
    ):
        assert answer.status_code == 401


def test_a_list_is_by_start_and_holds_the_cancelled_too(program: OtherProgram) -> None:
    late, early = booked(program, "16:00"), booked(program, "08:00", "therapist-2")
    program.post(f"/appointments/{early}/cancel")
    found = program.get(f"/appointments?from={DAY}&to={DAY}").get_json()["appointments"]
    assert [(one["id"], one["status"]) for one in found] == [(early, "cancelled"), (late, "booked")]
    assert found[0]["client"] == {
        "name": "Jo Park",
        "email": "jo.park@example.com",
        "phone": "902-555-0123",
    }
    assert "manage_url" not in found[0]


def test_a_list_counts_days_on_the_clock_of_the_place(program: OtherProgram) -> None:
    evening = booked(program, "18:45")  # 22:45 in UTC, and 19:45 would be the day after in Kiritimati
    there = program.get(f"/appointments?from={DAY}&to={DAY}").get_json()["appointments"]
    assert [one["id"] for one in there] == [evening]
    after = (MONDAY + timedelta(days=1)).isoformat()
    assert program.get(f"/appointments?from={after}&to={after}").get_json() == {"appointments": []}


def test_a_list_names_what_is_wrong_with_its_range(program: OtherProgram) -> None:
    wide = (MONDAY + timedelta(days=31)).isoformat()
    wrong = [
        ("", ["from", "to"]),
        (f"from={DAY}", ["to"]),
        (f"from={DAY}&to={wide}", ["to"]),
        (f"from={wide}&to={DAY}", ["to"]),
        ("from=tomorrow&to=2026-11-23", ["from"]),
    ]
    for query, fields in wrong:
        answer = program.get(f"/appointments?{query}")
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, fields), query


def test_a_therapist_who_has_left_is_no_fault_of_ours(app: Flask, program: OtherProgram) -> None:
    one = booked(program)
    with app.app_context(), transaction() as rows:
        rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one().retired_at = NOW
        raise_revision()
    answer = program.post(f"/appointments/{one}/move", {"starts_at": at("14:00").isoformat()})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["service"])
    assert program.get(f"/appointments/{one}").get_json()["therapist"] == "therapist-1"


def test_the_desk_sees_which_program_booked(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        desk = make_desk(app)
        said = other_program(app).book().get_json()
        page = text_of(desk.member("desk").get(f"/staff/appointments/{said['reference']}"))
    assert "front window" in page
    assert "by a program" in page


def test_why_it_was_cancelled_is_kept_for_who_treats_and_never_in_the_clear(
    app: Flask, program: OtherProgram
) -> None:
    number = program.book().get_json()["id"]
    assert (
        program.post(f"/appointments/{number}/cancel", {"reason": "a fever since Sunday"}).status_code == 200
    )
    with app.app_context():
        row = db.session.execute(select(Appointment)).scalar_one()
        assert row.sealed_reason is not None
        assert b"fever" not in row.sealed_reason
        assert open_reason(row.id, Actor("staff", "owner@example.com"), NOW) == "a fever since Sunday"
