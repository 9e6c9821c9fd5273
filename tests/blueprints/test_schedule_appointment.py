"""One appointment as staff see it: its page, the client's note, moving, cancelling."""

import pytest
import time_machine
from sqlalchemy import select, update

from app.actions.letters import NotNow, NotYet, letter_for
from app.emails.compose import compose
from app.extensions import db
from app.models import Appointment, AuditLine, Claim, Notification
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import MONDAY, NOW, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"
HOSTILE = "<script>alert(1)</script> {{7*7}}"


def test_the_appointments_page_shows_ledger_and_history(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole", phone="902-555-0142")
    text = text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))
    for words in (
        "Mina Cole",
        "10:00 am",
        "902-555-0142",
        "Confirmation",
        "Reminder, the day before",
        "Booked",
        reference,
    ):
        assert words in text


@pytest.mark.parametrize("reference", ["KT-9", "x" * 300, "EX-22222", "..%2f", "'; drop table", "ex-22222"])
def test_a_reference_that_is_none_is_a_friendly_404(desk: Desk, reference: str) -> None:
    answer = desk.member("desk").get(f"/staff/appointments/{reference}")
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_what_clients_type_stays_text(desk: Desk) -> None:
    reference = desk.booked("10:00", name=HOSTILE, note=HOSTILE)
    for path in (
        DAY,
        f"{DAY}/print",
        f"/staff/appointments/{reference}",
        f"/staff/appointments/{reference}/move",
    ):
        page = desk.member("desk").get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
    opened = desk.post("owner", f"/staff/appointments/{reference}/note").text
    assert "<script>alert" not in opened


def test_what_others_treat_does_not_exist_for_a_therapist(desk: Desk) -> None:
    reference = desk.booked("10:00", therapist="therapist-2")
    own = desk.booked("12:00")
    page = f"/staff/appointments/{reference}"
    start = at("14:00").isoformat()
    for path in ("", "/move", "/cancel", f"/move/check?start={start}", f"/move/preview?start={start}"):
        assert desk.member("therapist").get(page + path).status_code == 404, path
    for act in ("mark", "undo", "note", "override", "move", "cancel", "lateness"):
        answer = desk.post("therapist", f"{page}/{act}", state="arrived", row_version=1, start=start)
        assert answer.status_code == 404, act
    into_anothers = {"row_version": 1, "start": start, "therapist": "therapist-2"}
    assert desk.post("therapist", f"/staff/appointments/{own}/move", **into_anothers).status_code == 404
    asked = f"/staff/appointments/{own}/move/preview"
    answer = desk.member("therapist").get(asked, query_string=into_anothers)
    assert answer.status_code == 404
    assert desk.facts(reference)["row_version"] == 1
    assert desk.facts(own)["row_version"] == 1


def test_each_opening_of_a_note_is_one_audit_line(desk: Desk) -> None:
    reference = desk.booked("10:00", note="an old injury")
    path = f"/staff/appointments/{reference}/note"
    assert desk.member("therapist").get(path).status_code == 405
    for role in ("therapist", "owner"):
        answer = desk.post(role, path)
        assert "an old injury" in answer.text
        assert "no-store" in answer.headers["Cache-Control"]
    assert desk.post("desk", path).status_code == 403
    with desk.app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "note opened")).all()
        assert [line.actor for line in lines] == ["therapist@example.com", "owner@example.com"]
        assert "injury" not in str([line.detail for line in lines])


def tell_everybody(desk: Desk) -> None:
    """The confirmations have gone out: who has heard nothing yet is not told that it is off."""
    gone = update(Notification).where(Notification.kind.in_(("appointment_booked", "therapist_booked")))
    with desk.app.app_context(), transaction() as rows:
        rows.execute(gone.values(state="sent", sent_at=NOW))


def test_cancelling_asks_first_frees_the_time_and_tells_the_client(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    tell_everybody(desk)
    asked = desk.member("desk").get(f"/staff/appointments/{reference}/cancel")
    assert "Tell Mina Cole?" in asked.text
    desk.post("desk", f"/staff/appointments/{reference}/cancel", row_version=1, by="clinic")
    with desk.app.app_context():
        assert db.session.scalars(select(Claim).where(Claim.active)).all() == []
        kinds = set(db.session.scalars(select(Notification.kind).where(Notification.state == "planned")))
        assert "appointment_cancelled" in kinds
    assert "cancelled by us" in desk.member("desk").get(f"/staff/appointments/{reference}").text


@pytest.mark.parametrize(
    ("by", "told"),
    [("client", "nothing else is needed"), ("clinic", "we are sorry")],
    ids=["client", "clinic"],
)
def test_cancelling_for_a_caller_is_the_callers_doing(desk: Desk, by: str, told: str) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    tell_everybody(desk)
    asked = desk.member("desk").get(f"/staff/appointments/{reference}/cancel")
    said = form_of(asked, "") | {"by": by}
    answer = desk.member("desk").post(f"/staff/appointments/{reference}/cancel", data=said)
    assert answer.status_code == 302
    with desk.app.app_context():
        row = db.session.scalars(select(Appointment)).one()
        assert (row.state, row.cancelled_by) == ("cancelled", by)
        wanted = select(Notification).where(Notification.kind == "appointment_cancelled")
        letter = letter_for(db.session.scalars(wanted.where(Notification.audience == "client")).one(), NOW)
        assert not isinstance(letter, NotNow | NotYet)
        assert told in compose(letter).text.lower()


@pytest.mark.parametrize("by", ["", "nobody", "c" * 5000])
def test_cancelling_asks_who_cancels(desk: Desk, by: str) -> None:
    reference = desk.booked("10:00")
    answer = desk.post("desk", f"/staff/appointments/{reference}/cancel", row_version=1, by=by)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert desk.facts(reference)["state"] == "booked"


@pytest.mark.parametrize("act", ["mark", "undo", "move", "lateness"])
def test_whoever_comes_second_is_told_whatever_they_do(desk: Desk, act: str) -> None:
    reference = desk.booked("10:00")
    with time_machine.travel(at("10:10"), tick=False):
        desk.clients.clear()
        desk.post("owner", f"/staff/appointments/{reference}/mark", state="arrived", row_version=1)
        said = {"state": "no_show", "row_version": 1, "by": "client", "start": at("12:00").isoformat()}
        answer = desk.post("desk", f"/staff/appointments/{reference}/{act}", **said)
        assert answer.location == f"/staff/appointments/{reference}"
        assert "Somebody else has just changed" in desk.member("desk").get(answer.location).text
    assert desk.facts(reference)["state"] == "arrived"
