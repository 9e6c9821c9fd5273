"""The audit log as staff read it: who, when, what, from what to what."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.actions.managing import Change, cancel, move
from app.actions.settings import Edit
from app.actions.settings_places import save_practice
from app.blueprints.audit.fields import FIELDS
from app.blueprints.audit.views import _PAGES
from app.blueprints.audit.words import ACTS, detail_words
from app.domain.appointments import Actor
from app.domain.imports import LineState
from app.extensions import db
from app.models import AuditLine
from app.store import settings
from app.store.audit import add_audit_line
from app.store.transactions import transaction
from tests.support.audit_fields import fields_written
from tests.support.desk import Desk, text_of
from tests.support.rows import HALIFAX, NOW, at
from tests.support.run import ROOT

DESK = Actor("staff", "desk@example.com")


def log(desk: Desk, query: str = "", role: str = "owner") -> str:
    """The words of the lines, without those of the filters."""
    answer = desk.member(role).get(f"/staff/audit{query}")
    assert answer.status_code == 200
    return text_of(answer).rpartition(" Find ")[2]


def test_a_move_says_from_what_to_what(desk: Desk) -> None:
    reference = desk.booked("10:00")
    with desk.app.app_context():
        change = Change(desk.facts(reference)["id"], DESK, None, by_staff=True)
        move(change, at("15:00"), NOW, "therapist-2")
    page = log(desk, "?act=moved")
    assert "desk@example.com" in page
    assert reference in page
    assert "Time: Monday 23 November 2026, 10:00 am → Monday 23 November 2026, 3:00 pm" in page
    assert "Therapist: Therapist 1 → Therapist 2" in page
    assert f"/staff/appointments/{reference}" in desk.member("owner").get("/staff/audit?act=moved").text


def test_a_setting_says_from_what_to_what(desk: Desk) -> None:
    with desk.app.app_context():
        save_practice({"horizon_days": 90}, Edit(DESK, NOW, 1, frozenset()))
    page = log(desk, "?kind=practice")
    assert "Settings changed" in page
    assert "Horizon days: 365 → 90" in page


def test_filters(desk: Desk) -> None:
    first, second = desk.booked("10:00"), desk.booked("12:00", name="Mina Cole")
    with desk.app.app_context():
        number = desk.facts(first)["id"]
        cancel(Change(number, DESK, None, by_staff=True), NOW + timedelta(days=1))
    one = log(desk, f"?kind=appointment&thing={number}")
    assert first in one
    assert second not in one
    assert "Cancelled" in log(desk, "?who=desk@example.com")
    assert second not in log(desk, "?who=desk@example.com")
    assert first in log(desk, "?who=client")
    assert "Cancelled" not in log(desk, "?until=2026-11-20")
    assert "Cancelled" in log(desk, "?from=2026-11-21")
    assert "Nothing like that" in log(desk, "?from=2026-11-23")


def test_pages(desk: Desk) -> None:
    with desk.app.app_context(), transaction():
        for number in range(120):
            add_audit_line(DESK, "moved", "appointment", f"x{number}", {"number": f"n{number}."}, NOW)
    client = desk.member("owner")
    first = client.get("/staff/audit?act=moved").text
    assert "n119." in first
    assert "n70." in first
    assert "n69." not in first
    assert 'rel="prev"' not in first
    with desk.app.app_context():
        ids = {line.subject_id: line.id for line in db.session.query(AuditLine).filter_by(act="moved")}
    second = client.get(f"/staff/audit?act=moved&before={ids['x70']}").text
    assert "n69." in second
    assert "n20." in second
    assert "n19." not in second
    back = client.get(f"/staff/audit?act=moved&after={ids['x69']}").text
    assert "n119." in back
    assert "n70." in back
    assert 'rel="prev"' not in back
    last = client.get(f"/staff/audit?act=moved&before={ids['x20']}").text
    assert "n0." in last
    assert 'rel="next"' not in last


def test_a_whole_log_is_whole_and_a_changed_one_is_not(desk: Desk) -> None:
    desk.booked("10:00")
    answer = desk.post("owner", "/staff/audit/check")
    assert answer.status_code == 302
    assert "the log is whole" in text_of(desk.member("owner").get("/staff/audit"))
    assert desk.post("desk", "/staff/audit/check").status_code == 403
    assert "Check the log" not in desk.member("desk").get("/staff/audit").text


def test_a_changed_log_is_found_out(desk: Desk) -> None:
    desk.booked("10:00")
    with desk.app.app_context(), transaction() as rows:
        triggers = rows.execute(
            text("select name from sqlite_master where type = 'trigger' and tbl_name = 'audit'")
        )
        for (name,) in triggers.all():
            rows.execute(text(f"drop trigger {name}"))
        rows.execute(text("update audit set actor = 'somebody@example.com' where act = 'booked'"))
    desk.post("owner", "/staff/audit/check")
    assert "does not follow from the one before it" in text_of(desk.member("owner").get("/staff/audit"))


def test_therapists_do_not_read_it(desk: Desk) -> None:
    assert desk.member("therapist").get("/staff/audit").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "?who=%27%22&kind=x&act=y&thing=z&from=a&until=b&before=c&after=d",
        "?before=0",
        "?after=99999999999",
        "?kind=room&thing=-1",
    ],
)
def test_odd_questions_are_answered(desk: Desk, query: str) -> None:
    assert desk.member("owner").get(f"/staff/audit{query}").status_code == 200


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({}, []),
        ({"state": {"from": "booked", "to": "cancelled"}}, ["State: booked → cancelled"]),
        ({"room": {"from": None, "to": 3}}, ["Room: nothing → Blue room"]),
        ({"is_open": {"from": True, "to": False}}, ["Is open: yes → no"]),
        ({"roles": ["owner", "desk"]}, ["Roles: owner; desk"]),
        ({"minutes late": {"from": None, "to": 10}}, ["Minutes late: nothing → 10"]),
        (
            {"refusals": ["closed", "not_working", "no rule"]},
            ["Refusals: Opening hours; Working time; no rule"],
        ),
        ({"guidance_plan_id": {"from": None, "to": 2}}, ["Guidance plan: nothing → 2"]),
        (
            {"keep_health_years": {"from": 10, "to": 5, "gone": 3}},
            ["Keep health years: From 10, To 5, Gone 3"],
        ),
        (
            {"from": "2026-11-23T14:00:00+00:00", "to": "2026-11-23T15:30:00+00:00"},
            ["Time: Monday 23 November 2026, 10:00 am → Monday 23 November 2026, 11:30 am"],
        ),
        ({"about": {"from": {"en": "x" * 500}, "to": {}}}, [f"About: En {'x' * 156}… → nothing"]),
    ],
)
def test_details_in_words(detail: dict[str, object], said: list[str]) -> None:
    assert detail_words(detail, HALIFAX, {("room", "3"): "Blue room"}) == said


_WRITTEN = re.compile(
    r"""(?:add_audit_line|record|_add|account_log\.note|note)\(\s*[\w.()]+(?:\("[^"]*", [\w.]+\))?,\s*f?"([a-z'][a-z' {}.]*)\""""
)


def test_every_act_that_the_program_writes_has_a_word() -> None:
    sources = (path.read_text() for path in (ROOT / "app").rglob("*.py"))
    written = {act for source in sources for act in _WRITTEN.findall(source)}
    assert {"moved", "client changed", "feed added", "signed in", "time off taken"} <= written
    missing = {act for act in written if "{" not in act} - set(ACTS)
    assert missing == set()


def test_every_field_that_the_program_writes_has_a_word() -> None:
    written = fields_written()
    assert {"minutes late", "feeds_ended", "passkeys", "guardian", "reference", "starts_at"} <= written
    counted = {state.value for state in LineState}  # of the rows of a file
    assert (written | counted | set(columns_of_settings())) - set(FIELDS) == set()


def columns_of_settings() -> Iterator[str]:
    """What a changed setting may name: every column of the things that are set, and the lists that belong to them."""
    of_lists = [(name, *one) for lists in settings._LISTS.values() for name, one in lists.items()]
    yield from (name for name, _model, _back in of_lists)
    models = [*settings._KINDS.values(), *(model for _name, model, _back in of_lists)]
    passed = settings._NO_FACTS | {back for _name, _model, back in of_lists}
    for model in models:
        yield from (one.removesuffix("_id") for one in settings._columns(model) if one not in passed)


def test_a_thing_in_the_log_leads_to_a_page_that_is_there(desk: Desk) -> None:
    assert {endpoint for endpoint, _key in _PAGES.values()} <= set(desk.app.view_functions)


def test_words_that_only_look_like_a_time_are_shown_as_they_are(desk: Desk) -> None:
    for name in ("2026-02-30T10:00:00Z", "9999-12-31T23:59:59-12:00"):
        desk.post("owner", "/staff/feeds", name=name, therapist="therapist-1")
    page = desk.member("owner").get("/staff/audit")
    assert page.status_code == 200
