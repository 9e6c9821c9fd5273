"""A canary in every health field: it sings for who may hear it, and is found nowhere else, whatever happens."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from app.actions import outbox
from app.actions.backup import back_up, restore
from app.actions.erasing import erase
from app.actions.keys import rotate
from app.extensions import db
from app.models import Appointment, CheckIn, Client, ClientNote, Consent, IntakeForm, Screening
from app.store.appointments import get_appointment
from app.store.transactions import transaction
from app.vault import CannotOpen, open_sealed
from tests.support.answers import link
from tests.support.canary import (
    EMAIL,
    ERASED_AT,
    LATER,
    NAME,
    Walked,
    ask_in_free_words,
    database_folder,
    found_in_files,
    found_in_mails,
    found_in_tables,
    says_it,
    walk,
    watch_addresses,
)
from tests.support.desk import PASSWORD, Desk, make_desk, token
from tests.support.records import CANARY, OWNER
from tests.support.rows import MONDAY, NOW
from tests.support.smtp import Sink

pytestmark = pytest.mark.own_app
NEW = "the-new-key-that-takes-the-old-one's-place"


@pytest.fixture
def app_settings(smtp_sink: Sink) -> dict[str, str]:
    """Mail goes to the test's own server."""
    return {"MAIL_PORT": str(smtp_sink.port), "LOG_FORMAT": "json"}


@pytest.fixture
def desk(app: Flask, caplog: pytest.LogCaptureFixture) -> Desk:
    """A practice that asks before deep work, with an address that always fails; everything is logged."""
    caplog.set_level(logging.DEBUG)

    def fault() -> str:
        kept = CANARY
        raise ValueError(f"a fault that knows of {kept}")

    def refused_by_the_database() -> str:
        db.session.execute(text("select :said from nowhere"), {"said": CANARY})
        return ""

    app.add_url_rule("/staff/fault", "fault", fault, methods=["GET", "POST"])
    app.add_url_rule("/staff/refused", "refused", refused_by_the_database, methods=["GET", "POST"])
    made = make_desk(app)
    with app.app_context():
        ask_in_free_words()
    return made


@pytest.fixture
def walked(desk: Desk) -> Iterator[Walked]:
    """All of it has been written and told, and time has passed."""
    with desk.app.app_context():
        done = walk()
    listening = watch_addresses(desk.app, done)
    yield done
    del listening


def send_all(app: Flask) -> None:
    """Everything that is due up to ten days later."""
    with app.app_context():
        for day in (NOW, *(NOW.replace(day=number, hour=18) for number in (21, 23, 24, 30)), LATER):
            outbox.sweep(partial(max, day, NOW))


def is_whole(copy: bytes) -> bool:
    """Whether everything in the copy of a record could be opened; each of the fields that were written says it."""
    with ZipFile(BytesIO(copy)) as packed:
        told = packed.read("record.json").decode()
    assert "can't be opened" not in told
    return told.count(CANARY) > 20


def open_everything(desk: Desk, walked: Walked) -> dict[str, bool]:
    """Each button that opens health text, pressed by the owner: whether the canary is heard."""
    with desk.app.app_context():
        references = {
            name: get_appointment(number).reference
            for name, number in (
                ("given", walked.given),
                ("declined", walked.declined),
                ("cancelled", walked.cancelled),
            )
        }
    client = f"/staff/clients/{walked.client_id}"
    given = f"/staff/appointments/{references['given']}"
    pressed = {
        "note": f"{given}/note",
        "wishes": f"{given}/wishes",
        "answers": f"{given}/answers",
        "reason": f"/staff/appointments/{references['cancelled']}/reason",
        "preferences": f"{client}/preferences",
        "treatment notes": f"{client}/treatment-notes",
        "intake": f"{client}/intake",
        "day sheet": f"/staff/schedule/{MONDAY.isoformat()}/print",
    }
    heard = {name: CANARY in desk.post("owner", address).text for name, address in pressed.items()}
    answer = desk.post("owner", f"{client}/record/copy", purpose="the client asked for it")
    heard["copy"] = answer.status_code == 200 and is_whole(answer.data)
    return heard


def browse(desk: Desk, walked: Walked) -> list[str]:
    """Pages, lists, feeds and files that open nothing, as everybody who works there and as the client: which of them say it."""
    with desk.app.app_context():
        reference = get_appointment(walked.given).reference
    client, day = f"/staff/clients/{walked.client_id}", MONDAY.isoformat()
    pages = (
        f"/staff/schedule/{day}",
        f"/staff/week/{day}",
        f"/staff/schedule/{day}/print",
        f"/staff/schedule/{day}/sheet.pdf",
        f"/staff/appointments/{reference}",
        client,
        f"{client}/edit",
        f"{client}/record",
        "/staff/clients?q=cara",
        "/staff/messages",
        "/staff/audit",
        "/staff/numbers",
        f"/staff/numbers/appointments.csv?from={day}&to={day}",
        "/staff/unresolved",
    )
    said = [
        f"{role} {page}"
        for role in ("owner", "desk", "therapist")
        for page in pages
        if says_it(desk.member(role).get(page).data)
    ]
    browser = desk.app.test_client()
    behind = [
        more
        for more in (
            "",
            "/messages",
            "/record",
            "/check-in",
            "/calendar.ics",
            "/intake",
            "/consent",
            "/changed",
        )
        if says_it(browser.get(link(desk, reference, more)).data)
    ]
    return said + behind


