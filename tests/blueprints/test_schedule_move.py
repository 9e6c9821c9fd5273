"""Moving an appointment by form: what the check says, what is refused and why, what may be set aside, who comes second."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import AuditLine, Notification, Override
from app.store.appointments import find_by_reference
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import HALIFAX, MONDAY, NOW, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"


def stated(clock: str) -> str:
    """A time of the Monday as forms carry it."""
    return at(clock).astimezone(HALIFAX).isoformat(timespec="minutes")


def look(desk: Desk, reference: str, role: str = "desk", page: str = "check", **asked: str) -> TestResponse:
    """The check page, or the dropped card's dialog."""
    said = {"start": stated("14:30"), **asked}
    return desk.member(role).get(f"/staff/appointments/{reference}/move/{page}", query_string=said)


def confirm(desk: Desk, page: TestResponse, reference: str, role: str = "desk", **more: str) -> TestResponse:
    """The check page's form, sent as it stands."""
    path = f"/staff/appointments/{reference}/move"
    return desk.member(role).post(path, data=form_of(page, path) | more)


def where(desk: Desk, reference: str) -> tuple[object, str, str | None]:
    """When, with whom and in which room it is."""
    with desk.app.app_context():
        row = find_by_reference(reference)
        assert row is not None
        return row.starts_at, row.therapist.slug, row.room.slug if row.room else None


def test_the_free_times_lead_to_a_check_and_that_to_the_move(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    path = f"/staff/appointments/{reference}/move"
    chosen = desk.member("desk").get(path, query_string={"day": MONDAY.isoformat()})
    assert "2:30 pm" in chosen.text
    page = look(desk, reference, therapist="therapist-2")
    text = text_of(page)
    assert page.status_code == 200
    for words in (
        "10:00 am",
        "2:30 pm",
        "Therapist 1",
        "Therapist 2",
        "Nothing stands against it",
        "Tell Mina",
    ):
        assert words in text
    assert desk.facts(reference)["row_version"] == 1
    answer = confirm(desk, page, reference)
    assert answer.location == f"/staff/appointments/{reference}"
    assert where(desk, reference)[:2] == (at("14:30"), "therapist-2")
    assert "told by e-mail" in desk.member("desk").get(answer.location).text


def test_any_five_minutes_can_be_typed(desk: Desk) -> None:
    reference = desk.booked("10:00")
    asked = {"start": "", "on": MONDAY.isoformat(), "at": "3:35 pm"}
    confirm(desk, look(desk, reference, **asked), reference)
    assert where(desk, reference)[0] == at("15:35")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Choose one of the times"),
        ("soon", "not a time of day"),
        ("25:00", "not a time of day"),
        ("9" * 500, "not a time of day"),
    ],
)
def test_a_time_that_is_none_is_said_and_stays(desk: Desk, typed: str, says: str) -> None:
    reference = desk.booked("10:00")
    answer = look(desk, reference, start="", on=MONDAY.isoformat(), at=typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_time_that_the_clocks_skip_does_not_exist(desk: Desk) -> None:
    reference = desk.booked("10:00")
    answer = look(desk, reference, start="", on="2027-03-14", at="2:30")
    assert answer.status_code == 422
    assert "clocks go forward" in answer.text


@pytest.mark.parametrize("start", ["", "soon", "2026-11-23T10:00", "2026-11-23T25:00:00-04:00", "9" * 3000])
def test_a_start_that_is_none_moves_nothing(desk: Desk, start: str) -> None:
    reference = desk.booked("10:00")
    answer = desk.post("desk", f"/staff/appointments/{reference}/move", row_version=1, start=start)
    assert answer.status_code == 422
    assert desk.facts(reference)["row_version"] == 1


@pytest.mark.parametrize("page", ["check", "preview"])
@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"start": stated("12:15")}, "Overlap: Therapist 1 has another session"),
        ({"start": (NOW - timedelta(hours=1)).isoformat()}, "In the past"),
        ({"start": "2026-11-23T10:07-04:00"}, "Steps of five minutes"),
        ({"therapist": "therapist-new"}, "Qualification: Nell New is not qualified"),
        ({"therapist": "nobody"}, "Not on offer"),
        ({"room": "no-such-room"}, "No room that would do"),
    ],
)
def test_what_the_rule_forbids_is_refused_by_name(
    desk: Desk, page: str, asked: dict[str, str], rule: str
) -> None:
    reference = desk.booked("10:00")
    desk.booked("12:00", name="Theo Ruiz")
    answer = look(desk, reference, page=page, **asked)
    assert answer.status_code == 409
    assert rule in text_of(answer)
    assert "can’t be set aside" in answer.text
    assert f'action="/staff/appointments/{reference}/move"' not in answer.text
    assert ("<html" in answer.text) == (page == "check")


