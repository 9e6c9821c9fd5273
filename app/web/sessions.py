"""The session's cookie goes with pages only: what anybody may keep a copy of says nothing about who asked for it."""

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class PagesOnly(SecureCookieSessionInterface):
    """As Flask's own, but an answer that says it is public neither carries the cookie nor differs by it.

    A cache on the way may store such an answer and give it to others, with the session of whoever came first.
    """

    def save_session(self, app: Flask, kept: SessionMixin, response: Response) -> None:
        if not response.cache_control.public:
            super().save_session(app, kept, response)
