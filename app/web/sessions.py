"""The session's cookie goes with pages only: what anybody may keep a copy of says nothing about who asked for it."""

import hashlib
import hmac

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin

_NAMED = b"what the session's cookie is called"


def cookie_name(founding_key: str, *, production: bool) -> str:
    """The cookie's name, another one for each installation: two practices on one host don't sign each other's staff out.

    Browsers keep cookies by host, whatever the port. The founding key never changes, so neither does the name.
    """
    mark = hmac.new(founding_key.encode(), _NAMED, hashlib.sha256).hexdigest()[:8]
    return f"{'__Host-' if production else ''}session-{mark}"


class PagesOnly(SecureCookieSessionInterface):
    """As Flask's own, but an answer that says it is public neither carries the cookie nor differs by it.

    A cache on the way may store such an answer and give it to others, with the session of whoever came first.
    """

    def save_session(self, app: Flask, kept: SessionMixin, response: Response) -> None:
        if not response.cache_control.public:
            super().save_session(app, kept, response)
