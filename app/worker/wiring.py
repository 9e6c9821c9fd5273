"""The signal that something is due, tied to the queue; and what the queue's tasks do."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, current_app
from huey import Huey, crontab

from app import clock
from app.actions import outbox
from app.actions.agenda import plan_agendas
from app.actions.audit_head import log_head
from app.actions.clients import index_missing_clients
from app.actions.filling_in import forget_old_typed
from app.actions.holding import forget_old_holds
from app.actions.imports_bringing import carry_on_all
from app.actions.notifications import announce
from app.actions.outbox import Swept, Walk
from app.actions.reconciling import reconcile
from app.actions.retention import sweep as forget_what_is_old
from app.actions.reviewing import lapse_reviews
from app.extensions import account_message, import_due, notifications_due
from app.worker.jumps import Jumps
from app.worker.leases import LeaseKeeper
from app.worker.queue import open_queue

_KEY = "stillpoint-work"
#: A round of sweeping ends after this many seconds, so that what has just been booked need not wait for all reminders.
_ROUND = 1.0
#: A sweep goes on, round after round, until the next minute's takes over; of each worker's one is enough.
_SWEEP = 60.0
_FIRST, _LAST = 10, 0  # priorities in the queue
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """The queue, and the tasks that are put into it: notifications' numbers to deliver, and a sweep to go on with."""

    huey: Huey
    deliver: Callable[[list[int]], object]
    go_on: Callable[[float], object]
    bring_in: Callable[[], object]


