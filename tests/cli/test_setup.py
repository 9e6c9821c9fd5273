"""`flask setup`: an empty practice, and the link by which its owner begins."""

import re

from flask import Flask

from app.store.practice import load_practice
from tests.support.desk import Desk, make_desk


def setup(app: Flask) -> tuple[int, str]:
    """Exit status and what was said."""
    done = app.test_cli_runner().invoke(args=["setup"])
    return done.exit_code, done.output


def test_an_empty_program_gets_a_practice_and_a_link(app: Flask) -> None:
    status, said = setup(app)
    assert status == 0
    assert re.search(r"^  http\S+/staff/setup/\S+$", said, re.MULTILINE)
    with app.app_context():
        practice = load_practice()
        assert (practice.name, practice.services, practice.demonstration) == ("", (), False)
    assert setup(app)[0] == 0


def test_where_somebody_can_sign_in_there_is_no_link(app: Flask) -> None:
    desk: Desk = make_desk(app)
    status, said = setup(desk.app)
    assert (status, "Somebody can sign in already" in said, "/setup/" in said) == (1, True, False)
