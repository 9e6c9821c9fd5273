"""The audit log: whatever is changed, removed or put in is found, and a tail that was cut off too, by a head that was logged."""

import hashlib
import logging
from typing import Any

import pytest
from flask import Flask

from app.actions.audit_head import log_head
from app.domain.appointments import Actor
from app.extensions import db
from app.store.audit import Head, add_audit_line, chain_head, first_broken_line, has_line
from app.store.transactions import transaction
from tests.support.raw import raw_connection, say
from tests.support.rows import NOW

ACTOR = Actor("staff", "owner@example.com")
_GUARDS = {
    "sqlite": ("drop trigger audit_no_update", "drop trigger audit_no_delete"),
    "postgresql": ("alter table audit disable trigger user",),
}


@pytest.fixture
def lines(context: None) -> list[int]:
    """Six lines, and their numbers."""
    for number in range(6):
        with transaction():
            add_audit_line(ACTOR, "client changed", "client", number, {"name": {"from": "a", "to": "b"}}, NOW)
    return list(range(1, 7))


def spoil(app: Flask, query: str, **values: Any) -> None:
    """Past our code and past the guards, as somebody with the database's own tools would; the guards come back."""
    backend = db.engine.dialect.name
    db.session.rollback()
    with raw_connection(app.config["SETTINGS"].database_url) as connection:
        guards = (
            say(connection, "select sql from sqlite_master where type = 'trigger' and tbl_name = 'audit'")
            if (backend == "sqlite")
            else []
        )
        for guard in _GUARDS[backend]:
            connection.execute(guard)
        say(connection, query, **values)
        for (sql,) in guards:
            connection.execute(sql)
        if backend == "postgresql":
            connection.execute("alter table audit enable trigger user")


CHANGES = {
    "act": "update audit set act = 'note opened' where id = 3",
    "actor": "update audit set actor = 'desk@example.com' where id = 3",
    "no actor": "update audit set actor = null where id = 3",
    "kind of actor": "update audit set actor_type = 'client' where id = 3",
    "subject": "update audit set subject = 'room' where id = 3",
    "number": "update audit set subject_id = '99' where id = 3",
    "detail": """update audit set detail = '{"name": {"from": "a", "to": "c"}}' where id = 3""",
    "time": "update audit set at = :later where id = 3",
    "digest": "update audit set digest = :digest where id = 3",
    "removed at the beginning": "delete from audit where id = 1",
    "removed in between": "delete from audit where id = 3",
    "several removed": "delete from audit where id between 2 and 4",
    "two exchanged": "update audit set id = case id when 3 then 1004 else 1003 end where id in (3, 4)",
    "put in between": """insert into audit (id, at, actor_type, actor, act, subject, subject_id, detail, digest)
        select 100, at, actor_type, actor, act, subject, subject_id, detail, :digest from audit where id = 3""",
    "a line again": """insert into audit (id, at, actor_type, actor, act, subject, subject_id, detail, digest)
        select 100, at, actor_type, actor, act, subject, subject_id, detail, digest from audit where id = 6""",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_removed_or_put_in_is_found(app: Flask, lines: list[int], change: str) -> None:
    assert first_broken_line() is None
    query = CHANGES[change]
    made_up = {"digest": hashlib.sha256(b"made up").hexdigest(), "later": "2026-11-20 14:00:01.000000"}
    values = {name: value for name, value in made_up.items() if f":{name}" in query}
    spoil(app, query, **values)
    assert first_broken_line() is not None


def test_each_single_line_counts(app: Flask, lines: list[int]) -> None:
    for number in lines:
        spoil(app, f"update audit set subject_id = 'x' || subject_id where id = {number}")  # noqa: S608 - a number
        assert first_broken_line() == number
        spoil(app, f"update audit set subject_id = substr(subject_id, 2) where id = {number}")  # noqa: S608
        assert first_broken_line() is None


@pytest.mark.parametrize("left", [5, 3, 0])
def test_a_tail_that_was_cut_off_is_found_by_the_head_that_was_logged(
    app: Flask, lines: list[int], left: int
) -> None:
    head = chain_head()
    assert head is not None
    assert has_line(head)
    spoil(app, f"delete from audit where id > {left}")  # noqa: S608 - a number
    assert first_broken_line() is None  # what is left is whole: only the head tells
    assert not has_line(head)


def test_a_tail_that_was_written_anew_is_found_too(app: Flask, lines: list[int]) -> None:
    head = chain_head()
    assert head is not None
    spoil(app, "delete from audit where id > 4")
    for number in range(2):
        with transaction():
            add_audit_line(ACTOR, "client blocked", "client", number, {}, NOW)
    assert first_broken_line() is None
    assert not has_line(Head(head.number, head.digest))


def test_an_older_head_still_holds_when_the_log_has_grown(lines: list[int]) -> None:
    head = chain_head()
    assert head is not None
    with transaction():
        add_audit_line(ACTOR, "client blocked", "client", 1, {}, NOW)
    assert has_line(head)
    assert chain_head() != head


def test_the_head_stands_in_the_programs_log(lines: list[int], caplog: pytest.LogCaptureFixture) -> None:
    head = chain_head()
    assert head is not None
    with caplog.at_level(logging.INFO):
        log_head()
    assert f"audit head {head.number}:{head.digest}" in caplog.text


def test_an_empty_log_has_no_head(context: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_head()
    assert chain_head() is None
    assert "audit head" not in caplog.text


@pytest.mark.parametrize("statement", ["update audit set act = 'x'", "delete from audit"])
def test_the_database_itself_refuses(app: Flask, lines: list[int], statement: str) -> None:
    db.session.rollback()
    with (
        raw_connection(app.config["SETTINGS"].database_url) as connection,
        pytest.raises(Exception, match="never changed"),
    ):
        connection.execute(statement)
