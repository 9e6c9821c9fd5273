"""The real program for a test: gunicorn and the worker as processes of their own."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.databases import OWNER, PASSWORD
from tests.support.forked import Program, start
from tests.support.settings import environment
from tests.support.smtp import LOOPBACK, Sink, free_port

START_LIMIT = 40.0
END_LIMIT = 15.0


@dataclass
class Site:
    """A running site: where it is, what it runs on, and its processes by name."""

    url: str
    database_url: str
    smtp: Sink
    folder: Path
    settings: dict[str, str]
    processes: dict[str, Program]
    owner: str = OWNER
    password: str = PASSWORD

    def start(self, name: str) -> Program:
        """Starts "web" or "worker"; whoever was killed can be started again."""
        self.processes[name] = start(
            *self._arguments(name), env=self.settings, out=self.folder / f"{name}.log"
        )
        return self.processes[name]

    def kill(self, name: str) -> None:
        """SIGKILL to the process and all it started, and waits until it is gone."""
        self._signal(name, signal.SIGKILL)
        self.processes[name].wait()

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def wait_until_alive(self) -> None:
        """Returns when /healthz answers; an AssertionError with the log if it does not."""
        give_up_at = time.monotonic() + START_LIMIT
        while not self._answers():
            ended = self.processes["web"].poll()
            assert ended is None, f"The web server ended with {ended}:\n{self.log('web')}"
            assert time.monotonic() < give_up_at, f"No answer in {START_LIMIT} s:\n{self.log('web')}"
            time.sleep(0.02)

    def end(self) -> None:
        """Ends all processes, kindly at first."""
        for name in self.processes:
            self._signal(name, signal.SIGTERM)
        for name, process in self.processes.items():
            try:
                process.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                self.kill(name)

    def _signal(self, name: str, number: signal.Signals) -> None:
        if self.processes[name].poll() is None:
            os.killpg(self.processes[name].pid, number)

    def _arguments(self, name: str) -> tuple[str, ...]:
        if name == "worker":
            return ("flask", "--app", "wsgi", "worker")
        address = urlsplit(self.url).netloc
        gunicorn = ("gunicorn", "--bind", address.replace("localhost", LOOPBACK), "--no-control-socket")
        return (*gunicorn, "--worker-class", "gthread", "--workers", "1", "--threads", "8", "wsgi:app")

    def _answers(self) -> bool:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(LOOPBACK, address.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": address.netloc})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def running_site(database_url: str, smtp: Sink, folder: Path, **settings: str) -> Iterator[Site]:
    """Web server and worker on this database; both have ended when the block ends."""
    url = f"http://localhost:{free_port()}"
    chosen = environment(
        database_url,
        **{
            "PUBLIC_URL": url,
            "MAIL_PORT": str(smtp.port),
            "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
            "ERASURES_FILE": str(folder / "erasures.jsonl"),
            "PYTHONUNBUFFERED": "1",
        }
        | settings,
    )
    site = Site(url, database_url, smtp, folder, chosen, {})
    try:
        site.start("web")
        site.start("worker")
        site.wait_until_alive()
        yield site
    finally:
        site.end()
