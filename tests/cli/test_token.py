"""`flask token`: a token is printed once, opens the API until it is ended, and is kept nowhere."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import ApiToken, AuditLine
from app.store.audit import first_broken_line
from tests.support.rows import MONDAY, make_practice

LISTED = f"/api/v1/appointments?from={MONDAY.isoformat()}&to={MONDAY.isoformat()}"


def token(app: Flask, *arguments: str) -> tuple[int, str, str]:
    """Exit status, what was printed, and what was said beside it."""
    done = app.test_cli_runner().invoke(args=["token", *arguments])
    return done.exit_code, done.stdout, done.stderr


def opens(app: Flask, secret: str) -> bool:
    """Whether the API lets that token in."""
    status = app.test_client().get(LISTED, headers={"Authorization": f"Bearer {secret}"}).status_code
    assert status in (200, 401)
    return status == 200


@pytest.fixture
def practice(app: Flask) -> Flask:
    """The application with a practice in it."""
    with app.app_context():
        make_practice()
    return app


def test_a_token_is_printed_alone_and_opens_the_api(practice: Flask) -> None:
    status, printed, said = token(practice, "add", "front window")
    assert status == 0
    assert re.fullmatch(r"sp_[A-Za-z0-9_-]{43}\n", printed)
    assert "shown once" in said
    assert opens(practice, printed.strip())


def test_the_token_itself_is_kept_nowhere(practice: Flask) -> None:
    secret = token(practice, "add", "front window")[1].strip()
    with practice.app_context():
        row = db.session.execute(select(ApiToken)).scalar_one()
        assert row.name == "front window"
        assert secret not in str([getattr(row, column.key) for column in ApiToken.__table__.columns])
        details = db.session.execute(select(AuditLine.detail)).scalars().all()
        assert secret not in str(details)


def test_an_ended_token_opens_nothing_and_the_others_still_do(practice: Flask) -> None:
    one, other = (token(practice, "add", name)[1].strip() for name in ("one", "other"))
    assert token(practice, "end", "one")[:2] == (0, "The token 'one' opens nothing any more.\n")
    assert (opens(practice, one), opens(practice, other)) == (False, True)


def test_who_was_let_in_is_listed_without_the_tokens(practice: Flask) -> None:
    assert token(practice, "list")[1] == "There are no tokens.\n"
    secrets = [token(practice, "add", name)[1].strip() for name in ("window", "desk")]
    token(practice, "end", "desk")
    printed = token(practice, "list")[1]
    lines = printed.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["desk", "window"]
    assert ["ended" in line for line in lines] == [True, False]
    assert not any(secret in printed for secret in secrets)


def test_adding_and_ending_stand_in_the_audit_log(practice: Flask) -> None:
    token(practice, "add", "front window")
    token(practice, "end", "front window")
    with practice.app_context():
        wanted = select(AuditLine).where(AuditLine.subject == "api_token").order_by(AuditLine.id)
        lines = db.session.execute(wanted).scalars().all()
        assert [(line.actor, line.act, line.detail) for line in lines] == [
            ("flask token add", "token added", {"name": "front window"}),
            ("flask token end", "token ended", {"name": "front window"}),
        ]
        assert first_broken_line() is None


def test_what_is_wrong_is_a_sentence_and_ends_with_1(practice: Flask) -> None:
    token(practice, "add", "one")
    token(practice, "add", "ended")
    token(practice, "end", "ended")
    for arguments, sentence in (
        (("add", "one"), "There has been a token called 'one' already"),
        (("add", "ended"), "There has been a token called 'ended' already"),
        (("add", " one "), "There has been a token called 'one' already"),
        (("add", ""), "A token needs a name"),
        (("add", "\u200b"), "A token needs a name"),
        (("add", "x" * 81), "at most 80 characters"),
        (("end", "nobody"), "There is no token called 'nobody'"),
        (("end", "ended"), "was ended already"),
    ):
        status, printed, said = token(practice, *arguments)
        assert (status, printed) == (1, ""), arguments
        assert said.startswith("Error: ")
        assert sentence in said
        assert said.count("\n") == 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_wrong_usage_ends_with_2(practice: Flask) -> None:
    for arguments in (("add",), ("end",), ("add", "a", "b"), ("show",)):
        assert token(practice, *arguments)[0] == 2
