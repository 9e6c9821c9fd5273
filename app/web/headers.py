"""What every answer carries: a strict Content-Security-Policy and its relatives."""

from collections.abc import Iterable

from flask import Flask, Response

_NOBODY = "frame-ancestors 'none'"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    f"form-action 'self'; base-uri 'none'; {_NOBODY}; manifest-src 'self'"
)
#: A page that shows a mail in a frame, and that mail: it loads nothing, runs nothing, leads nowhere, is framed by us only.
_FRAMING = f"{_POLICY}; frame-src 'self'"
_FRAMED_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; sandbox; frame-ancestors 'self'"
)
_A_YEAR = 31536000


def add_headers(app: Flask) -> None:
    """Set them on all answers, errors included."""
    secure = app.config["SETTINGS"].production

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}; includeSubDomains"
        return response


def framing(page: str) -> Response:
    """A page that may hold frames of our own."""
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _FRAMING
    return response


def framed_by(page: str, origins: Iterable[str]) -> Response:
    """A page that these sites may show in a frame; nobody, where none is named."""
    response = Response(page, content_type="text/html; charset=utf-8")
    sites = " ".join(origins)
    if sites:
        response.headers["Content-Security-Policy"] = _POLICY.replace(_NOBODY, f"frame-ancestors {sites}")
    return response


def framed_mail(html: str) -> Response:
    """The HTML of a mail, for a frame."""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _FRAMED_MAIL
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
