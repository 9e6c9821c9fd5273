"""The signal that something is due, tied to the queue; and what the queue's tasks do."""

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from huey import Huey, crontab

from app import clock
from app.actions import outbox
from app.extensions import notifications_due
from app.worker.leases import LeaseKeeper
from app.worker.queue import open_queue

_KEY = "stillpoint-work"
_log = logging.getLogger(__name__)


class Work:
    """One application's queue and tasks. The queue is opened when first needed: the site runs without it."""

    def __init__(self, app: Flask, url: str) -> None:
        self.stopping: Callable[[], bool] = bool
        self._app = app
        self._url = url
        self._opening = threading.Lock()
        self._huey: Huey | None = None
        self._deliver: Any = None
        self._keeping = LeaseKeeper(app)

    @property
    def huey(self) -> Huey:
        """The queue, with its tasks registered. Raises BadQueue, or whatever its storage raises."""
        with self._opening:
            if self._huey is None:
                huey = open_queue(self._url)
                self._deliver = huey.task(name="deliver")(self.deliver)
                huey.periodic_task(crontab(), name="sweep")(self.sweep)
                self._huey = huey
            return self._huey

    def enqueue(self, _sender: object, ids: list[int]) -> None:
        """Hears that notifications are due. A queue that fails costs a minute at most: the sweep finds them."""
        if current_app._get_current_object() is not self._app:  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
            return
        try:
            if self.huey is not None:
                for notification_id in ids:
                    self._deliver(notification_id)
        except Exception:  # noqa: BLE001 - the booking is made; nothing may make it look otherwise
            _log.warning("the queue does not work; notifications %s wait for the next sweep", ids, exc_info=True)

    def deliver(self, notification_id: int) -> None:
        """Sends one notification."""
        with self._app.app_context(), outbox.courier() as courier:
            outbox.send_one(notification_id, courier, clock.now, self._keeping)

    def sweep(self) -> outbox.Swept:
        """Sends everything that is due, and says that this worker is alive."""
        with self._app.app_context():
            outbox.beat(socket.gethostname(), clock.now())
            return outbox.sweep(clock.now, self._keeping, self.stopping)

    def close(self) -> None:
        """Lets go of the queue."""
        if self._huey is not None:
            self._huey.storage.close()


def connect(app: Flask) -> None:
    """Tie the signal to the queue; the factory calls it once."""
    work = Work(app, app.config["SETTINGS"].queue_url)
    app.extensions[_KEY] = work
    notifications_due.connect(work.enqueue)


def work_of(app: Flask) -> Work:
    """The queue and tasks of an application."""
    work: Work = app.extensions[_KEY]
    return work