def test_a_refused_move_offers_the_nearest_times_and_changes_nothing(desk: Desk) -> None:
    reference = desk.booked("10:00")
    desk.booked("14:00", name="Theo Ruiz")
    said = {"row_version": 1, "start": stated("14:30"), "therapist": "therapist-1"}
    answer = desk.post("desk", f"/staff/appointments/{reference}/move", **said)
    assert answer.status_code == 409
    assert "has another session then" in answer.text
    assert "Nearest free times" in answer.text
    assert desk.facts(reference)["starts_at"] == at("10:00")


def test_the_desk_sets_working_time_aside_with_a_reason_that_is_kept(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    page = look(desk, reference, start=stated("20:30"))
    assert page.status_code == 200
    assert "Opening hours:" in text_of(page)
    without = confirm(desk, page, reference)
    assert without.status_code == 422
    assert "Say why in a few words" in without.text
    answer = confirm(desk, page, reference, why="She comes from abroad")
    assert answer.status_code == 302
    assert where(desk, reference)[0] == at("20:30")
    with desk.app.app_context():
        kept = {row.refusal for row in db.session.scalars(select(Override))}
        assert kept == {"closed", "not_working"}
        assert "abroad" not in str([line.detail for line in db.session.scalars(select(AuditLine))])
    shown = desk.member("desk").get(str(answer.location))
    assert "Rules set aside" in shown.text
    assert "abroad" not in shown.text
    assert desk.post("desk", f"/staff/appointments/{reference}/override").status_code == 403
    assert "abroad" in desk.post("owner", f"/staff/appointments/{reference}/override").text


def test_only_the_owner_sets_a_missing_qualification_aside(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = look(desk, reference, role="owner", therapist="therapist-new")
    assert page.status_code == 200
    forged = form_of(page, f"/staff/appointments/{reference}/move") | {"why": "I say so"}
    forged.pop("csrf_token")
    answer = desk.post("desk", f"/staff/appointments/{reference}/move", **forged)
    assert answer.status_code == 409
    done = confirm(desk, page, reference, role="owner", why="She learns it beside me")
    assert done.status_code == 302
    assert where(desk, reference)[1] == "therapist-new"


def test_nobody_makes_two_sessions_overlap(desk: Desk) -> None:
    reference = desk.booked("10:00")
    desk.booked("12:00", name="Theo Ruiz")
    said = {"row_version": 1, "start": stated("12:30"), "aside": "taken", "why": "I want it"}
    assert desk.post("owner", f"/staff/appointments/{reference}/move", **said).status_code == 409
    assert where(desk, reference)[0] == at("10:00")


def test_another_room_alone_is_no_news(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = look(desk, reference, start=stated("10:00"), room="room-2")
    assert "only the room changes" in page.text
    confirm(desk, page, reference)
    assert where(desk, reference) == (at("10:00"), "therapist-1", "room-2")
    with desk.app.app_context():
        kinds = set(db.session.scalars(select(Notification.kind)))
        assert not any(kind.endswith("_moved") for kind in kinds)


def test_the_same_place_is_no_move(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = look(desk, reference, start=stated("10:00"))
    assert "nothing changes" in page.text
    assert desk.facts(reference)["row_version"] == 1


def test_a_client_whom_the_desk_tells_gets_no_mail(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142")
    answer = confirm(desk, look(desk, reference), reference, tell="no")
    assert "You tell Mina Cole yourself: 902-555-0142" in desk.member("desk").get(str(answer.location)).text
    with desk.app.app_context():
        wanted = select(Notification).where(
            Notification.kind == "appointment_moved", Notification.audience == "client"
        )
        assert all(one.state == "skipped" for one in db.session.scalars(wanted))


def test_who_comes_second_sees_the_first_change_and_keeps_what_they_chose(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = look(desk, reference, role="owner", start=stated("15:00"))
    confirm(desk, look(desk, reference, start=stated("12:00")), reference)
    second = confirm(desk, page, reference, role="owner")
    assert second.status_code == 409
    assert "Somebody else has just changed this appointment" in second.text
    assert "12:00 pm" in text_of(second)
    assert where(desk, reference)[0] == at("12:00")
    again = confirm(desk, second, reference, role="owner")
    assert again.status_code == 302
    assert where(desk, reference)[0] == at("15:00")


def test_a_card_dropped_from_an_old_page_says_so(desk: Desk) -> None:
    reference = desk.booked("10:00")
    confirm(desk, look(desk, reference, start=stated("12:00")), reference)
    answer = look(desk, reference, page="preview", row_version="1")
    assert answer.status_code == 409
    assert "Somebody else has just changed" in answer.text


def test_a_dropped_card_is_moved_and_one_is_back_on_its_day(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = look(
        desk, reference, page="preview", therapist="therapist-2", day=MONDAY.isoformat(), row_version="1"
    )
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "data-close" in page.text
    answer = confirm(desk, page, reference)
    assert answer.location == DAY
    back = desk.member("desk").get(DAY)
    assert "Undo" in back.text
    path = f"/staff/appointments/{reference}/move"
    undone = desk.member("desk").post(path, data=form_of(back, path))
    assert undone.location == DAY
    assert where(desk, reference)[:2] == (at("10:00"), "therapist-1")


def test_a_dropped_card_leads_back_to_the_day_with_its_filters_and_so_does_its_undo(desk: Desk) -> None:
    reference = desk.booked("10:00")
    page = look(
        desk,
        reference,
        page="preview",
        therapist="therapist-1",
        day=MONDAY.isoformat(),
        only="therapist-1",
        show="booked",
    )
    looked_at = f"{DAY}?therapist=therapist-1&show=booked"
    answer = confirm(desk, page, reference)
    assert answer.location == looked_at
    path = f"/staff/appointments/{reference}/move"
    undone = desk.member("desk").post(path, data=form_of(desk.member("desk").get(looked_at), path))
    assert undone.location == looked_at
    assert where(desk, reference)[:2] == (at("10:00"), "therapist-1")


def test_what_is_over_is_not_moved(desk: Desk) -> None:
    reference = desk.booked("10:00")
    with time_machine.travel(at("10:10"), tick=False):
        desk.clients.clear()
        desk.post("desk", f"/staff/appointments/{reference}/mark", state="arrived", row_version=1)
        assert look(desk, reference).status_code == 302
        assert look(desk, reference, page="preview").status_code == 409
        said = {"row_version": 2, "start": stated("14:00")}
        assert desk.post("desk", f"/staff/appointments/{reference}/move", **said).status_code == 302


def test_the_history_says_from_what_to_what(desk: Desk) -> None:
    reference = desk.booked("10:00")
    confirm(desk, look(desk, reference, therapist="therapist-2"), reference)
    text = text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))
    assert "from Mon 23 Nov, 10:00 am to Mon 23 Nov, 2:30 pm" in text
    assert "from Therapist 1 to Therapist 2" in text


@pytest.mark.parametrize("page", ["move", "move/check", "move/preview"])
def test_a_therapist_is_told_no_colleagues_free_times(desk: Desk, page: str) -> None:
    reference = desk.booked("10:00")
    asked = {"therapist": "therapist-2", "day": MONDAY.isoformat(), "start": at("14:00").isoformat()}
    path = f"/staff/appointments/{reference}/{page}"
    assert desk.member("therapist").get(path, query_string=asked).status_code == 404
    assert (
        desk.member("therapist").get(path, query_string=asked | {"therapist": "therapist-1"}).status_code
        == 200
    )
