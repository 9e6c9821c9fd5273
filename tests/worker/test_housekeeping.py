"""What the worker does beside sending: it says how far the audit log reaches, and lets go of what is old."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.domain.appointments import Actor
from app.extensions import db
from app.store.audit import add_audit_line, chain_head
from app.store.clients import get_client
from app.store.transactions import transaction
from app.worker.wiring import work_of
from tests.reliability.busy_worker import wait_until_ready, worker
from tests.support.records import make_known
from tests.support.rows import NOW, at, make_practice
from tests.support.smtp import Sink


def test_each_start_says_where_the_log_ends(
    app: Flask, context: None, database_url: str, smtp_sink: Sink, tmp_path: Path
) -> None:
    make_practice()
    with transaction():
        add_audit_line(Actor("command"), "practice loaded", "practice", 1, {}, NOW)
    head = chain_head()
    db.session.rollback()
    assert head is not None
    with worker(database_url, smtp_sink.port, tmp_path) as running:
        running.start()
        wait_until_ready()
        assert running.end() == 0
    assert f"audit head {head.number}:{head.digest}" in running.log.read_text()


def test_each_hour_it_says_so_again_and_what_is_old_goes(
    app: Flask, context: None, caplog: pytest.LogCaptureFixture
) -> None:
    make_practice()
    known = make_known()
    head = chain_head()
    db.session.rollback()
    assert head is not None
    with caplog.at_level(logging.INFO), time_machine.travel(at("11:00") + timedelta(days=3660), tick=False):
        work_of(app).forget_what_is_old()
    assert f"audit head {head.number}:{head.digest}" in caplog.text
    assert "old_records=1" in caplog.text
    assert get_client(known.client_id).name == "Erased"


def test_the_queue_asks_for_it_each_hour(app: Flask) -> None:
    tasks = work_of(app).opened().huey._registry.periodic_tasks
    hourly = next(one for one in tasks if one.name == "forget_what_is_old")
    hours = [hour for hour in range(24) if hourly.validate_datetime(NOW.replace(hour=hour, minute=7))]
    assert hours == list(range(24))
    assert not hourly.validate_datetime(NOW.replace(minute=8))
