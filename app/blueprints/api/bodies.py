"""What programs send, read strictly: whatever two readers could understand differently is refused."""

import json
import math
from collections.abc import Iterator
from typing import Any

from flask import Request

from app.web.problems import Problem, invalid

_JSON = "application/json"


class _Refused(ValueError):
    """The text is JSON that we don't take; the message says why."""


def read_body(request: Request) -> dict[str, Any]:
    """The body as an object; an empty one where there is no body. Raises Problem."""
    raw = request.get_data(cache=False)
    if not (raw or request.content_length or request.form):  # a form has been read before it comes here
        return {}
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    plain = request.headers.get("Content-Encoding", "identity").lower() == "identity"
    if request.mimetype != _JSON or charset not in ("utf-8", "utf8") or not plain:
        raise Problem("unsupported-media-type")
    body = read_json(raw)
    if not isinstance(body, dict):
        raise invalid(body="The body has to be an object: { ... }.")
    return body


def read_json(raw: bytes) -> object:
    """The value of a JSON text in UTF-8. Raises Problem."""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_finite,
        )
        _refuse_bad_text(value)
    except _Refused as problem:
        raise Problem("invalid-json", str(problem)) from problem
    except UnicodeDecodeError as problem:
        raise Problem("invalid-json", "The body is not UTF-8.") from problem
    except RecursionError as problem:
        raise Problem("invalid-json", "The body is nested too deeply.") from problem
    except ValueError as problem:
        raise Problem("invalid-json", "The body is not JSON.") from problem
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("A name stands twice in the same object.")
    return found


def _constant(_name: str) -> object:
    raise _Refused("NaN and Infinity are no JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused("A number is too large.")
    return number


def _refuse_bad_text(value: object) -> None:
    for text in _texts(value):
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise _Refused("A text contains characters that can't be stored.")


def _texts(value: object) -> Iterator[str]:
    """Every text in it, names of members too; without recursion, however deep it is."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, dict):
            left.extend((*one.keys(), *one.values()))
