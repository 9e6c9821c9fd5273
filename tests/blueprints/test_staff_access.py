"""Every staff page against every role: what is not named here fails, so that nobody forgets to think about it."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from werkzeug.routing import Rule

from tests.support.desk import ROLES, Desk, make_desk
from tests.support.rows import MONDAY, NOW

EVERYBODY = {"owner", "desk", "therapist"}
OFFICE = {"owner", "desk"}
#: Who may open what; a whole blueprint where all its pages are alike.
ALLOWED = {
    "schedule.today": EVERYBODY,
    "schedule.jump": EVERYBODY,
    "schedule.day": EVERYBODY,
    "schedule.day_sheet": EVERYBODY,
    "schedule.day_sheet_pdf": EVERYBODY,
    "schedule.day_sheet_opened": {"owner", "therapist"},  # with preferences: what one may read
    "numbers": EVERYBODY,  # therapists see their own
    "audit.index": OFFICE,
    "audit.check": {"owner"},
    "feeds": EVERYBODY,  # therapists: their own diary
    "schedule.mark_on_day": EVERYBODY,
    "schedule.week": EVERYBODY,
    "schedule.unresolved": EVERYBODY,
    "schedule.appointment": EVERYBODY,  # of therapist-1, whom the therapist is
    "schedule.mark": EVERYBODY,
    "schedule.undo": EVERYBODY,
    "schedule.note": {"owner", "therapist"},
    "schedule.check_in": {"owner", "therapist"},
    "schedule.reason": {"owner", "therapist"},
    "schedule.settle_task": EVERYBODY,  # of own appointments; a number that is none is a 404
    "schedule.choose_move": EVERYBODY,
    "schedule.move": EVERYBODY,
    "schedule.ask_cancel": EVERYBODY,
    "schedule.cancel": EVERYBODY,
    "schedule.send_again": OFFICE,
    "schedule.book": OFFICE,
    "schedule.save_booking": OFFICE,
    "clients.index": EVERYBODY,  # therapists find their own clients
    "clients.suggest": EVERYBODY,
    "clients.show": EVERYBODY,  # of therapist-1
    "clients.write_note": EVERYBODY,
    "clients.treatment_notes": {"owner", "therapist"},
    "clients.preferences": {"owner", "therapist"},
    "clients.save_preferences": {"owner", "therapist"},
    "clients": OFFICE,  # who they are, online booking, merging
    "messages.index": EVERYBODY,  # therapists see what is about their own appointments
    "messages.calls": EVERYBODY,
    "messages.show": EVERYBODY,
    "messages.open_copy": EVERYBODY,
    "messages.as_sent": EVERYBODY,
    "messages.again": OFFICE,
    "messages.called": EVERYBODY,
    "accounts.save_notices": EVERYBODY,
    "accounts.account": EVERYBODY,
    "accounts.end_session": EVERYBODY,
    "accounts.end_others": EVERYBODY,
    "security.logout": EVERYBODY,
    "security.change_password": EVERYBODY,
    "security.verify": EVERYBODY,
    "security.mf_recovery_codes": EVERYBODY,
    "security.two_factor_setup_validate": EVERYBODY,
    "admin": OFFICE,
    "availability.mine": {"therapist"},
    "availability.week": EVERYBODY,  # the therapist's own
    "availability.time_off": EVERYBODY,
    "availability.give_back": EVERYBODY,
}
#: For who is not signed in (yet).
PUBLIC = {
    "security.login",
    "security.forgot_password",
    "security.reset_password",
    "security.two_factor_setup",
    "security.two_factor_token_validation",
    "security.two_factor_rescue",
    "security.mf_recovery",
    "security.tf_select",
}
SAMPLES = {
    "slug": "therapist-1",
    "day": MONDAY.isoformat(),
    "session_id": "0" * 64,
    "token": "none",
    "kind": "therapist",
    "message_id": 1,
    "task_id": 1,
    "time_off_id": 1,
    "feed_id": 1,
    "key": "clients",
    "client_id": 1,
    "other_id": 1,
    "merge_id": 1,
}


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A practice of two therapists."""
    with time_machine.travel(NOW, tick=False):
        yield make_desk(app)


def staff_rules(app: Flask) -> list[Rule]:
    """Every rule under /staff."""
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff")]


def allowed(endpoint: str) -> set[str] | None:
    """Who may open it; none where nobody has said."""
    return ALLOWED.get(endpoint) or ALLOWED.get(endpoint.partition(".")[0])


def path_of(app: Flask, rule: Rule, reference: str) -> str:
    """An address of the rule."""
    values = SAMPLES | {"reference": reference}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return adapter.build(
            rule.endpoint, {name: values[name] for name in rule.arguments}, method=_method(rule)
        )


def _method(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or set()) else "POST"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_staff_page_is_in_the_table(app: Flask) -> None:
    known = {rule.endpoint for rule in staff_rules(app)}
    assert [
        endpoint for endpoint in sorted(known) if allowed(endpoint) is None and endpoint not in PUBLIC
    ] == []
    assert [name for name in ALLOWED if "." in name and name not in known] == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_strangers_are_asked_to_sign_in_and_change_nothing(desk: Desk) -> None:
    reference = desk.booked("10:00")
    for rule in staff_rules(desk.app):
        if rule.endpoint in PUBLIC:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            path = path_of(desk.app, rule, reference)
            client = desk.member("stranger")
            answer = client.get(path) if method == "GET" else desk.post("stranger", path)
            assert (answer.status_code, "/staff/login" in str(answer.location)) == (302, True), (method, path)
    assert desk.facts(reference)["row_version"] == 1


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_nothing_else(desk: Desk, role: str) -> None:
    reference = desk.booked("10:00", note="a note")
    wrong = []
    for rule in staff_rules(desk.app):
        may = allowed(rule.endpoint)
        if rule.endpoint == "security.logout" or may is None:
            continue
        path, methods = path_of(desk.app, rule, reference), (rule.methods or set()) & {"GET", "POST"}
        for method in sorted(methods):
            answer = desk.member(role).get(path) if method == "GET" else desk.post(role, path)
            fits = answer.status_code < 500 and (answer.status_code == 403) == (role not in may)
            if not fits or "/staff/login" in str(answer.location):
                wrong.append((role, method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_therapist_without_a_diary_sees_nobodys(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    desk.add("newcomer", "therapist")
    page = desk.member("newcomer").get(f"/staff/schedule/{MONDAY.isoformat()}")
    assert page.status_code == 200
    assert "Mina Cole" not in page.text
    assert desk.member("newcomer").get(f"/staff/appointments/{reference}").status_code == 403
