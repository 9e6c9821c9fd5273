"""Running the worker: until it is told to stop, or once through everything that is due."""

import gc
import logging
import threading
from collections.abc import Callable

from flask import Flask

from app.actions.outbox import Swept
from app.worker.wiring import Work, work_of

_log = logging.getLogger(__name__)
_SENDERS = 1  # one message at a time: whatever kills the worker, at most one is repeated
_BEAT_EVERY = 30.0  # seconds
_LOOK_EVERY = 1.0  # seconds, at most, between looks into an empty queue
_END_WITHIN = 20  # seconds for what is being sent when the worker is told to stop
_GUARD_EVERY = 5.0  # seconds
_REST = 10.0  # seconds that a connection is kept after the last message
_WITHOUT_QUEUE_AFTER = 75.0  # seconds without a sweep: the queue that should bring one each minute is broken


def run(app: Flask) -> None:
    """Works until SIGTERM or SIGINT; what is being sent then is finished. Raises BadQueue."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    gc.freeze()  # what was loaded at the start stays: no use in looking through it again with every mail
    work = work_of(app)
    consumer = work.opened().huey.create_consumer(
        workers=_SENDERS,
        max_delay=_LOOK_EVERY,
        scheduler_interval=1,
        shutdown_timeout=_END_WITHIN,
        graceful_signal="TERM",
    )
    stop: threading.Event = consumer.stop_flag
    work.stopping = stop.is_set
    _log_head(work)
    for act in (_beat, _guard):
        threading.Thread(target=act, args=(work, stop), name=act.__name__, daemon=True).start()
    consumer.run()
    work.hang_up()
    work.close()


def run_once(app: Flask, told: Callable[[Swept], object] = bool) -> Swept:
    """Sends everything that is due now; answers what became of it. ``told`` hears now and then how far it is."""
    total = Swept()

    def add(swept: Swept) -> None:
        nonlocal total
        total = Swept(total.sent + swept.sent, total.ended + swept.ended, swept.waiting)
        told(total)

    work = work_of(app)
    work.decide()
    work.sweep_all(add)
    return total


def _log_head(work: Work) -> None:
    """On each start, where nobody can take it back."""
    try:
        work.log_head()
    except Exception:  # noqa: BLE001 - nothing that keeps mails from leaving
        _log.warning("the audit log could not be read", exc_info=True)


def _beat(work: Work, stop: threading.Event) -> None:
    """Says that the worker is alive, also while it waits for a slow mail server."""
    while True:
        try:
            work.beat()
        except Exception:  # noqa: BLE001 - the next beat may succeed
            _log.warning("the heartbeat could not be written", exc_info=True)
        if stop.wait(_BEAT_EVERY):
            return


def _guard(work: Work, stop: threading.Event) -> None:
    """Sweeps by itself while the queue brings no sweeps: what is due must go also when the queue is gone.

    And ends a connection that is not used: mail servers count them.
    """
    while not stop.wait(_GUARD_EVERY):
        work.hang_up(_REST)
        if work.idle_seconds() < _WITHOUT_QUEUE_AFTER:
            continue
        _log.warning("the queue has brought no sweep for a while; sweeping without it")
        try:
            work.decide()
            work.sweep_all()
        except Exception:  # noqa: BLE001 - the next round may succeed
            _log.warning("a sweep without the queue failed", exc_info=True)
