"""`flask doctor` and `flask outbox` say what is so, in sentences."""

import re

from flask import Flask

from app.actions.outbox import add_account_message
from app.worker.wiring import work_of
from tests.support.rows import NOW, make_practice


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """A command's exit status and all that it said."""
    done = app.test_cli_runner().invoke(args=arguments)
    return done.exit_code, done.output


def test_an_installation_without_practice_worker_and_mail_server_is_told_so(app: Flask) -> None:
    status, said = run(app, "doctor")
    assert status == 1
    assert "ok     database: answers" in said
    assert "ok     schema: is at the newest revision" in said
    assert re.search(r"WRONG +practice: none is loaded", said)
    assert re.search(r"WRONG +worker: none has been seen", said)
    assert re.search(r"WRONG +mail server: no connection", said)


def test_a_worker_that_has_been_seen_is_no_fault(app: Flask) -> None:
    with app.app_context():
        make_practice()
    work_of(app).sweep()
    said = run(app, "doctor")[1]
    assert re.search(r"ok +worker: seen at", said)
    assert re.search(r"ok +practice: Example Bodywork \(a demonstration\)", said)


def test_messages_are_listed_held_released_and_retried(app: Flask) -> None:
    with app.app_context():
        make_practice()
        number = add_account_message("desk@example.com", "Words", "words", NOW)
    assert "planned" in run(app, "outbox", "list")[1]
    assert run(app, "outbox", "hold")[0] == 0
    assert "Sending is held" in run(app, "outbox", "list")[1]
    assert run(app, "outbox", "release")[0] == 0
    status, said = run(app, "outbox", "retry", str(number))
    assert (status, "nothing to retry" in said) == (1, True)
    status, said = run(app, "outbox", "retry", "99999")
    assert (status, "There is no message 99999" in said) == (1, True)
    work_of(app).sweep()  # long past its hour
    assert "could not be sent in time" in run(app, "outbox", "list", "--state", "skipped")[1]
    assert run(app, "outbox", "retry", str(number)) == (0, f"Message {number} will be sent again.\n")


def test_an_account_address_is_not_listed(app: Flask) -> None:
    with app.app_context():
        make_practice()
        add_account_message("desk@example.com", "Words", "words", NOW)
    assert "@" not in run(app, "outbox", "list")[1]
