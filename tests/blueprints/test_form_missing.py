"""That a client's intake form is missing is seen on the card and on the day sheet, as the appointment's own page says it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, select

from app.actions.agenda import agenda_letter, plan_agendas
from app.domain.day_sheets import DaySheet
from app.domain.intake_questions import PARTS
from app.extensions import db
from app.models import Appointment, IntakeForm, Notification
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.rows import MONDAY, NOW, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"
ALL = tuple(part.key for part in PARTS)


def fill_in(desk: Desk, reference: str, *parts: str, confirmed: bool = True) -> None:
    """The client of that appointment has filled in these parts."""
    with desk.app.app_context(), transaction() as rows:
        client_id = rows.scalar(select(Appointment.client_id).where(Appointment.reference == reference))
        rows.query(IntakeForm).filter_by(client_id=client_id).delete()
        rows.add(
            IntakeForm(
                client_id=client_id,
                sealed_answers=b"sealed",
                parts=list(parts),
                begun_at=NOW,
                changed_at=NOW,
                confirmed_at=NOW if confirmed else None,
            )
        )


def tags(page: str, name: str) -> list[str]:
    """The flags on the card of that client."""
    card = next(part for part in re.findall(r"<article.*?</article>", page, re.DOTALL) if name in part)
    return re.findall(r'class="tag [^"]*">(?:<svg.*?</svg>)?([^<]+)<', card)


@pytest.mark.parametrize(
    ("parts", "confirmed", "said"),
    [
        ((), False, "form missing"),
        (("you", "reason"), False, "form missing"),
        (("you", "reason", "touch"), True, "parts missing"),
        (ALL, True, None),
    ],
)
def test_the_card_says_of_the_form_what_the_appointments_page_says(
    desk: Desk, reference: str, parts: tuple[str, ...], confirmed: bool, said: str | None
) -> None:
    if parts:
        fill_in(desk, reference, *parts, confirmed=confirmed)
    on_card = [one for one in tags(desk.member("desk").get(DAY).text, "Jo Park") if "missing" in one]
    page = text_of(desk.member("desk").get(f"/staff/appointments/{reference}"))
    assert on_card == ([said] if said else [])
    assert [one for one in ("form missing", "parts missing") if one in page] == on_card


def test_the_day_as_it_is_remembered_notices_that_the_form_was_filled_in(desk: Desk, reference: str) -> None:
    for path in (DAY, f"{DAY}?by=room", f"/staff/week/{MONDAY.isoformat()}?therapist=therapist-1"):
        fill_in(desk, reference, "you", confirmed=False)
        assert "form missing" in tags(desk.member("desk").get(path).text, "Jo Park")
        fill_in(desk, reference, *ALL)
        assert "form missing" not in tags(desk.member("desk").get(path).text, "Jo Park")


def test_once_the_session_is_over_the_form_is_no_matter_of_the_day_any_more(
    desk: Desk, reference: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(at("11:00") - timedelta(minutes=1))
    desk.clients.clear()
    assert "form missing" in tags(desk.member("desk").get(DAY).text, "Jo Park")
    clock.move_to(at("11:00"))
    assert "form missing" not in tags(desk.member("desk").get(DAY).text, "Jo Park")


def test_sheet_file_and_agenda_say_that_the_form_is_missing(
    desk: Desk, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[DaySheet] = []

    def note(sheets: list[DaySheet], *_more: Any) -> bytes:
        printed.extend(sheets)
        return b"%PDF"

    monkeypatch.setattr("app.blueprints.schedule.sheet_views.day_sheets_pdf", note)
    monkeypatch.setattr("app.actions.day_sheets.day_sheets_pdf", note)

    def said() -> list[bool]:
        printed.clear()
        sheet = text_of(desk.member("therapist").get(f"{DAY}/print"))
        desk.member("therapist").get(f"{DAY}/sheet.pdf")
        with desk.app.app_context():
            plan_agendas(at("08:00"))
            rows = db.session.scalars(select(Notification).where(Notification.step.startswith("agenda")))
            assert all(agenda_letter(row, at("08:00")) for row in rows)
        flags = [one.sessions[0].flags for one in printed if one.sessions]
        assert len(flags) == 2
        return ["form missing: ask" in sheet, *("Intake form missing: ask" in one for one in flags)]

    assert said() == [True, True, True]
    fill_in(desk, reference, *ALL)
    assert said() == [False, False, False]


def test_the_forms_of_a_whole_day_cost_one_statement_and_the_table_of_a_week_none(desk: Desk) -> None:
    for hour in range(9, 18, 2):
        desk.booked(f"{hour:02}:00", name=f"Client {hour}", email=f"c{hour}@example.com")
    with desk.app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if "intake_form" in arguments[2]:
            seen.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert desk.member("desk").get(DAY).text.count("form missing") >= 5
        assert len(seen) == 1
        desk.member("desk").get(f"/staff/week/{MONDAY.isoformat()}?therapist=therapist-1")
        assert len(seen) == 2
        desk.member("desk").get(f"/staff/week/{MONDAY.isoformat()}")
        assert len(seen) == 2
    finally:
        event.remove(engine, "before_cursor_execute", note)
