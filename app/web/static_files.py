"""Our own stylesheets and scripts, addressed by what is in them: a browser keeps them for a year, and never an old one."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

_VERSION = "v"
_LENGTH = 10
#: By its version a file never changes; without one (a module that another imports) it is asked for again after an hour.
_FOR_EVER, _AN_HOUR = "public, max-age=31536000, immutable", "public, max-age=3600"


def register_static_files(app: Flask) -> None:
    """Let addresses of static files carry their version, and their answers say how long they are good."""

    @app.url_defaults
    def _add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and _VERSION not in values:
            values[_VERSION] = version_of(values["filename"])

    @app.after_request
    def _tell_how_long(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            response.headers["Cache-Control"] = _FOR_EVER if request.args.get(_VERSION) else _AN_HOUR
        return response


def file_of(name: str) -> Path:
    """Where a static file is."""
    return Path(current_app.static_folder or "") / name


def version_of(name: str) -> str | None:
    """What a static file's address says of what is in it; nothing where there is no such file."""
    path = file_of(name)
    return _version(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=256)
def _version(path: Path, changed: int) -> str:  # noqa: ARG001 - while one edits, a file has more than one version
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_LENGTH]
