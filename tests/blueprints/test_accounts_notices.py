"""What members of the staff choose to be told of."""

import re

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import AuditLine, StaffMember
from tests.support.desk import Desk


def test_therapists_are_told_of_all_until_they_choose(desk: Desk) -> None:
    page = desk.member("therapist").get("/staff/account")
    assert "of your own sessions" in page.text
    assert "Never of what you did yourself" in page.text
    assert _ticked(page) == ["new", "changed", "cancelled", "agenda", "call_back"]
    desk.post("therapist", "/staff/account/notices", notices=["agenda", "call_back", "nonsense"])
    assert _ticked(desk.member("therapist").get("/staff/account")) == ["agenda", "call_back"]
    with desk.app.app_context():
        row = db.session.scalars(
            select(StaffMember).where(StaffMember.email == "therapist@example.com")
        ).one()
        assert row.notices == ["agenda", "call_back"]
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "notices chosen")).all()
        assert [(line.actor, line.detail) for line in lines] == [
            ("therapist@example.com", {"notices": ["agenda", "call_back"]})
        ]


def test_others_are_told_of_nothing_until_they_choose(desk: Desk) -> None:
    page = desk.member("desk").get("/staff/account")
    assert "of everybody&#39;s sessions" in page.text or "of everybody's sessions" in page.text
    assert _ticked(page) == []
    assert 'value="agenda"' not in page.text
    desk.post("desk", "/staff/account/notices", notices=["new", "agenda"])
    assert _ticked(desk.member("desk").get("/staff/account")) == ["new"]
    desk.post("desk", "/staff/account/notices")
    assert _ticked(desk.member("desk").get("/staff/account")) == []


def _ticked(page: TestResponse) -> list[str]:
    return re.findall(r'name="notices" value="([a-z_]+)" checked', page.text)
