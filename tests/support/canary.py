"""Health text in every field there is, written by the program's own actions; and where to look for it in the open."""

import base64
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, request, request_finished, request_started
from sqlalchemy import make_url, select

from app.actions.approving import accept, decline
from app.actions.booking import book
from app.actions.client_notes import write_note
from app.actions.clients import write_preferences
from app.actions.consenting import tick_verbal
from app.actions.day import Click, Marked, mark_completed
from app.actions.intake import Kept, save_part
from app.actions.managing import Change, cancel
from app.actions.outcomes import Booked
from app.domain.appointments import Actor
from app.domain.clients import NoteKind, Preferences
from app.domain.consent import ConsentTerms
from app.domain.intake import MORE
from app.domain.intake_questions import PARTS, Kind
from app.domain.wishes import Wishes
from app.extensions import db
from app.models import ScreeningSetVersion
from app.store.appointments import get_appointment
from app.store.intake import standing_of
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support import postgres
from tests.support.records import CANARY, OWNER
from tests.support.rows import MONDAY, NOW, at, order, wish
from tests.support.safety import answered, ask_before
from tests.support.smtp import Sink

NAME, EMAIL = "Cara Nary", "cara.nary@example.com"
TERMS = ConsentTerms({"belly": True, "groin": False}, f"towel {CANARY}", f"stop {CANARY}", f"shorts {CANARY}")
WISHES = Wishes(pressure=f"soft {CANARY}", avoid=f"knee {CANARY}", companion=f"sister {CANARY}")
#: How it might hide.
SHAPES = (
    CANARY.encode(),
    CANARY.encode("utf-16-le"),
    CANARY.encode().hex().encode(),
    base64.b64encode(CANARY.encode())[:-2],
    CANARY.encode()[::-1],
)


@dataclass
class Walked:
    """What came of it: the client, the sessions, and every address that was asked for or led to."""

    client_id: int = 0
    given: int = 0
    declined: int = 0
    cancelled: int = 0
    addresses: list[str] = field(default_factory=list)


def ask_in_free_words() -> None:
    """The set of the example practice, with a question that is answered in free words."""
    ask_before()
    free = {
        "key": "else",
        "kind": "text",
        "text": {"en": "Anything else?"},
        "why": {"en": "You know best."},
        "answers": [],
        "text_outcome": "review",
    }
    with transaction() as rows:
        version = rows.scalars(select(ScreeningSetVersion)).one()
        version.questions = [*version.questions, free]
        raise_revision()


def walk() -> Walked:
    """Asked, booked, reviewed, agreed to, given; another one declined, another one cancelled; all with health text."""
    walked = Walked()
    walked.given = _requested("10:00")
    walked.client_id = get_appointment(walked.given).client_id
    walked.declined, walked.cancelled = _requested("13:00"), _requested("16:00")
    accept(Change(walked.given, OWNER, by_staff=True), NOW)
    decline(Change(walked.declined, OWNER, by_staff=True), NOW, f"because {CANARY}")
    cancel(Change(walked.cancelled, OWNER, by_staff=True), NOW, f"reason {CANARY}")
    _fill_intake(walked.client_id)
    write_note(walked.client_id, NoteKind.TREATMENT, f"treated {CANARY}", OWNER, NOW)
    told = Preferences(avoid=f"avoid {CANARY}", heed=f"heed {CANARY}")
    write_preferences(walked.client_id, told, None, OWNER, NOW)
    tick_verbal(_click(walked.given), at("10:05"))
    assert isinstance(mark_completed(_click(walked.given), at("11:30")), Marked)
    return walked


def _requested(clock: str) -> int:
    said = answered(NOW, f"visitor {clock}", **{"else": f"words {CANARY}"})
    answer = book(
        order(
            wish(at(clock)),
            name=NAME,
            email=EMAIL,
            key=f"key-{clock}",
            note=f"note {CANARY}",
            screening_token=said.token,
            consent=TERMS,
            wishes=WISHES,
        ),
        NOW,
    )
    assert isinstance(answer, Booked), answer
    return answer.appointment_id


def _fill_intake(client_id: int) -> None:
    """Every part that is asked; every field that takes words has the canary."""
    for part in PARTS:
        if standing_of([client_id]).part(part.key) is None:
            continue
        typed: dict[str, str] = {}
        for one in part.questions:
            if one.kind is Kind.DATE:
                typed[one.key] = "1980-02-03"
            elif one.kind in (Kind.LINE, Kind.TEXT):
                typed[one.key] = f"intake {CANARY}"
            else:
                typed[one.key] = "yes" if one.kind is Kind.YES_NO else one.choices[0][0]
                typed[one.key + MORE] = f"more {CANARY}"
        kept = save_part(client_id, part.key, typed, Actor("client", EMAIL), NOW, MONDAY)
        assert isinstance(kept, Kept), (part.key, kept)


def _click(number: int) -> Click:
    return Click(number, get_appointment(number).row_version, OWNER)


def watch_addresses(app: Flask, walked: Walked) -> tuple[Any, Any]:
    """From now on every address is written down; what is answered must be kept, or nobody listens."""

    def asked(_sender: Flask, **_more: Any) -> None:
        walked.addresses.append(request.full_path)

    def led(_sender: Flask, response: Any, **_more: Any) -> None:
        walked.addresses.append(response.headers.get("Location", ""))

    request_started.connect(asked, app)
    request_finished.connect(led, app)
    return asked, led


def found_in_files(folder: Path) -> list[str]:
    """Every file below that says it: databases, journals, queues, backups (their parts, too)."""
    return [
        f"{path.name}{part}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for part, content in _parts(path)
        if says_it(content)
    ]


def _parts(path: Path) -> Iterator[tuple[str, bytes]]:
    content = path.read_bytes()
    yield "", content
    if content[:2] == b"PK":
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield f"/{name}", packed.read(name)


def says_it(content: bytes | str) -> bool:
    """Whether it stands there in any shape."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return any(shape in raw for shape in SHAPES)


def contains(trace: str, cell: bytes | str) -> bool:
    """Whether that stands there as it is."""
    return trace in (cell if isinstance(cell, str) else cell.decode("utf-8", "replace"))


def found_in_tables(trace: str | None = None) -> list[str]:
    """Every table with a row that says it (or that), as the database itself writes rows out."""
    says = says_it if trace is None else partial(contains, trace)
    db.session.rollback()
    found = []
    for table in db.metadata.sorted_tables:
        rows = db.session.execute(select(table)).all()
        if any(says(cell if isinstance(cell, bytes) else str(cell)) for row in rows for cell in row):
            found.append(table.name)
    db.session.rollback()
    return found


def database_folder(app: Flask) -> Path:
    """Where the database keeps its files; a checkpoint first, so that all of it stands there."""
    url = make_url(app.config["SETTINGS"].database_url)
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).parent
    address = postgres.server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("checkpoint")
        (folder,) = connection.execute("show data_directory").fetchone() or ("",)
    return Path(folder)


def found_in_mails(sink: Sink) -> list[str]:
    """The subjects of mails that say it, in their raw form or read."""
    return [
        taken.subject
        for taken in sink.taken
        if says_it(taken.raw) or says_it(taken.message.as_bytes()) or says_it(taken.text() + taken.html())
    ]


LATER = at("11:30") + timedelta(days=10)
ERASED_AT: datetime = LATER + timedelta(days=1)
