"""`flask clinic`, as people type it."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from app import clock
from app.actions.outbox import add_account_message
from app.extensions import db
from app.models import Notification
from app.store.audit import list_audit_lines
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.run import ROOT

CLINICS = ROOT / "clinics"


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["clinic", *arguments])


def test_check_lists_what_the_owner_must_tell_and_ends_with_1(app: Flask) -> None:
    said = run(app, "check", str(CLINICS / "a-better-body-massage.toml"))
    assert said.exit_code == 1
    assert "location.zone: The time zone is not known yet." in said.stdout
    assert "can be booked on a demonstration only" in said.stdout
    assert "With its examples it can be shown as a demonstration." in said.stdout


def test_check_tells_every_error_on_standard_error(app: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[practice]\nslug = "A B"\ncolour = "moss"\n', "utf-8")
    said = run(app, "check", str(bad))
    assert said.exit_code == 1
    assert "2 errors" in said.stderr
    assert "practice.slug:" in said.stderr
    assert "practice.colour:" in said.stderr
    assert said.stdout == ""


@pytest.mark.parametrize("command", ["check", "load"])
def test_hostile_files_get_a_sentence_and_no_traceback(app: Flask, tmp_path: Path, command: str) -> None:
    bad = tmp_path / "bad.toml"
    for raw in (
        b"\xff\x00",
        b"x = [" * 5000,
        b"x = " + b"1" * 5000,
        b'[practice]\nslug="a"\n"\\u0000\\n" = 1',
    ):
        bad.write_bytes(raw)
        said = run(app, command, str(bad))
        assert said.exit_code == 1
        assert "1 error" in said.stderr or "errors" in said.stderr
        assert "Traceback" not in said.output


def test_load_says_what_changed_and_the_second_time_that_nothing_did(app: Flask) -> None:
    first = run(app, "load", str(CLINICS / "punchiit.toml"), "--with-examples")
    assert first.exit_code == 0
    assert "as a demonstration with example data" in first.stdout
    assert "therapist[priya-nand]: added" in first.stdout
    second = run(app, "load", str(CLINICS / "punchiit.toml"), "--with-examples")
    assert second.exit_code == 0
    assert "Nothing changed" in second.stdout


def test_export_can_be_loaded_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    run(app, "load", str(CLINICS / "kneaded-tranquility.toml"))
    written = tmp_path / "exported.toml"
    written.write_text(run(app, "export").stdout, "utf-8")
    assert "Nothing changed" in run(app, "load", str(written)).stdout


def test_problems_are_sentences(app: Flask, tmp_path: Path) -> None:
    assert run(app, "export").exit_code == 1
    assert "No practice has been loaded yet" in run(app, "export").stderr
    missing = run(app, "load", str(tmp_path / "nowhere.toml"))
    assert missing.exit_code == 1
    assert "There is no file" in missing.stderr
    assert run(app, "load").exit_code == 2


SHORTER = '[practice]\nslug = "punchiit"\n[practice.policy]\nkeep_messages_days = 30\n'


@pytest.fixture
def shorter(app: Flask, context: None, tmp_path: Path) -> Path:
    """A file that lets go of mails sooner, for a practice where one was sent forty days ago."""
    run(app, "load", str(CLINICS / "punchiit.toml"))
    add_account_message("desk@example.com", "An example", "Some words", clock.now() - timedelta(days=40))
    with transaction() as rows:
        rows.execute(update(Notification).values(state="sent"))
    path = tmp_path / "shorter.toml"
    path.write_text(SHORTER, "utf-8")
    return path


def shortened() -> list[tuple[str | None, object]]:
    lines = [one for one in list_audit_lines("practice", 1) if one.act == "kept for less long"]
    db.session.rollback()
    return [(one.actor, one.detail) for one in lines]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_would_be_kept_for_less_long_is_told_by_number_and_loaded_only_with_yes(
    app: Flask, shorter: Path
) -> None:
    said = run(app, "load", str(shorter))
    assert said.exit_code == 1
    assert "keep_messages_days: 1 (mails as they were sent)" in said.stderr
    assert load_practice().policy.keep_messages_days == 365
    assert shortened() == []
    assert run(app, "load", str(shorter), "--yes").exit_code == 0
    assert load_practice().policy.keep_messages_days == 30
    assert shortened() == [("flask clinic load", {"keep_messages_days": {"from": 365, "to": 30, "gone": 1}})]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_kept_for_longer_is_not_asked_about(app: Flask, shorter: Path) -> None:
    shorter.write_text(SHORTER.replace("= 30\n", "= 400\n"), "utf-8")
    assert run(app, "load", str(shorter)).exit_code == 0
    assert load_practice().policy.keep_messages_days == 400
    assert shortened() == []
