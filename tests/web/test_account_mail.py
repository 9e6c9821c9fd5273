"""Flask-Security's mails take the way of all others: into the outbox, sealed."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Notification
from tests.support.rows import make_practice

WORDS = (
    "reset_instructions",
    "Choose a new password",
    ("Dee Desk", "desk@example.com"),
    "",
    "Your link",
    None,
)


def written() -> list[Notification]:
    """What is in the outbox."""
    db.session.rollback()
    return list(db.session.execute(select(Notification)).scalars())


@pytest.mark.usefixtures("context")
def test_a_message_is_written_sealed_and_due_at_once(app: Flask) -> None:
    make_practice()
    app.extensions["security"].mail_util.send_mail(*WORDS)
    (row,) = written()
    assert (row.kind, row.audience, row.address, row.state) == (
        "account_message",
        "staff",
        "desk@example.com",
        "planned",
    )
    assert row.sealed_content is not None
    assert b"Your link" not in row.sealed_content


@pytest.mark.usefixtures("context")
def test_in_a_request_it_is_written_at_the_end_when_what_it_tells_is_committed(app: Flask) -> None:
    make_practice()
    with app.test_request_context("/staff/reset", method="POST"):
        app.extensions["security"].mail_util.send_mail(*WORDS)
        assert written() == []
        app.process_response(app.make_response(""))
        assert len(written()) == 1
