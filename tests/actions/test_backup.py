"""Backup and restore: everything comes back, whoever was forgotten does not, nothing old is sent, nothing is mixed."""

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.actions.backup import back_up, restore
from app.actions.booking import book
from app.actions.erasing import close, erase, reopen
from app.actions.notes import open_note
from app.actions.outcomes import Booked
from app.extensions import db
from app.models import Appointment, AuditLine, Client, StaffMember, StaffSession
from app.store import dumps
from app.store.audit import chain_head, first_broken_line, has_line
from app.store.clients import get_client
from app.store.dumps import BadBackup
from app.store.erasures_file import CannotWriteDown, path
from app.store.outbox import is_held, list_due
from app.store.transactions import transaction
from app.vault import Closed
from tests.support.records import CANARY, EMAIL, NAME, OWNER, Known, make_known, make_known_in_practice
from tests.support.rows import NOW, at, order, wish

LATER = at("20:00") + timedelta(days=1)
LAW = LATER.date().replace(year=2036)


@pytest.fixture
def known(context: None) -> Known:
    """Somebody of whom all is known."""
    return make_known_in_practice(therapists=2, rooms=2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "backup.zip"


def rows() -> dict[str, list[str]]:
    """All that the tables hold that a backup must bring back."""
    db.session.rollback()
    found = {
        table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        for table in dumps.tables()
    }
    db.session.rollback()
    return found


def empty_the_database() -> None:
    """As after `flask db upgrade` on another machine."""
    with transaction():
        dumps.empty_all()


def test_everything_comes_back_as_it_was(known: Known, file: Path) -> None:
    with transaction() as writing:
        writing.add(StaffMember(email="one@example.com", fs_uniquifier="one", created_at=NOW))
        writing.add(
            StaffMember(email="two@example.com", fs_uniquifier="two", created_at=NOW, notices=["requests"])
        )
    before = rows()
    made = back_up(file, LATER)
    assert sum(made.rows.values()) == sum(map(len, before.values()))
    empty_the_database()
    restore(file, LATER)
    after = rows()
    for name, was in before.items():
        if name == "audit":
            assert set(was) < set(after[name])
        elif name != "practice":  # sending is held
            assert after[name] == was, name
    assert open_note(known.given, OWNER, LATER) == f"note {CANARY}"
    assert first_broken_line() is None
    assert list_acts()[-2:] == ["restored", "note opened"]


def list_acts() -> list[str]:
    """What the log says was done."""
    return list(db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)))


def test_a_restored_practice_goes_on_and_its_head_is_known(known: Known, file: Path) -> None:
    head = chain_head()
    assert head is not None
    back_up(file, LATER)
    empty_the_database()
    restore(file, LATER)
    assert has_line(head)
    answer = book(order(wish(at("16:00") + timedelta(days=7)), name="Nell Ott", key="new"), LATER)
    assert isinstance(answer, Booked)
    assert db.session.get_one(Appointment, answer.appointment_id).id == 3


def test_nothing_old_is_sent(known: Known, file: Path) -> None:
    assert list_due(LATER)
    db.session.rollback()
    back_up(file, LATER)
    empty_the_database()
    restore(file, LATER)
    assert is_held()
    assert list_due(LATER + timedelta(days=9)) == []


def test_whoever_was_forgotten_since_stays_forgotten(known: Known, file: Path) -> None:
    other = make_known("Olle Ode", "olle@example.com", clock="15:00")
    back_up(file, LATER)
    erase(known.client_id, OWNER, LATER)
    done = restore(file, LATER + timedelta(days=1), force=True)
    assert (done.forgotten_again, done.broken_line) == (1, None)
    row = get_client(known.client_id)
    assert (row.name, row.wrapped_key, row.contact.email) == ("Erased", b"", None)
    assert open_note(known.given, OWNER, LATER) is None
    assert open_note(other.given, OWNER, LATER) == f"note {CANARY}"
    left = "".join(map(str, rows().values()))
    assert NAME not in left.replace(EMAIL, "")


