"""Web servers for load and faults: gunicorn with as many workers and threads as asked for, and no worker for mails."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.support.settings import environment
from tests.support.site import Site
from tests.support.smtp import LOOPBACK, Sink, free_port


@dataclass
class Server(Site):
    """A web server with several processes, which a test may kill one by one."""

    module: str = "wsgi:app"
    options: tuple[str, ...] = ()

    def web_workers(self) -> list[int]:
        """The numbers of the processes that answer."""
        try:
            return [child.pid for child in psutil.Process(self.processes["web"].pid).children()]
        except psutil.NoSuchProcess:
            return []

    def kill_worker(self, choice: float) -> bool:
        """SIGKILL to one of the answering processes; false when there was none at that moment."""
        alive = self.web_workers()
        if not alive:
            return False
        try:
            os.kill(alive[int(choice * len(alive))], signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def _arguments(self, name: str) -> tuple[str, ...]:
        address = urlsplit(self.url).netloc.replace("localhost", LOOPBACK)
        gunicorn = ("gunicorn", "--bind", address, "--no-control-socket", "--backlog", "512")
        return (*gunicorn, "--worker-class", "gthread", *self.options, self.module)


@contextmanager
def running_server(
    database_url: str,
    folder: Path,
    *,
    workers: int = 2,
    threads: int = 8,
    module: str = "wsgi:app",
    preload: bool = True,
    **settings: str,
) -> Iterator[Server]:
    """Such a server on this database; all of it has ended when the block ends.

    Loaded once and forked (``preload``), so that a new process costs next to nothing.
    """
    url = f"http://localhost:{free_port()}"
    options = ("--workers", str(workers), "--threads", str(threads), *(("--preload",) if preload else ()))
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        "PUBLIC_URL": url,
        "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": ".",
    }
    chosen = environment(database_url, **own | settings)
    server = Server(url, database_url, Sink(), folder, chosen, {}, module=module, options=options)
    try:
        server.start("web")
        server.wait_until_alive()
        yield server
    finally:
        server.end()
