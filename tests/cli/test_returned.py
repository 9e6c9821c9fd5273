"""`flask outbox returned`: what a mail server's script pipes to it."""

import pytest
from flask import Flask

from tests.delivery.test_returned import report


@pytest.mark.usefixtures("context")
def test_what_is_no_report_ends_with_a_sentence_and_exit_status_1(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["outbox", "returned"], input=b"Subject: hello\n\nI am away.\n")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: This is no report")
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("context")
def test_a_report_about_somebody_elses_mail_does_so_too(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["outbox", "returned"], input=report())
    assert done.exit_code == 1
    assert "not among the messages" in done.stderr
