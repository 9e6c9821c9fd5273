"""`flask audit`, `keys`, `backup`, `restore` and `retention`, as people type them."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.actions.erasing import erase
from app.extensions import db
from app.store.audit import chain_head
from app.store.clients import get_client
from app.store.erasures_file import path
from tests.support.raw import raw_connection
from tests.support.records import OWNER, Known, make_known
from tests.support.rows import at, make_practice

LATER = at("20:00") + timedelta(days=1)
NEW = "the-new-key-that-takes-the-old-one's-place"


def typed(app: Flask, *arguments: str) -> tuple[int, str, str]:
    """Exit status, what was printed, and what was said beside it."""
    with app.app_context():
        db.session.rollback()
    with time_machine.travel(LATER, tick=False):
        done = app.test_cli_runner().invoke(args=list(arguments))
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def known(app: Flask) -> Known:
    """Somebody of whom all is known."""
    with app.app_context():
        make_practice()
        return make_known()


def head_of(said: str) -> str:
    """The end of the log as the command prints it."""
    found = re.search(r"\d+:[0-9a-f]{64}", said)
    assert found, said
    return found[0]


def test_a_whole_log_is_said_to_be_whole_with_its_end(app: Flask, known: Known) -> None:
    status, printed, _ = typed(app, "audit", "check")
    with app.app_context():
        head = chain_head()
    assert head is not None
    assert (status, head_of(printed)) == (0, f"{head.number}:{head.digest}")
    assert typed(app, "audit", "check", "--head", head_of(printed))[0] == 0


def test_a_cut_tail_is_found_by_an_end_that_was_noted(app: Flask, known: Known) -> None:
    head = head_of(typed(app, "audit", "check")[1])
    with raw_connection(app.config["SETTINGS"].database_url) as connection:
        if app.config["SETTINGS"].database_url.startswith("sqlite"):
            connection.execute("drop trigger audit_no_delete")
        else:
            connection.execute("alter table audit disable trigger user")
        connection.execute("delete from audit where id > 5")
        if not app.config["SETTINGS"].database_url.startswith("sqlite"):
            connection.execute("alter table audit enable trigger user")
    assert typed(app, "audit", "check")[0] == 0
    status, _, said = typed(app, "audit", "check", "--head", head)
    assert status == 1
    assert "its tail was cut off" in said


@pytest.mark.parametrize("head", ["7", "x:y", "7:abc"])
def test_an_end_that_nobody_wrote_is_refused(app: Flask, head: str) -> None:
    status, _, said = typed(app, "audit", "check", "--head", head)
    assert status == 2
    assert "NUMBER:DIGEST" in said


def test_a_changed_line_is_named(app: Flask, known: Known) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, data_keys=(NEW,))
    app.extensions.pop("stillpoint-keys", None)
    status, _, said = typed(app, "audit", "check")
    assert status == 1
    assert "Line 1 does not follow" in said


def test_keys_are_rotated_with_progress_and_once_is_enough(app: Flask, known: Known) -> None:
    settings = app.config["SETTINGS"]
    status, _, said = typed(app, "keys", "rotate")
    assert status == 0
    assert "names one key only" in said
    app.config["SETTINGS"] = replace(settings, data_keys=(NEW, *settings.data_keys))
    app.extensions.pop("stillpoint-keys", None)
    status, printed, said = typed(app, "keys", "rotate")
    assert status == 0
    assert "keys of clients: 1 looked at, 1 sealed anew" in printed
    assert "keys of clients: 1 so far" in said
    assert "1 looked at, 0 sealed anew" in typed(app, "keys", "rotate")[1]
    app.config["SETTINGS"] = replace(settings, data_keys=("another-key-that-never-was-there-at-all",))
    app.extensions.pop("stillpoint-keys", None)
    status, _, said = typed(app, "keys", "rotate")
    assert status == 1
    assert "open with none of the keys" in said


def test_a_backup_comes_back_without_those_who_were_forgotten(
    app: Flask, known: Known, tmp_path: Path
) -> None:
    file = str(tmp_path / "backup.zip")
    status, printed, _ = typed(app, "backup", file)
    assert status == 0
    assert re.fullmatch(r"\d+ rows of revision \d{4} are in .*backup\.zip\.\n", printed)
    assert typed(app, "backup", file)[0] == 1
    with app.app_context():
        erase(known.client_id, OWNER, LATER)
    status, _, said = typed(app, "restore", file)
    assert status == 1
    assert "--force" in said
    status, printed, _ = typed(app, "restore", file, "--force")
    assert status == 0
    assert "1 records were erased or closed again" in printed
    assert "flask outbox release" in printed
    with app.app_context():
        assert get_client(known.client_id).name == "Erased"


def test_what_can_not_be_restored_is_a_sentence(app: Flask, known: Known, tmp_path: Path) -> None:
    (tmp_path / "no-backup").write_text("words")
    for arguments in (
        ("restore", str(tmp_path / "missing"), "--force"),
        ("restore", str(tmp_path / "no-backup"), "--force"),
        ("backup", str(tmp_path / "no-folder" / "backup.zip")),
    ):
        status, _, said = typed(app, *arguments)
        assert status == 1
        assert "Traceback" not in said
        assert said.startswith("Error: ")


def test_retention_says_what_would_go_and_then_lets_it_go(app: Flask, known: Known) -> None:
    with app.app_context():
        assert get_client(known.client_id).erased_at is None
    with time_machine.travel(LATER.replace(year=2037), tick=False):
        runner = app.test_cli_runner()
        said = runner.invoke(args=["retention", "--dry-run"]).stdout
        assert "1  records kept for as long as the practice keeps them would go" in said
        with app.app_context():
            assert get_client(known.client_id).erased_at is None
        said = runner.invoke(args=["retention"]).stdout
        assert re.search(r"1  records kept for as long as the practice keeps them\n", said)
    with app.app_context():
        assert get_client(known.client_id).name == "Erased"


def test_retention_that_can_not_write_an_erasure_down_says_so(app: Flask, known: Known) -> None:
    with app.app_context():
        path().mkdir(parents=True)
    with time_machine.travel(LATER.replace(year=2037), tick=False):
        done = app.test_cli_runner().invoke(args=["retention"])
    assert done.exit_code == 1
    assert "could not be written down" in done.stderr
