"""From a body to an order, as the booking form would make it."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request

from app.actions.booking import Order
from app.blueprints.api.asked import asked_wish
from app.blueprints.api.asked_before import (
    answered,
    conversation_of,
    refuse_unknown_answers,
    refuse_who_needs_help,
    terms_of,
)
from app.domain.appointments import Actor
from app.domain.choices import Choice
from app.domain.practice import Practice
from app.store.appointments import find_replay
from app.store.tokens import Program
from app.web.problems import Problem, invalid

_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[A-Za-z0-9._~:-]{8,64}", re.ASCII)


def order_of(program: Program, practice: Practice, said: Mapping[str, Any], now: datetime) -> Order:
    """What is ordered, by whose token. Raises Problem where key, answers or consent are missing, or answers forbid it."""
    key = request.headers.get(_HEADER, "")
    if not _KEY.fullmatch(key):
        detail = "Send Idempotency-Key with 8 to 64 letters, digits or . _ ~ : - of your own, new for each booking."
        raise Problem("idempotency-key", detail, errors={_HEADER: detail})
    service, order = practice.service(said["service"]), _order(program, practice, said, key)
    if find_replay(order.principal, key) is not None:
        return order  # the answer is known; questions may have changed since
    refuse_unknown_answers(service, said)
    if service is None:
        return order
    if "consent" not in said and service.is_screened and service.consent is None:
        raise invalid(consent="This is needed: the service asks for the client's consent.")
    if not isinstance(order.wish.choice(), Choice):
        return order  # it can't be had at all: nobody is asked about their health for that
    terms, read = terms_of(service, said, now), service.consent.id if service.consent else None
    kept = answered(practice, service, program, said, now)
    refuse_who_needs_help(practice, program, said, now)
    return replace(order, screening_token=kept.token if kept else None, consent=terms, read_version=read)


def _order(program: Program, practice: Practice, said: Mapping[str, Any], key: str) -> Order:
    client = said["client"]
    return Order(
        wish=asked_wish(practice, said),
        name=client["name"],
        email=client["email"],
        phone=client["phone"],
        actor=actor_of(program),
        principal=f"api:{program.id}",
        key=key,
        language=practice.language,
        consented=bool(said.get("consent")),
        visitor=conversation_of(program, said),
        said=json.dumps(said, sort_keys=True, default=str),
    )


def actor_of(program: Program) -> Actor:
    """How the audit log calls the program."""
    return Actor("program", program.name)
