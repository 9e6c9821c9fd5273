"""Running the worker: until it is told to stop, or once through everything that is due."""

import logging

from flask import Flask

from app.actions.outbox import Swept
from app.worker.wiring import work_of

_THREADS = 2  # one may wait for a slow mail server while the other goes on
_LOOK_EVERY = 1.0  # seconds, at most, between looks into an empty queue
_END_WITHIN = 20  # seconds for what is being sent when the worker is told to stop


def run(app: Flask) -> None:
    """Works until SIGTERM or SIGINT; what is being sent then is finished. Raises BadQueue."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    work = work_of(app)
    consumer = work.opened().huey.create_consumer(
        workers=_THREADS,
        max_delay=_LOOK_EVERY,
        scheduler_interval=1,
        shutdown_timeout=_END_WITHIN,
        graceful_signal="TERM",
    )
    work.stopping = consumer.stop_flag.is_set
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
