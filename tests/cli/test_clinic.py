"""`flask clinic`, as people type it."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

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
