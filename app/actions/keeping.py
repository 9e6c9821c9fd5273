"""Keeping things for less long: told before it is saved, since nobody brings back what then goes by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.actions import retention
from app.domain.retention import KEEPING, is_shorter
from app.store.practice import load_practice
from app.store.transactions import end_reading

#: What the log calls it.
SHORTENED = "kept for less long"


def would_forget(wanted: Mapping[str, Any], now: datetime) -> dict[str, int]:
    """Of the settings that these values shorten, each by name: how many things the next sweep would let go of. Only reads."""
    policy = load_practice().policy
    shorter = {
        name: wanted[name]
        for name in KEEPING
        if name in wanted and is_shorter(getattr(policy, name), wanted[name])
    }
    end_reading()
    if not shorter:
        return {}
    gone = retention.due(now, replace(policy, **shorter))
    end_reading()
    counted = {
        "keep_answers_hours": gone.answers,
        "keep_health_years": gone.old_records,
        "keep_messages_days": gone.copies + gone.account_messages,
        "keep_imports_days": gone.imports,
    }
    return {name: counted[name] for name in shorter}
