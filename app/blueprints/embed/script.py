"""`embed.js` as it is sent: the file with the practice's colour, and a mark by which a browser knows whether it has changed."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Request, Response

from app.domain.colours import HOUSE
from app.domain.look import Look

_FILE = Path(__file__).resolve().parents[2] / "static" / "js" / "embed.js"
_AN_HOUR = 3600


def script(look: Look, request: Request) -> Response:
    """The script, or that the browser has it already."""
    code, mark = _made(look.accent or HOUSE)
    answer = Response(code, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={_AN_HOUR}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(mark)
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=4)
def _made(colour: str) -> tuple[bytes, str]:
    code = _FILE.read_text("utf-8").replace(HOUSE, colour).encode()
    return code, hashlib.sha256(code).hexdigest()[:20]
