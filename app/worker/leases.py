"""Keeps a batch's leases alive while a mail server is slow."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from app import clock
from app.actions.outbox import extend_leases

_EVERY = 30.0  # seconds; a lease lives four times as long, so that death is found soon and slowness is not taken for it
_log = logging.getLogger(__name__)


class LeaseKeeper:
    """While its block lasts, what is left of a batch is kept by a thread of its own."""

    def __init__(self, app: Flask, every: float = _EVERY) -> None:
        self._app = app
        self._every = every

    @contextmanager
    def __call__(self, token: str) -> Iterator[None]:
        """The block in which one batch is sent."""
        done = threading.Event()
        thread = threading.Thread(target=self._keep, args=(token, done), name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()

    def _keep(self, token: str, done: threading.Event) -> None:
        while not done.wait(self._every):
            try:
                with self._app.app_context():
                    kept = extend_leases(token, clock.now())
            except Exception:  # noqa: BLE001 - the next round may succeed; losing a lease costs one repeat at most
                _log.warning("leases could not be extended", exc_info=True)
                continue
            if not kept:
                return
