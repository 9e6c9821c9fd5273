"""The doors for operators: alive, able to serve, figures."""

import ipaddress
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, current_app, request

from app import clock
from app.store.condition import Condition, load_condition
from app.store.transactions import ANY_DATABASE_ERROR, give_up_reading

blueprint = Blueprint("health", __name__)

_HEARTBEAT_WITHIN = timedelta(minutes=3)
_LATE_AFTER = timedelta(minutes=15)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, object], int]:
    """Whether it can serve: database, schema, worker, messages that wait too long."""
    now = clock.now()
    try:
        condition = load_condition(now)
    except ANY_DATABASE_ERROR:
        give_up_reading()
        return {"status": "not ready", "problems": ["the database does not answer as it should"]}, 503
    problems = _problems(condition, now)
    return {"status": "not ready" if problems else "ok", "problems": problems}, 503 if problems else 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus figures, for loopback or for who knows METRICS_TOKEN."""
    if not _may_read_metrics():
        abort(403)
    condition = load_condition(clock.now())
    lines = [
        f'stillpoint_messages{{state="{state}"}} {count}'
        for state, count in sorted(condition.messages_by_state.items())
    ]
    lines.append(f"stillpoint_oldest_due_message_seconds {condition.oldest_due.total_seconds():.0f}")
    lines.append(f"stillpoint_appointments_upcoming {condition.upcoming}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _problems(condition: Condition, now: datetime) -> list[str]:
    problems = []
    if not condition.schema_is_current:
        problems.append("the database schema is not at the newest revision")
    if condition.worker_seen_at is None or now - condition.worker_seen_at > _HEARTBEAT_WITHIN:
        problems.append("no worker has been seen in the last minutes")
    if condition.oldest_due > _LATE_AFTER:
        problems.append("a message that was due has been waiting too long")
    return problems


def _may_read_metrics() -> bool:
    token = current_app.config["SETTINGS"].metrics_token
    if token:
        return request.headers.get("Authorization") == f"Bearer {token}"
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
