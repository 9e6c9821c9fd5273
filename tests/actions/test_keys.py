"""`keys rotate`: everything opens with the new key alone afterwards, however often it was stopped, whatever happens meanwhile."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.actions.client_notes import write_note
from app.actions.erasing import close, erase, reopen
from app.actions.filling_in import keep_typed, typed_for
from app.actions.holding import hold_slot
from app.actions.imports import open_file
from app.actions.kept_forms import TypedForm, keep_form, kept_forms
from app.actions.keys import Progress, rotate
from app.actions.letter_facts import account_context
from app.actions.notes import open_note
from app.actions.outbox import add_account_message, open_copy
from app.actions.outcomes import Held
from app.actions.sending import copy_context
from app.actions.tokens import add_token, program_of
from app.domain.clients import NoteKind
from app.extensions import db
from app.models import AuditLine, Client, Hold, Notification, Screening, StaffMember
from app.store.audit import first_broken_line
from app.store.clients import add_client, get_client
from app.store.outbox import keep_copy
from app.store.sealed_rows import Kind, list_sealed, replace_sealed
from app.store.transactions import transaction
from app.vault import open_for_practice, open_sealed, rewrapped, seal_bytes
from tests.support.imports import CLIENTS_HEAD, lines, sent_in
from tests.support.records import CANARY, OWNER, Known, abandoned_answers, make_known
from tests.support.rows import NOW, at, make_practice, wish

NEW = "the-new-key-that-takes-the-old-one's-place"
LATER = at("20:00") + timedelta(days=1)


def data_keys(app: Flask, *keys: str) -> None:
    """As after a restart with another DATA_KEY."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, data_keys=keys)
    app.extensions.pop("stillpoint-keys", None)
    db.session.rollback()


@pytest.fixture
def old(app: Flask) -> str:
    """The key that was there from the start."""
    return str(app.config["SETTINGS"].data_keys[0])


@pytest.fixture
def known(context: None) -> Known:
    """Somebody of whom all is known."""
    make_practice()
    return make_known()


def test_afterwards_the_new_key_opens_everything_alone(app: Flask, known: Known, old: str) -> None:
    screening = db.session.scalars(select(Screening)).one()
    abandoned_answers(screening.service_id, screening.version_id, NOW)
    message = _account_message()
    _member_with_form()
    file = sent_in(lines(CLIENTS_HEAD, f"Jo,Park,,,{CANARY}"))
    _half_typed()
    data_keys(app, NEW, old)
    done = {one.kind: one for one in rotate(LATER)}
    assert {kind: (one.changed, one.unopened) for kind, one in done.items()} == dict.fromkeys(Kind, (1, 0))
    data_keys(app, NEW)
    assert open_note(known.given, OWNER, LATER) == f"note {CANARY}"
    abandoned = db.session.scalars(select(Screening).where(Screening.token == "abandoned")).one()
    assert (
        open_sealed(
            abandoned.sealed_answers or b"", abandoned.wrapped_key or b"", "screening|answers|abandoned"
        )
        == CANARY
    )
    row = db.session.get_one(Notification, message)
    assert "Hello" in open_for_practice(row.sealed_content or b"", account_context(row.message_id))
    copy = open_copy(message, OWNER, LATER)
    assert copy is not None
    assert copy.subject == "Hello"
    (kept,) = kept_forms(1, NOW)
    assert kept.form.target == "/staff/x"
    assert open_file(file)[1].rows[0].cells[-1] == CANARY
    hold = db.session.scalars(select(Hold).where(Hold.sealed_typed.is_not(None))).one()
    assert typed_for(hold, NOW)["details"] == {"note": CANARY}


def _half_typed() -> None:
    held = hold_slot(wish(at("17:00")), "visitor", NOW)
    assert isinstance(held, Held)
    keep_typed(held.token, {"details": {"note": CANARY}}, NOW)


def _account_message() -> int:
    add_account_message("someone@example.com", "Hello", "Words", NOW)
    row = db.session.scalars(select(Notification).order_by(Notification.id.desc())).first()
    assert row is not None
    number, context = row.id, copy_context(row.message_id)
    with transaction():
        packed = _packed('{"subject": "Hello", "text": "t", "html": "h", "to": "someone@example.com"}')
        keep_copy(number, seal_bytes(packed, None, context))
    return number


def _packed(text: str) -> bytes:

    return zlib.compress(text.encode())


def _member_with_form() -> None:
    with transaction() as rows:
        rows.add(StaffMember(id=1, email="one@example.com", fs_uniquifier="one", created_at=NOW))
    keep_form(1, TypedForm("/staff/x", [("a", "b")]), NOW)


def test_the_log_and_the_tokens_of_programs_go_on(app: Flask, known: Known, old: str) -> None:
    token = add_token("front window", NOW)
    data_keys(app, NEW, old)
    rotate(LATER)
    write_note(known.client_id, NoteKind.DESK, "under the new key", OWNER, LATER)
    assert first_broken_line() is None
    assert program_of(token) is not None
    assert "keys renewed" in db.session.scalars(select(AuditLine.act)).all()


def test_it_can_be_stopped_anywhere_and_begun_again(app: Flask, known: Known, old: str) -> None:
    with transaction():
        for number in range(450):
            add_client(f"Client {number}", None, None, "en", NOW)
    data_keys(app, NEW, old)
    seen: list[int] = []

    def stop(so_far: Progress) -> None:
        seen.append(so_far.seen)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(LATER, stop)
    assert seen == [200, 400]
    done = {one.kind: one for one in rotate(LATER)}
    assert (done[Kind.CLIENT_KEY].seen, done[Kind.CLIENT_KEY].changed) == (451, 51)
    assert sum(one.changed for one in rotate(LATER)) == 0
    data_keys(app, NEW)
    assert all(rewrapped(key) is None for key in db.session.scalars(select(Client.wrapped_key)))


def test_a_key_that_is_destroyed_meanwhile_is_not_brought_back(app: Flask, known: Known, old: str) -> None:
    data_keys(app, NEW, old)
    rows: Sequence[Any] = list_sealed(Kind.CLIENT_KEY, 0, 10)
    again = rewrapped(rows[0].stored)
    assert again is not None
    erase(known.client_id, OWNER, LATER)
    with transaction():
        assert not replace_sealed(Kind.CLIENT_KEY, rows[0], again)
    rotate(LATER)
    assert get_client(known.client_id).wrapped_key == b""


def test_closed_records_are_sealed_anew_and_stay_closed(app: Flask, known: Known, old: str) -> None:
    close(known.client_id, LATER.date().replace(year=2036), OWNER, LATER)
    data_keys(app, NEW, old)
    rotate(LATER)
    data_keys(app, NEW)
    reopen(known.client_id, OWNER, LATER)
    assert open_note(known.given, OWNER, LATER) == f"note {CANARY}"


def test_what_no_key_opens_is_left_and_told(app: Flask, known: Known, old: str) -> None:
    with transaction() as rows:
        rows.execute(update(Client).values(wrapped_key=b"1" + b"x" * 60))
    data_keys(app, NEW, old)
    done = {one.kind: one for one in rotate(LATER)}
    assert (done[Kind.CLIENT_KEY].changed, done[Kind.CLIENT_KEY].unopened) == (0, 1)
