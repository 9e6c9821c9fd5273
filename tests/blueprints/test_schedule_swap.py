"""Swapping two sessions' therapists by form: what the check says of each, what may be set aside, who comes second."""

from datetime import time

import pytest
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import (
    Appointment,
    AuditLine,
    AvailabilityRule,
    Notification,
    Override,
    Qualification,
    Therapist,
)
from app.store.appointments import find_by_reference
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import overlapping_claims

NOT_WORKING = "Working time: Therapist 1 does not work then."


def address(reference: str) -> str:
    return f"/staff/appointments/{reference}/swap"


def look(desk: Desk, first: str, second: str, role: str = "desk") -> TestResponse:
    """What the rules say of both."""
    return desk.member(role).get(address(first), query_string={"other": second})


def confirm(desk: Desk, page: TestResponse, first: str, role: str = "desk", **more: str) -> TestResponse:
    """The check's form, sent as it stands."""
    return desk.member(role).post(address(first), data=form_of(page, address(first)) | more)


def whose(desk: Desk, *references: str) -> tuple[str, ...]:
    """With whom they are."""
    with desk.app.app_context():
        rows = [find_by_reference(one) for one in references]
        return tuple(row.therapist.slug for row in rows if row is not None)


def works(desk: Desk, number: int, starts: int, ends: int) -> None:
    """That therapist's hours of every day from now on."""
    with desk.app.app_context(), transaction() as rows:
        own = select(Therapist.id).where(Therapist.slug == f"therapist-{number}").scalar_subquery()
        hours = {"starts": time(starts), "ends": time(ends)}
        rows.execute(update(AvailabilityRule).where(AvailabilityRule.therapist_id == own).values(**hours))
        raise_revision()


def two_sessions(desk: Desk) -> tuple[str, str]:
    """Mina at 10 with the first therapist, Theo at 14 with the second."""
    return desk.booked("10:00", name="Mina Cole"), desk.booked(
        "14:00", name="Theo Ruiz", therapist="therapist-2"
    )


def test_two_sessions_swap_their_therapists_and_back(desk: Desk) -> None:
    first, second = two_sessions(desk)
    chosen = desk.member("desk").get(address(first))
    assert "2:00 pm Theo Ruiz with Therapist 2" in text_of(chosen)
    assert f'href="{address(first)}?other={second}"' in chosen.text
    page = look(desk, first, second)
    assert (page.status_code, whose(desk, first, second)) == (200, ("therapist-1", "therapist-2"))
    assert text_of(page).count("Nothing stands against it.") == 2
    answer = confirm(desk, page, first)
    assert answer.status_code == 302
    assert whose(desk, first, second) == ("therapist-2", "therapist-1")
    back = desk.member("desk").get(str(answer.location))
    assert "Theo Ruiz with Therapist 1. Mina Cole is told by e-mail. Theo Ruiz is told by e-mail." in text_of(
        back
    )
    assert confirm(desk, back, first).status_code == 302
    assert whose(desk, first, second) == ("therapist-1", "therapist-2")


def test_the_check_says_of_each_what_the_rule_says_and_names_the_therapist(desk: Desk) -> None:
    first, second = two_sessions(desk)
    works(desk, 1, 8, 12)
    page = look(desk, first, second)
    mina, theo = text_of(page).split("Theo Ruiz, 2:00 pm")
    assert page.status_code == 200
    assert "Mina Cole, 10:00 am" in mina
    assert "Nothing stands against it." in mina
    assert NOT_WORKING in theo
    assert "You may do it all the same, with a reason that is kept." in theo
    assert 'name="why"' in page.text
    assert whose(desk, first, second) == ("therapist-1", "therapist-2")


def test_the_desk_sets_working_time_aside_for_both_with_a_reason_that_is_kept(desk: Desk) -> None:
    first, second = two_sessions(desk)
    works(desk, 1, 8, 12)
    works(desk, 2, 12, 20)
    page = look(desk, first, second)
    without = confirm(desk, page, first)
    assert without.status_code == 422
    assert "Say why in a few words" in without.text
    assert NOT_WORKING in text_of(without)
    assert confirm(desk, without, first, why="Her knee: no stairs").status_code == 302
    assert whose(desk, first, second) == ("therapist-2", "therapist-1")
    with desk.app.app_context():
        assert overlapping_claims() == 0
        kept = [(row.appointment_id, row.refusal) for row in db.session.scalars(select(Override))]
        assert "knee" not in str([line.detail for line in db.session.scalars(select(AuditLine))])
    assert kept == [(desk.facts(one)["id"], "not_working") for one in (first, second)]
    for one in (first, second):
        assert "knee" not in desk.member("desk").get(f"/staff/appointments/{one}").text
        assert "Her knee: no stairs" in desk.post("owner", f"/staff/appointments/{one}/override").text