def fail_in_every_way(desk: Desk, walked: Walked) -> None:
    """Faults, refusals and forms that could not be saved, all with the canary in what was typed."""
    client = f"/staff/clients/{walked.client_id}"
    for address in ("/staff/fault", "/staff/refused"):
        answer = desk.post("owner", address, note=CANARY)
        assert answer.status_code in (500, 503)
        assert not says_it(answer.data)
    for status, address, said in (
        (422, f"{client}/notes", {"kind": "treatment", "text": CANARY * 200}),
        (422, f"{client}/preferences/save", {"pressure": "no such", "avoid": CANARY}),
        (404, "/staff/appointments/EX-NONE/cancel", {"reason": CANARY}),
    ):
        assert desk.post("owner", address, **said).status_code == status
    assert desk.app.test_client().post(f"{client}/notes", data={"text": CANARY}).status_code == 400
    tired = desk.app.test_client()
    page = tired.get("/staff/login")
    tired.post(
        "/staff/login",
        data={"email": "owner@example.com", "password": PASSWORD, "csrf_token": token(page)},
    )
    written = token(tired.get(client))
    with desk.app.app_context():
        db.session.rollback()
    with time_machine.travel(LATER.replace(hour=23), tick=False):
        kept = tired.post(
            f"{client}/notes", data={"kind": "treatment", "text": CANARY, "csrf_token": written}
        )
    assert kept.status_code == 302


def test_it_is_heard_by_who_may_and_found_nowhere_else(
    desk: Desk, walked: Walked, smtp_sink: Sink, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    send_all(desk.app)
    with time_machine.travel(LATER, tick=False):
        heard = open_everything(desk, walked)
        assert all(heard.values()), heard
        assert browse(desk, walked) == []
        fail_in_every_way(desk, walked)
    with desk.app.app_context():
        back_up(tmp_path / "backup.zip", LATER)
        assert found_in_tables() == []
        folder = database_folder(desk.app)
    assert len(smtp_sink.taken) >= 5
    assert found_in_mails(smtp_sink) == []
    assert found_in_files(folder) == []
    assert found_in_files(tmp_path) == []
    assert [address for address in walked.addresses if says_it(address)] == []
    assert len(walked.addresses) > 50
    own = [record for record in caplog.records if not record.name.startswith("sqlalchemy.pool")]
    assert [record.getMessage() for record in own if says_it(record.getMessage())] == []
    assert not says_it(caplog.text)
    assert "fault" in caplog.text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_canary_in_the_open_would_be_found(desk: Desk, walked: Walked, tmp_path: Path) -> None:
    with desk.app.app_context():
        with transaction() as rows:
            rows.get_one(Client, walked.client_id).guardian_name = CANARY
        back_up(tmp_path / "backup.zip", LATER)
        assert found_in_tables() == ["client"]
        assert found_in_files(database_folder(desk.app)) != []
        assert found_in_files(tmp_path) == ["backup.zip/client.jsonl"]
    with time_machine.travel(LATER, tick=False):
        assert "owner /staff/clients/1" in browse(desk, walked)


SEALED = {
    Client: ("sealed_preferences", "client|preferences|{0.id}"),
    ClientNote: ("sealed_text", "client|note|{0.client_id}"),
    Consent: ("sealed_terms", "consent|terms|{0.client_id}"),
    IntakeForm: ("sealed_answers", "client|intake|{0.client_id}"),
    Screening: ("sealed_answers", "screening|answers|{0.token}"),
    Appointment: ("sealed_note", "appointment|note|{0.public_id}"),
    CheckIn: ("sealed_answer", "check_in|{0.appointment.public_id}"),
}


def opened(walked: Walked) -> int:
    """How many sealed texts open with the key that is stored for the client."""
    db.session.rollback()
    key, count = db.session.get_one(Client, walked.client_id).wrapped_key, 0
    for model, (column, context) in SEALED.items():
        for row in db.session.scalars(select(model)):
            try:
                count += bool(open_sealed(getattr(row, column) or b"", key, context.format(row)))
            except CannotOpen:
                continue
    return count


def test_a_backup_from_before_an_erasure_does_not_bring_it_back(
    desk: Desk, walked: Walked, tmp_path: Path
) -> None:
    with desk.app.app_context():
        back_up(tmp_path / "before.zip", LATER)
        assert opened(walked) > 5
        assert {"client", "appointment"} <= set(found_in_tables(NAME))
        assert {"contact", "appointment"} <= set(found_in_tables(EMAIL))
        erase(walked.client_id, OWNER, ERASED_AT)
        assert opened(walked) == 0
        done = restore(tmp_path / "before.zip", ERASED_AT, force=True)
        assert (done.forgotten_again, done.broken_line) == (1, None)
        assert opened(walked) == 0
        assert found_in_tables() == []
        for trace in (NAME, NAME.casefold(), EMAIL):
            assert found_in_tables(trace) == []
    with time_machine.travel(ERASED_AT, tick=False):
        assert not any(open_everything(desk, walked).values())
        page = desk.member("owner").get(f"/staff/clients/{walked.client_id}").text
        assert NAME not in page
        assert EMAIL not in page


def test_after_the_keys_were_changed_an_old_backup_opens_for_nobody(
    desk: Desk, walked: Walked, tmp_path: Path
) -> None:
    app = desk.app
    with app.app_context():
        back_up(tmp_path / "before.zip", LATER)
        settings = app.config["SETTINGS"]
        for keys in ((NEW, *settings.data_keys), (NEW,)):
            app.config["SETTINGS"] = replace(settings, data_keys=keys)
            app.extensions.pop("stillpoint-keys", None)
            rotate(LATER)
            assert opened(walked) > 5
        restore(tmp_path / "before.zip", LATER, force=True)
        assert opened(walked) == 0
