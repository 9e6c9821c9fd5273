"""Problem documents (RFC 9457): how programs are told that something went wrong. docs/api.md lists the kinds."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.web.addresses import PROGRAMS, is_below
from app.web.limits import seconds_to_wait

_CONTENT_TYPE = "application/problem+json"
#: What a problem is called in its ``type``, with its status and title.
KINDS = {
    "bad-request": (400, "That request can't be read"),
    "invalid-json": (400, "That body is not JSON that can be used"),
    "idempotency-key": (400, "The Idempotency-Key is missing or malformed"),
    "unauthorized": (401, "A token is needed"),
    "not-found": (404, "There is nothing at that address"),
    "method-not-allowed": (405, "That address does not take this method"),
    "changed": (409, "Somebody else changed it at the same moment"),
    "not-open": (409, "Online booking is not open"),
    "not-online": (409, "That can't be booked online"),
    "get-help": (409, "That needs a doctor first"),
    "not-answered": (409, "Questions come before that"),
    "needs-consent": (409, "An agreement comes before that"),
    "slot-gone": (409, "That time can't be had"),
    "too-late": (409, "It can't be changed any more"),
    "too-large": (413, "That body is too large"),
    "unsupported-media-type": (415, "The body has to be application/json"),
    "invalid": (422, "Something in the request is wrong"),
    "key-reused": (422, "That Idempotency-Key came with another request before"),
    "too-many-requests": (429, "Too many requests"),
    "fault": (500, "Something went wrong on our side"),
    "unavailable": (503, "Not available at the moment"),
}
_DETAILS = {
    "bad-request": "The request is broken in its address, its headers or its length.",
    "not-found": "Check the address: the API's routes stand in /api/v1/openapi.json.",
    "method-not-allowed": "The Allow header names the methods that it takes.",
    "too-large": "A body may have 64 kB.",
    "too-many-requests": "Wait for as many seconds as Retry-After says.",
    "unsupported-media-type": "Send it with Content-Type: application/json, in UTF-8 and not compressed.",
    "changed": "Look at it as it is now, and try again.",
    "fault": "It is in our log under this reference. Trying again may help.",
    "unavailable": "Nothing was changed. Wait for as many seconds as Retry-After says.",
}
_USUAL = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    409: "changed",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    500: "fault",
    503: "unavailable",
}


class Problem(HTTPException):
    """A problem with a name of its own; ``more`` are further members of its document, such as ``errors``."""

    def __init__(
        self, kind: str, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.code = KINDS[kind][0]
        self.headers = dict(headers or {})
        self.more = more

    def answer(self) -> Response:
        """The document."""
        status, title = KINDS[self.kind]
        detail = self.description or _DETAILS.get(self.kind, title + ".")
        document = {"type": f"/problems/{self.kind}", "title": title, "status": status, "detail": detail}
        return _answer(document | self.more, status, self.headers)


def invalid(**errors: str) -> Problem:
    """A 422 that says, by field, what is wrong."""
    return Problem(
        "invalid", " ".join(f"{field}: {sentence}" for field, sentence in errors.items()), errors=errors
    )


def is_from_a_program() -> bool:
    """Whether the answer to this request is for a program, not for a person."""
    return is_below(PROGRAMS)


def answer_to(error: HTTPException, detail: str | None = None) -> Response:
    """The document for an error that any page could have; the library's own words are not shown."""
    if isinstance(error, Problem):
        return error.answer()
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(error.valid_methods)
    if error.code == 429:
        headers["Retry-After"] = str(seconds_to_wait())
    return usual(error.code or 500, detail, headers)


def usual(status: int, detail: str | None, headers: Mapping[str, str], **more: Any) -> Response:
    """The document for a status that has no more to say."""
    if status in _USUAL:
        return Problem(_USUAL[status], detail, headers=headers, **more).answer()
    phrase = HTTPStatus(status).phrase
    document = {"type": "about:blank", "title": phrase, "status": status, "detail": f"{phrase}."}
    return _answer(document, status, headers)


def _answer(document: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    text = json.dumps(document, ensure_ascii=False)
    return Response(text, status, dict(headers), content_type=_CONTENT_TYPE)
