"""Mails to staff are written in the language that the member has chosen, else in the practice's."""

from flask import Flask
from sqlalchemy import select

from app.actions.agenda import agenda_letter, plan_agendas
from app.actions.notices import choose_language
from app.extensions import db
from app.models import Notification, StaffMember
from tests.support.desk import Desk, make_desk
from tests.support.rows import NOW, at


def test_the_agenda_is_in_the_therapists_own_language(app: Flask) -> None:
    desk: Desk = make_desk(app)
    desk.booked("10:00", name="Jo Park")
    with app.app_context():
        member = db.session.scalars(
            select(StaffMember).where(StaffMember.email == "therapist@example.com")
        ).one()
        assert _language_of_agenda() == "en"
        choose_language(member.id, "fr", NOW)
        assert _language_of_agenda() == "fr"
        choose_language(member.id, None, NOW)
        assert _language_of_agenda() == "en"


def _language_of_agenda() -> str:
    morning = at("08:00")
    plan_agendas(morning)
    row = db.session.scalars(select(Notification).where(Notification.kind == "therapist_agenda")).first()
    assert row is not None
    letter = agenda_letter(row, morning)
    assert letter is not None
    return letter.language
