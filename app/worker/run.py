"""Running the worker: until it is told to stop, or once through everything that is due."""

import logging
import threading

from flask import Flask

from app.actions.outbox import Swept
from app.worker.wiring import Work, work_of

_log = logging.getLogger(__name__)
_SENDERS = 1  # one message at a time: whatever kills the worker, at most one is repeated
_BEAT_EVERY = 30.0  # seconds
_LOOK_EVERY = 1.0  # seconds, at most, between looks into an empty queue
_END_WITHIN = 20  # seconds for what is being sent when the worker is told to stop


def run(app: Flask) -> None:
    """Works until SIGTERM or SIGINT; what is being sent then is finished. Raises BadQueue."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    work = work_of(app)
    consumer = work.opened().huey.create_consumer(
        workers=_SENDERS,
        max_delay=_LOOK_EVERY,
        scheduler_interval=1,
        shutdown_timeout=_END_WITHIN,
        graceful_signal="TERM",
    )
    work.stopping = consumer.stop_flag.is_set
    threading.Thread(target=_beat, args=(work, consumer.stop_flag), name="heartbeat", daemon=True).start()
    consumer.run()
    work.close()


def run_once(app: Flask) -> Swept:
    """Sends everything that is due now; answers what became of it."""
    total = Swept()
    while True:
        swept = work_of(app).sweep()
        total = Swept(total.sent + swept.sent, total.ended + swept.ended, swept.waiting)
        if swept.waiting == 0 or swept.sent + swept.ended == 0:
            return total


def _beat(work: Work, stop: threading.Event) -> None:
    """Says that the worker is alive, also while it waits for a slow mail server."""
    while True:
        try:
            work.beat()
        except Exception:  # noqa: BLE001 - the next beat may succeed
            _log.warning("the heartbeat could not be written", exc_info=True)
        if stop.wait(_BEAT_EVERY):
            return