class Work:
    """One application's queue and tasks. The queue is opened when first needed: the site runs without it."""

    def __init__(self, app: Flask, url: str) -> None:
        self.stopping: Callable[[], bool] = bool
        self._app = app
        self._url = url
        self._opening = threading.Lock()
        self._sending = (
            threading.Lock()
        )  # one message at a time: whatever kills the worker, at most one is repeated
        self._opened: Opened | None = None
        self._courier: outbox.Courier | None = None
        self._keeping = LeaseKeeper(app)
        self._jumps = Jumps()
        self._swept_at = self._sent_at = time.monotonic()

    def opened(self) -> Opened:
        """The queue, with its tasks registered. Raises BadQueue, or whatever its storage raises."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
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

    def enqueue_import(self, _sender: object) -> None:
        """Hears that there are rows of another system to bring in; without a queue the next minute begins with them."""
        if self._is_about_us():
            self._brings_in_queue()

    def bring_in(self) -> bool:
        """A round of bringing in files from other systems; the next waits in the queue, behind what is more urgent."""
        return self.bring_in_now() and self._brings_in_queue()

    def bring_in_now(self) -> bool:
        """The same without a queue; whether something is left."""
        with self._app.app_context():
            return carry_on_all(clock.now, _ROUND)

    def deliver(self, ids: list[int]) -> Swept:
        """Sends what one transaction has decided."""
        with self._at_work() as courier:
            return outbox.deliver(ids, courier, self._walk(None))

    def sweep(self) -> Swept:
        """Each minute: says that this worker is alive, tidies up, and sends what is due, round by round."""
        self.beat()
        drift = self._jumps.jumped(clock.now(), time.monotonic())
        if drift is not None:
            _log.warning(
                "the clock has jumped by %.0f seconds; this round is left out", drift.total_seconds()
            )
            return Swept()
        with self._app.app_context():
            forget_old_holds(clock.now())
            forget_old_typed(clock.now())
        self.lapse_reviews()
        return self.go_on(time.time())

    def sweep_all(self, told: Callable[[Swept], object] = bool) -> Swept:
        """Sends all that is due now, however long that takes; ``told`` hears of each round."""
        while True:
            swept = self._round()
            told(swept)
            if not swept.more:
                self.hang_up()
                return swept

    def go_on(self, since: float) -> Swept:
        """A round of the sweep that began then; the next waits in the queue, behind what is more urgent."""
        while True:
            swept = self._round()
            if not swept.more or time.time() - since > _SWEEP or self._goes_on_in_queue(since):
                return swept

    def decide(self) -> None:
        """What the queue's clock otherwise asks for: agendas whose hour has come, and what was forgotten."""
        self.lapse_reviews()
        self.plan_agendas()
        self.reconcile()
        while self.bring_in_now():
            pass

    def lapse_reviews(self) -> None:
        """Each minute: requests that nobody answered in time."""
        with self._app.app_context():
            lapse_reviews(clock.now())

    def plan_agendas(self) -> None:
        """Each minute: the therapists' agendas whose hour has come."""
        with self._app.app_context():
            announce(plan_agendas(clock.now()))

    def reconcile(self) -> int:
        """Now and then: appointments whose messages are missing get them, and clients whom no search finds are made known to it."""
        with self._app.app_context():
            index_missing_clients()
            return reconcile(clock.now())

    def forget_what_is_old(self) -> None:
        """Each hour: what has been kept for long enough goes; and how far the audit log reaches is said in the program's log."""
        self.log_head()
        with self._app.app_context():
            swept = forget_what_is_old(clock.now())
        _log.info("retention: %s", swept)

    def log_head(self) -> None:
        """Say how far the audit log reaches."""
        with self._app.app_context():
            log_head()

    def beat(self) -> None:
        """Says that this worker is alive."""
        with self._app.app_context():
            outbox.beat(socket.gethostname()[:80], clock.now())

    def hang_up(self, rested: float = 0.0) -> None:
        """End the connection to the mail server, if nothing has been sent over it for so many seconds."""
        if time.monotonic() - self._sent_at < rested or not self._sending.acquire(blocking=False):
            return
        try:
            if self._courier is not None:
                self._courier.hang_up()
        finally:
            self._sending.release()

    def idle_seconds(self) -> float:
        """For how long nothing has been swept; 0 while something is being sent."""
        return 0.0 if self._sending.locked() else time.monotonic() - self._swept_at

    def close(self) -> None:
        """Lets go of the queue."""
        if self._opened is not None:
            self._opened.huey.storage.close()

    def _open(self) -> Opened:
        huey = open_queue(self._url)
        deliver = huey.task(name="deliver", priority=_FIRST)(self.deliver)
        go_on = huey.task(name="go_on", priority=_LAST)(self.go_on)
        bring_in = huey.task(name="bring_in", priority=_LAST)(self.bring_in)
        each_minute = crontab()
        huey.periodic_task(each_minute, name="bring_in_again", expires=_SWEEP)(self.bring_in)
        huey.periodic_task(each_minute, name="sweep", expires=_SWEEP)(self.sweep)
        huey.periodic_task(each_minute, name="plan_agendas", expires=_SWEEP)(self.plan_agendas)
        huey.periodic_task(crontab(minute="*/10"), name="reconcile", expires=_SWEEP)(self.reconcile)
        hourly = crontab(minute="7")
        huey.periodic_task(hourly, name="forget_what_is_old", expires=_SWEEP)(self.forget_what_is_old)
        return Opened(huey, deliver, go_on, bring_in)

    def _round(self) -> Swept:
        with self._at_work() as courier:
            swept = outbox.sweep(clock.now, self._keeping, self.stopping, courier, _ROUND)
            self._swept_at = time.monotonic()
            return swept

    def _goes_on_in_queue(self, since: float) -> bool:
        try:
            self.opened().go_on(since)
        except Exception:  # noqa: BLE001 - then it goes on here
            _log.warning("the queue does not work; the sweep goes on without it", exc_info=True)
            return False
        return True

    def _brings_in_queue(self) -> bool:
        try:
            self.opened().bring_in()
        except Exception:  # noqa: BLE001 - the next minute goes on with it
            _log.warning("the queue does not work; the import waits for the next minute", exc_info=True)
            return False
        return True

    def _walk(self, seconds: float | None) -> Walk:
        return Walk(clock.now, self._keeping, self.stopping, seconds)

    @contextmanager
    def _at_work(self) -> Iterator[outbox.Courier]:
        """The one who carries this process's mail."""
        with self._sending, self._app.app_context():
            if self._courier is None:
                self._courier = outbox.courier()
            yield self._courier
            self._sent_at = time.monotonic()

    def _is_about_us(self) -> bool:
        """Signals are the whole program's; several applications may live in it (tests have many)."""
        return current_app._get_current_object() is self._app  # type: ignore[attr-defined]  # noqa: SLF001


def connect(app: Flask) -> None:
    """Tie the signals to outbox and queue; the factory calls it once."""
    work = Work(app, app.config["SETTINGS"].queue_url)
    app.extensions[_KEY] = work
    notifications_due.connect(work.enqueue)
    account_message.connect(work.add_account_message)
    import_due.connect(work.enqueue_import)


def work_of(app: Flask) -> Work:
    """The queue and tasks of an application."""
    work: Work = app.extensions[_KEY]
    return work
