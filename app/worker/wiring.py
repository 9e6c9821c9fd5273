"""The signal that something is due, tied to the queue; and what the queue's tasks do."""

import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from huey import Huey, crontab

from app import clock
from app.actions import outbox
from app.actions.holding import forget_old_holds
from app.extensions import account_message, notifications_due
from app.worker.leases import LeaseKeeper
from app.worker.queue import open_queue

_KEY = "stillpoint-work"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """The queue, and the task that puts notifications' numbers into it."""

    huey: Huey
    deliver: Callable[[list[int]], object]


class Work:
    """One application's queue and tasks. The queue is opened when first needed: the site runs without it."""

    def __init__(self, app: Flask, url: str) -> None:
        self.stopping: Callable[[], bool] = bool
        self._app = app
        self._url = url
        self._opening = threading.Lock()
        self._opened: Opened | None = None
        self._keeping = LeaseKeeper(app)

    def opened(self) -> Opened:
        """The queue, with its tasks registered. Raises BadQueue, or whatever its storage raises."""
        with self._opening:
            if self._opened is None:
                huey = open_queue(self._url)
                deliver = huey.task(name="deliver")(self.deliver)
                huey.periodic_task(crontab(), name="sweep")(self.sweep)
                self._opened = Opened(huey, deliver)
            return self._opened

    def enqueue(self, _sender: object, ids: list[int]) -> None:
        """Hears that notifications are due. A queue that fails costs a minute at most: the sweep finds them."""
        if not self._is_about_us():
            return
        try:
            self.opened().deliver(ids)
        except Exception:  # noqa: BLE001 - the booking is made; nothing may make it look otherwise
            _log.warning(
                "the queue does not work; notifications %s wait for the next sweep", ids, exc_info=True
            )

    def add_account_message(self, _sender: object, address: str, subject: str, text: str) -> None:
        """Hears that Flask-Security has something to tell."""
        if self._is_about_us():
            outbox.add_account_message(address, subject, text, clock.now())

    def deliver(self, ids: list[int]) -> None:
        """Sends what one transaction has decided, over one connection."""
        with self._app.app_context(), outbox.courier() as courier:
            for notification_id in ids:
                outbox.send_one(notification_id, courier, clock.now, self._keeping)

    def beat(self) -> None:
        """Says that this worker is alive."""
        with self._app.app_context():
            outbox.beat(socket.gethostname()[:80], clock.now())

    def sweep(self) -> outbox.Swept:
        """Sends everything that is due, tidies up, and says that this worker is alive."""
        self.beat()
        with self._app.app_context():
            forget_old_holds(clock.now())
            return outbox.sweep(clock.now, self._keeping, self.stopping)

    def close(self) -> None:
        """Lets go of the queue."""
        if self._opened is not None:
            self._opened.huey.storage.close()

    def _is_about_us(self) -> bool:
        """Signals are the whole program's; several applications may live in it (tests have many)."""
        return current_app._get_current_object() is self._app  # type: ignore[attr-defined]  # noqa: SLF001


def connect(app: Flask) -> None:
    """Tie the signals to outbox and queue; the factory calls it once."""
    work = Work(app, app.config["SETTINGS"].queue_url)
    app.extensions[_KEY] = work
    notifications_due.connect(work.enqueue)
    account_message.connect(work.add_account_message)


def work_of(app: Flask) -> Work:
    """The queue and tasks of an application."""
    work: Work = app.extensions[_KEY]
    return work
