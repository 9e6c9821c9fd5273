"""A browser that is signed in: what its cookie holds, and how people recognise it."""

import hashlib

from flask import request
from flask import session as cookie

from app.web.language import _

SESSION_KEY = "staff_session"
_NAMES = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def current_session_id() -> str:
    """The number of the session that this request belongs to."""
    return hash_of(str(cookie.get(SESSION_KEY, "")))


def hash_of(token: str) -> str:
    """What the database knows of the cookie's random id."""
    return hashlib.sha256(token.encode()).hexdigest()


def browser_name() -> str:
    """The browser's name in a few words, so that people recognise theirs."""
    said = request.headers.get("User-Agent", "")
    name = next((name for sign, name in _NAMES.items() if sign in said), _("A browser"))
    system = next((system for sign, system in _SYSTEMS.items() if sign in said), None)
    return _("%(name)s on %(system)s", name=name, system=system) if system else name
