"""Keeps a lease alive while a mail server is slow."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from app import clock
from app.actions.outbox import Lease, extend_lease

_EVERY = 30.0  # seconds; a lease lives four times as long, so that death is found soon and slowness is not taken for it
_log = logging.getLogger(__name__)


class LeaseKeeper:
    """While its block lasts, the lease is extended now and then by a thread of its own."""

    def __init__(self, app: Flask, every: float = _EVERY) -> None:
        self._app = app
        self._every = every

    @contextmanager
    def __call__(self, lease: Lease) -> Iterator[None]:
        """The block in which one message is sent."""
        done = threading.Event()
        thread = threading.Thread(target=self._keep, args=(lease, done), name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()

    def _keep(self, lease: Lease, done: threading.Event) -> None:
        while not done.wait(self._every):
            try:
                with self._app.app_context():
                    kept = extend_lease(lease, clock.now())
            except Exception:  # noqa: BLE001 - the next round may succeed; losing the lease costs one repeat at most
                _log.warning("a lease could not be extended", exc_info=True)
                continue
            if not kept:
                return
