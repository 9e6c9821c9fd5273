"""From a body to an order, as the booking form would make it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import request

from app.actions.booking import Order
from app.blueprints.api.asked import asked_wish
from app.blueprints.api.errors import name_to_say
from app.domain.appointments import Actor
from app.domain.practice import Practice
from app.store.appointments import find_replay
from app.store.tokens import Program
from app.web.problems import Problem, invalid

_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[A-Za-z0-9._~:-]{8,64}", re.ASCII)


def order_of(program: Program, practice: Practice, said: Mapping[str, Any]) -> Order:
    """What is ordered, by whose token. Raises Problem where key, answers or consent are missing."""
    key = request.headers.get(_HEADER, "")
    if not _KEY.fullmatch(key):
        detail = "Send Idempotency-Key with 8 to 64 letters, digits or . _ ~ : - of your own, new for each booking."
        raise Problem("idempotency-key", detail, errors={_HEADER: detail})
    principal = f"api:{program.id}"
    _refuse_unknown_answers(said)
    if "consent" not in said and _needs_consent(practice, said) and find_replay(principal, key) is None:
        raise invalid(consent="This is needed: the service asks for the client's consent.")
    client = said["client"]
    return Order(
        wish=asked_wish(practice, said),
        name=client["name"],
        email=client["email"],
        phone=client["phone"],
        actor=actor_of(program),
        principal=principal,
        key=key,
        language=practice.language,
        consented=bool(said.get("consent")),
        said=json.dumps(said, sort_keys=True, default=str),
    )


def actor_of(program: Program) -> Actor:
    """How the audit log calls the program."""
    return Actor("program", program.name)


def _refuse_unknown_answers(said: Mapping[str, Any]) -> None:
    """No service asks questions yet, so no answer is known."""
    if said["screening"]:
        unknown = "This service does not ask that."
        raise invalid(**{name_to_say("screening", name): unknown for name in said["screening"]})


def _needs_consent(practice: Practice, said: Mapping[str, Any]) -> bool:
    """Consent is asked for where health matters."""
    service = practice.service(said["service"])
    return service is not None and service.is_screened
