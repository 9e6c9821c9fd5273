"""The day on paper: a sheet per therapist, without health text unless somebody who may asks for it, and that is written down."""

import re

import pytest

from app.actions.agenda import agenda_letter, plan_agendas
from app.actions.clients import write_preferences
from app.domain.appointments import Actor
from app.domain.clients import Preferences, Pressure
from app.domain.emails import Attachment
from app.extensions import db
from app.models import Appointment, AuditLine, Notification, Practice, Therapist
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.rows import MONDAY, NOW, at

PRINT, PDF = f"/staff/schedule/{MONDAY}/print", f"/staff/schedule/{MONDAY}/sheet.pdf"


def prefer(desk: Desk, reference: str, heed: str) -> None:
    """The client of that appointment has something to heed."""
    with desk.app.app_context():
        row = db.session.query(Appointment).filter_by(reference=reference).one()
        wishes = Preferences(Pressure.FIRM, "left shoulder", heed)
        write_preferences(row.client_id, wishes, None, Actor("staff", "owner@example.com"), NOW)


def opened_lines(desk: Desk) -> list[str]:
    """What the audit log says of opened preferences."""
    with desk.app.app_context():
        lines = db.session.query(AuditLine).filter_by(act="preferences opened").all()
        return [f"{line.actor}: {line.detail}" for line in lines]


def test_a_sheet_per_therapist_with_all_that_a_day_needs(desk: Desk) -> None:
    desk.booked("10:00", name="Łukasz Żółć", phone="902-555-0101", visit="first")
    desk.booked("10:00", therapist="therapist-2", name="Zoë Osei", note="An old injury")
    answer = desk.member("desk").get(PRINT)
    page = text_of(answer)
    assert answer.text.count('class="day-sheet"') == 3  # who has nothing booked may still get a walk-in
    for said in (
        "Łukasz Żółć",
        "First visit",
        "902-555-0101",
        "Room 1",
        "10:00 am",
        "to 11:15 am",
        "Zoë Osei",
    ):
        assert said in page
    assert "injury" not in page
    assert "With preferences" not in page


def test_a_therapist_prints_the_own_day(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    desk.booked("10:00", therapist="therapist-2", name="Zoë Osei")
    page = text_of(desk.member("therapist").get(PRINT))
    assert "Mina Cole" in page
    assert "Zoë" not in page
    assert b"%PDF" in desk.member("therapist").get(PDF).data


def test_preferences_only_when_asked_for_and_written_down(desk: Desk) -> None:
    first = desk.booked("10:00", name="Mina Cole")
    second = desk.booked("10:00", therapist="therapist-2", name="Zoë Osei")
    prefer(desk, first, "blood thinners")
    prefer(desk, second, "latex")
    assert "blood thinners" not in desk.member("owner").get(PRINT).text
    assert opened_lines(desk) == []
    page = text_of(desk.post("owner", PRINT))
    assert "blood thinners" in page
    assert "latex" in page
    assert "left shoulder" in page
    assert "firm" in page
    assert len(opened_lines(desk)) == 2
    assert MONDAY.isoformat() in opened_lines(desk)[0]


def test_a_therapist_opens_what_is_known_of_the_own_clients_only(desk: Desk) -> None:
    prefer(desk, desk.booked("10:00", name="Mina Cole"), "blood thinners")
    prefer(desk, desk.booked("10:00", therapist="therapist-2", name="Zoë Osei"), "latex")
    page = text_of(desk.post("therapist", PRINT))
    assert "blood thinners" in page
    assert "latex" not in page
    assert len(opened_lines(desk)) == 1


def test_the_desk_opens_nothing(desk: Desk) -> None:
    prefer(desk, desk.booked("10:00", name="Mina Cole"), "blood thinners")
    answer = desk.post("desk", PRINT)
    assert answer.status_code == 403
    assert "blood thinners" not in answer.text
    assert opened_lines(desk) == []


def test_somebody_of_the_desk_who_also_treats_opens_the_own_only(desk: Desk) -> None:
    desk.add("both", "desk")
    with desk.app.app_context(), transaction() as rows:
        therapist = rows.query(Therapist).filter_by(slug="therapist-2").one()
        rows.execute(
            db.text("update staff_member set therapist_id = :id where email = 'both@example.com'"),
            {"id": therapist.id},
        )
        role = "(select id from role where name = 'therapist')"
        rows.execute(
            db.text(
                f"insert into staff_role select id, {role} from staff_member where email = 'both@example.com'"  # noqa: S608
            )
        )
    prefer(desk, desk.booked("10:00", name="Mina Cole"), "blood thinners")
    prefer(desk, desk.booked("10:00", therapist="therapist-2", name="Zoë Osei"), "latex")
    page = text_of(desk.post("both", PRINT))
    assert "latex" in page
    assert "Mina Cole" in page
    assert "blood thinners" not in page


def test_the_pdf_prints_names_of_many_languages(desk: Desk) -> None:
    for hour, name in enumerate(("Łukasz Żółć", "Zoë Osei", "Ngũgĩ Kamau", "Ελένη Παππά", "Олена Ткач"), 9):
        desk.booked(f"{hour + hour - 9:02d}:00", name=name, email=f"c{hour}@example.com")
    answer = desk.member("owner").get(PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(re.findall(rb"/Type /Page\b", answer.data)) == 3
    assert b"FontFile2" in answer.data  # the letters travel along
    assert desk.member("owner").get(PDF).data == answer.data


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0000-00-00"])
def test_there_is_no_such_day(desk: Desk, day: str) -> None:
    for path in (f"/staff/schedule/{day}/print", f"/staff/schedule/{day}/sheet.pdf"):
        assert desk.member("owner").get(path).status_code == 404
    assert desk.post("owner", f"/staff/schedule/{day}/print").status_code == 404


def sheet_with_agenda(desk: Desk) -> Attachment | None:
    """What goes with Monday's agenda."""
    with desk.app.app_context():
        morning = at("08:00")
        (number,) = plan_agendas(morning)
        row = db.session.get(Notification, number)
        assert row is not None
        letter = agenda_letter(row, morning)
        assert letter is not None
        return letter.sheet


def test_the_sheet_goes_with_the_agenda_without_anything_about_health(desk: Desk) -> None:
    prefer(desk, desk.booked("10:00", name="Mina Cole"), "blood thinners")
    sheet = sheet_with_agenda(desk)
    assert sheet is not None
    assert (sheet.name, sheet.media_type) == (f"day-sheet-{MONDAY}.pdf", "application/pdf")
    assert sheet.content.startswith(b"%PDF")
    assert opened_lines(desk) == []


def test_it_stays_away_where_the_practice_wants_it_so(desk: Desk) -> None:
    desk.booked("10:00", name="Mina Cole")
    with desk.app.app_context(), transaction() as rows:
        rows.query(Practice).one().sheet_with_agenda = False
        raise_revision()
    assert sheet_with_agenda(desk) is None