def test_what_stands_against_one_of_two_is_kept_with_that_one_alone(desk: Desk) -> None:
    first, second = two_sessions(desk)
    works(desk, 1, 8, 12)
    without = confirm(desk, look(desk, first, second), first)
    assert (without.status_code, whose(desk, first, second)) == (422, ("therapist-1", "therapist-2"))
    assert confirm(desk, without, first, why="It suits her").status_code == 302
    with desk.app.app_context():
        assert list(db.session.scalars(select(Override.appointment_id))) == [desk.facts(second)["id"]]


def test_only_the_owner_swaps_to_who_is_not_qualified(desk: Desk) -> None:
    first, second = two_sessions(desk)
    with desk.app.app_context(), transaction() as rows:
        own = select(Therapist.id).where(Therapist.slug == "therapist-2").scalar_subquery()
        rows.execute(delete(Qualification).where(Qualification.therapist_id == own))
        raise_revision()
    refused = look(desk, first, second)
    assert refused.status_code == 409
    assert "Qualification: Therapist 2 is not qualified" in text_of(refused)
    assert "This can’t be set aside." in text_of(refused)
    assert f'action="{address(first)}"' not in refused.text
    said = {"other": f"{second} 1", "row_version": 1, "aside": "not_qualified", "why": "I say so"}
    assert desk.post("desk", address(first), **said).status_code == 409
    assert whose(desk, first, second) == ("therapist-1", "therapist-2")
    page = look(desk, first, second, role="owner")
    assert confirm(desk, page, first, role="owner", why="Learning beside me").status_code == 302
    assert whose(desk, first, second) == ("therapist-2", "therapist-1")


def test_nobody_makes_two_sessions_overlap_by_a_swap(desk: Desk) -> None:
    first, second = two_sessions(desk)
    desk.booked("14:30", name="Ana Diaz")
    page = look(desk, first, second, role="owner")
    assert page.status_code == 409
    assert "Overlap: Therapist 1 has another session then" in text_of(page)
    assert "Swap therapists? It can’t be done" in text_of(page)
    rules = {"aside": "taken", "aside_other": "taken", "why": "I want it"}
    answer = desk.post("owner", address(first), other=f"{second} 1", row_version=1, **rules)
    assert answer.status_code == 409
    assert "Overlap: Therapist 1 has another session then" in text_of(answer)
    assert whose(desk, first, second) == ("therapist-1", "therapist-2")


def test_clients_whom_the_desk_tells_of_a_swap_get_no_mail(desk: Desk) -> None:
    first, second = two_sessions(desk)
    answer = confirm(desk, look(desk, first, second), first, tell="no")
    shown = text_of(desk.member("desk").get(str(answer.location)))
    assert "You tell Mina Cole yourself. You tell Theo Ruiz yourself." in shown
    with desk.app.app_context():
        wanted = select(Notification.state).where(
            Notification.kind == "appointment_moved", Notification.audience == "client"
        )
        assert list(db.session.scalars(wanted)) == ["skipped", "skipped"]


def test_who_swaps_second_sees_both_as_they_stand_and_keeps_the_reason(desk: Desk) -> None:
    first, second = two_sessions(desk)
    works(desk, 1, 8, 12)
    page = look(desk, first, second, role="owner")
    with desk.app.app_context(), transaction() as rows:
        changed = rows.scalars(select(Appointment).where(Appointment.reference == second)).one()
        changed.minutes_late = 5
    late = confirm(desk, page, first, role="owner", why="It suits her")
    assert late.status_code == 409
    assert "Somebody else has just changed one of them" in late.text
    assert "It suits her" in late.text
    assert whose(desk, first, second) == ("therapist-1", "therapist-2")
    assert confirm(desk, late, first, role="owner", why="It suits her").status_code == 302
    assert whose(desk, first, second) == ("therapist-2", "therapist-1")


@pytest.mark.parametrize("other", ["", "nonsense", "EX-22222 1", "EX-22222 x", "x" * 3000])
def test_a_swap_with_nothing_says_so(desk: Desk, other: str) -> None:
    first = desk.booked("10:00")
    answer = desk.post("desk", address(first), other=other, row_version=1)
    assert answer.status_code in (404, 422)
    asked = look(desk, first, other.partition(" ")[0])
    assert asked.status_code == 422
    assert "Choose the session to swap with." in asked.text
    with desk.app.app_context():
        assert db.session.scalars(select(Appointment.row_version)).one() == 1


def test_nothing_is_swapped_with_itself(desk: Desk) -> None:
    first = desk.booked("10:00")
    assert look(desk, first, first).status_code == 422
    assert desk.post("desk", address(first), other=f"{first} 1", row_version=1).status_code == 422
    assert desk.facts(first)["row_version"] == 1
