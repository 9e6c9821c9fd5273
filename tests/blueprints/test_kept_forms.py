"""A session that ended in the middle of a form: what was typed is there after signing in again, for the same member only."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.actions.kept_forms import MOST_KEPT, kept_forms
from app.extensions import db
from app.models import KeptForm, Practice, StaffSession
from app.store.transactions import transaction
from app.web.kept_deeds import CLICKS
from app.web.kept_deeds import TYPED as TYPED_FORMS
from app.web.kept_forms import GUARDED
from tests.support.desk import PASSWORD, Desk, sign_in, text_of, token
from tests.support.filled_form import fields_of
from tests.support.rows import NOW

PAGE = "/staff/settings/practice"
TYPED = "By the old mill\nRing twice & wait."


def filled_in(client: FlaskClient, about: str = TYPED) -> MultiDict[str, str]:
    """The practice's page with a text typed into it, not yet sent."""
    fields = fields_of(client.get(PAGE))
    fields["about"] = about
    return fields


def but(form: MultiDict[str, str], **changes: str) -> MultiDict[str, str]:
    """The form with other words in it."""
    fields = form.copy()
    for name, value in changes.items():
        fields[name] = value
    return fields


def send(client: FlaskClient, form: MultiDict[str, str]) -> TestResponse:
    """Send it."""
    return client.post(PAGE, data=form)


def kept(desk: Desk) -> list[KeptForm]:
    """What is kept."""
    with desk.app.app_context():
        return list(db.session.scalars(select(KeptForm).order_by(KeptForm.id)))