def test_what_was_closed_since_stays_closed_and_what_was_opened_again_open(known: Known, file: Path) -> None:
    other = make_known("Olle Ode", "olle@example.com", clock="15:00")
    back_up(file, LATER)
    for one in (known, other):
        close(one.client_id, LAW, OWNER, LATER)
    reopen(other.client_id, OWNER, LATER)
    assert restore(file, LATER, force=True).forgotten_again == 1
    with pytest.raises(Closed):
        open_note(known.given, OWNER, LATER)
    assert open_note(other.given, OWNER, LATER) == f"note {CANARY}"


def test_somebody_else_with_the_same_number_is_not_forgotten(known: Known, file: Path) -> None:
    back_up(file, LATER)
    other = make_known("Olle Ode", "olle@example.com", clock="15:00")
    erase(other.client_id, OWNER, LATER)
    restore(file, LATER, force=True)
    again = make_known("Paul Pree", "paul@example.com", clock="15:00", now=NOW + timedelta(seconds=1))
    assert again.client_id == other.client_id
    back_up(file.with_name("second.zip"), LATER)
    assert restore(file.with_name("second.zip"), LATER, force=True).forgotten_again == 0
    assert get_client(again.client_id).name == "Paul Pree"


def test_a_database_with_something_in_it_is_not_touched(known: Known, file: Path) -> None:
    back_up(file, LATER)
    before = rows()
    with pytest.raises(BadBackup, match="not empty"):
        restore(file, LATER)
    assert rows() == before


@pytest.mark.parametrize("damage", ["no zip", "cut", "other format", "other revision", "rows missing"])
def test_a_file_that_is_not_right_changes_nothing(known: Known, file: Path, damage: str) -> None:
    back_up(file, LATER)
    spoil(file, damage)
    before = rows()
    with pytest.raises(BadBackup):
        restore(file, LATER, force=True)
    assert rows() == before


def spoil(file: Path, damage: str) -> None:
    """Make something of it that is no backup any more."""
    whole = file.read_bytes()
    if damage == "no zip":
        file.write_text("not a backup")
    elif damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    else:
        with zipfile.ZipFile(file) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        told = json.loads(parts["manifest.json"])
        if damage == "rows missing":
            parts["audit.jsonl"] = b"\n".join(parts["audit.jsonl"].splitlines()[:-1]) + b"\n"
        else:
            name, value = {"other format": ("format", "x"), "other revision": ("revision", "0001")}[damage]
            parts["manifest.json"] = json.dumps(told | {name: value}).encode()
        with zipfile.ZipFile(file, "w") as packed:
            for name, content in parts.items():
                packed.writestr(name, content)


def test_a_list_that_lacks_somebody_is_not_the_right_one(known: Known, file: Path) -> None:
    erase(known.client_id, OWNER, LATER)
    back_up(file, LATER)
    path().rename(path().with_name("kept-elsewhere.jsonl"))
    with pytest.raises(BadBackup, match="lacks 1"):
        restore(file, LATER, force=True)
    assert (
        restore(file, LATER, force=True, erasures=path().with_name("kept-elsewhere.jsonl")).forgotten_again
        == 0
    )
    path().write_text("something else\n")
    with pytest.raises(CannotWriteDown):
        restore(file, LATER, force=True)


def test_nobody_is_signed_in_after_a_restore(app: Flask, known: Known, file: Path) -> None:
    with transaction() as writing:
        writing.add(StaffMember(email="one@example.com", fs_uniquifier="one", created_at=NOW))
        writing.flush()
        number = writing.scalars(select(StaffMember.id)).one()
        writing.add(StaffSession(id="x", staff_member_id=number, created_at=NOW, expires_at=LATER))
    back_up(file, LATER)
    restore(file, LATER, force=True)
    assert db.session.scalars(select(StaffSession)).all() == []


def test_a_backup_is_for_its_owner_alone_and_writes_over_nothing(known: Known, file: Path) -> None:
    back_up(file, LATER)
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in file.parent.glob("*backup*")] == ["backup.zip"]
    with pytest.raises(BadBackup, match="there already"):
        back_up(file, LATER)


def test_the_log_still_refuses_changes_after_it_was_replaced(known: Known, file: Path) -> None:
    back_up(file, LATER)
    restore(file, LATER, force=True)
    with pytest.raises(Exception, match="never changed"), transaction() as writing:
        writing.execute(delete(AuditLine))
    assert db.session.scalars(select(Client.name)).all() == [NAME]