def go_on(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Press "Go on" as a browser would."""
    found = re.search(r'id="kept-form-1" method="post" action="([^"]+)"', page.text)
    assert found, page.text
    return client.post(unescape(found[1]), data=fields_of(page, "kept-form-1"))


def about(desk: Desk) -> str:
    """What the database says."""
    with desk.app.app_context():
        return db.session.scalars(select(Practice)).one().about.get("en", "")


def run_out(desk: Desk) -> None:
    """The time of every session is over."""
    with desk.app.app_context(), transaction() as rows:
        for row in rows.scalars(select(StaffSession)):
            row.expires_at = NOW


def test_what_was_typed_is_there_after_signing_in_again(desk: Desk, clock: time_machine.Traveller) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    clock.shift(timedelta(hours=9))
    answer = send(client, form)
    assert (answer.status_code, answer.location) == (302, "/staff/login?next=/staff/kept")
    assert TYPED not in about(desk)
    assert "What you typed is kept" in client.get(answer.location).text
    assert sign_in(client, "desk@example.com", next="/staff/kept").location == "/staff/kept"
    page = client.get("/staff/kept")
    assert "Ring twice &amp; wait." in page.text
    assert TYPED not in about(desk)
    assert go_on(client, page).status_code == 303
    assert TYPED in about(desk)
    assert kept(desk) == []


@pytest.mark.parametrize(
    "ending",
    ["by the owner", "everywhere", "signed out", "signed out everywhere else", "another password", "closed"],
)
def test_a_session_that_was_ended_plants_nothing(
    desk: Desk, clock: time_machine.Traveller, ending: str
) -> None:
    client, elsewhere = desk.member("desk"), desk.app.test_client()
    form = filled_in(client)
    with desk.app.app_context():
        row = db.session.scalars(select(StaffSession)).one()
        person, session = f"/staff/people/{row.staff_member_id}", row.id
    sign_in(elsewhere, "desk@example.com")
    csrf = token(elsewhere.get("/staff/account"))
    new = {"password": PASSWORD, "new_password": "clay-cup-and-heron"}
    new["new_password_confirm"] = new["new_password"]
    answer = {
        "by the owner": lambda: desk.post("owner", f"{person}/sessions/{session}/end"),
        "everywhere": lambda: desk.post("owner", f"{person}/sessions/end-all"),
        "signed out": lambda: desk.post("desk", "/staff/logout"),
        "signed out everywhere else": lambda: elsewhere.post(
            "/staff/account/sessions/end-others", data={"csrf_token": csrf}
        ),
        "another password": lambda: elsewhere.post("/staff/password", data={"csrf_token": csrf} | new),
        "closed": lambda: desk.post("owner", f"{person}/close"),
    }[ending]()
    assert answer.status_code == 302
    for hours in (0, 9):
        clock.shift(timedelta(hours=hours))
        answer = send(client, form)
        assert (answer.status_code, answer.location) in ((400, None), (302, "/staff/login"))
    assert kept(desk) == []


def test_it_is_kept_sealed_and_without_token(desk: Desk) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    send(client, form)
    [row] = kept(desk)
    assert b"mill" not in row.sealed_form
    with desk.app.app_context():
        [given] = kept_forms(row.staff_member_id, NOW)
        assert given.form.target == PAGE
        assert list(given.form.fields) == [pair for pair in form.items(multi=True) if pair[0] != "csrf_token"]


def test_somebody_else_gets_nothing(desk: Desk) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    send(client, form)
    sign_in(client, "owner@example.com")
    assert "Nothing is kept for you" in text_of(client.get("/staff/kept"))
    assert desk.post("therapist", f"/staff/kept/{kept(desk)[0].id}/discard").status_code == 302
    assert len(kept(desk)) == 1
    elsewhere = desk.app.test_client()
    sign_in(elsewhere, "desk@example.com")
    assert "Ring twice" in elsewhere.get("/staff/kept").text


def test_a_form_left_open_by_somebody_else_is_neither_sent_nor_shown(desk: Desk) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    sign_in(client, "owner@example.com")
    answer = send(client, form)
    assert answer.status_code == 400
    assert "Ring twice" not in answer.text
    assert TYPED not in about(desk)


def test_a_stale_token_keeps_what_was_typed_on_the_page(desk: Desk) -> None:
    client = desk.member("desk")
    form = but(filled_in(client), csrf_token="stale")
    answer = send(client, form)
    assert answer.status_code == 400
    assert "Ring twice &amp; wait." in answer.text
    assert kept(desk) == []
    assert go_on(client, answer).status_code == 303
    assert TYPED in about(desk)


def test_it_is_discarded(desk: Desk) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    send(client, form)
    sign_in(client, "desk@example.com")
    assert desk.post("desk", f"/staff/kept/{kept(desk)[0].id}/discard").status_code == 302
    assert kept(desk) == []
    assert "Nothing is kept" in text_of(client.get("/staff/kept"))


def test_it_is_gone_after_half_a_day_and_only_the_latest_few_are_kept(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    for number in range(MOST_KEPT + 2):
        clock.shift(timedelta(minutes=1))
        send(client, but(form, about=f"text {number}"))
    assert len(kept(desk)) == MOST_KEPT
    clock.shift(timedelta(hours=12))
    sign_in(client, "desk@example.com")
    assert "Nothing is kept" in text_of(client.get("/staff/kept"))
    assert kept(desk) == []


def test_strangers_make_us_write_nothing(desk: Desk) -> None:
    form = filled_in(desk.member("desk"))
    stranger = desk.app.test_client()
    page = stranger.get("/staff/login")
    assert send(stranger, form).status_code == 400
    assert send(stranger, but(form, csrf_token=token(page))).location == "/staff/login"
    with stranger.session_transaction() as cookie:
        cookie["staff_session"] = "made up"
    assert send(stranger, but(form, csrf_token=token(page))).location == "/staff/login"
    assert kept(desk) == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/staff/password", {"password": "secret-one", "new_password": "secret-two"}),
        ("/staff/account/notices", {"notices": "new"}),
        ("/staff/people/invite", {"email": "x@example.com"}),
        ("/staff/nowhere", {"about": TYPED}),
        ("/services/", {"about": TYPED}),
        ("/staff/settings/practice", {"about": "x" * 210_000}),
        ("/staff/settings/practice", {"csrf_token": "only this"}),
        ("/staff/settings/practice", {"version": "1", "about": " "}),
        ("/staff/clients/1/block", {"state": "x"}),
        ("/staff/clients/1/block", {"about": TYPED}),
        ("/staff/clients/1/notes", {"kind": "desk"}),
    ],
)
def test_some_forms_are_never_kept(desk: Desk, path: str, said: dict[str, str]) -> None:
    client = desk.member("desk")
    good = token(client.get("/staff/account"))
    run_out(desk)
    client.post(path, data={"csrf_token": good} | said)
    assert kept(desk) == []


def test_reading_never_writes(desk: Desk) -> None:
    client = desk.member("desk")
    run_out(desk)
    assert client.get("/staff/settings/practice?about=typed").status_code == 302
    assert client.head("/staff/settings/practice").status_code == 302
    assert kept(desk) == []


def test_what_is_refused_by_its_page_is_kept_no_longer_and_what_fails_is(desk: Desk) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    send(client, but(form, name=""))
    sign_in(client, "desk@example.com")
    assert go_on(client, client.get("/staff/kept")).status_code == 422
    assert kept(desk) == []


def test_it_says_what_going_on_does_and_where(desk: Desk) -> None:
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    send(client, form)
    sign_in(client, "desk@example.com")
    page = text_of(client.get("/staff/kept"))
    assert "Save the practice's name and texts Kept" in page
    assert PAGE in page


def test_a_redirect_that_says_nothing_has_saved_nothing(desk: Desk) -> None:
    desk.booked("10:00")
    client = desk.member("desk")
    form = filled_in(client)
    run_out(desk)
    send(client, form)
    sign_in(client, "desk@example.com")
    number = str(kept(desk)[0].id)
    assert desk.post("desk", "/staff/clients/1/unblock", kept_form_id=number).status_code == 302
    assert len(kept(desk)) == 1


def test_what_somebody_else_was_faster_with_is_still_kept(desk: Desk) -> None:
    reference = desk.booked("10:00")
    client = desk.member("desk")
    run_out(desk)
    csrf = token(client.get("/staff/login"))
    said = {"csrf_token": csrf, "row_version": "1", "by": "clinic", "reason": "the roof leaks"}
    client.post(f"/staff/appointments/{reference}/cancel", data=said)
    desk.clients.clear()
    assert (
        desk.post("owner", f"/staff/appointments/{reference}/cancel", **(but_token(said))).status_code == 302
    )
    sign_in(client, "desk@example.com")
    answer = go_on(client, client.get("/staff/kept"))
    assert answer.status_code == 302
    assert "nothing of yours was saved" in text_of(client.get(str(answer.location)))
    assert len(kept(desk)) == 1


def but_token(said: dict[str, str]) -> dict[str, str]:
    """The same without the page's token."""
    return {name: value for name, value in said.items() if name != "csrf_token"}


def test_every_form_has_a_name(app: Flask) -> None:
    guarded = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and hasattr(app.view_functions[rule.endpoint], GUARDED)
    }
    named = {one for one in guarded if one.partition(".")[0] not in ("accounts", "people", "security")}
    assert named == TYPED_FORMS.keys() | CLICKS.keys()
    assert not TYPED_FORMS.keys() & CLICKS.keys()
