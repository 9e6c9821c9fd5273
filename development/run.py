"""The demonstration behind `make run`: web server, worker and local mail server, started and ended together."""

import argparse
import fcntl
import http.client
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from development.children import Children
from development.demonstration import PASSWORD, ROOT, Demonstration, chosen
from development.errors import Problem
from development.ports import LOOPBACK, any_free, near, wanted

# A cold start on two slow cores takes some seconds; this is the point where something must be wrong.
START_LIMIT = 60.0
LOOK_EVERY = 0.3


def main() -> int:
    """Runs the demonstration from the command line; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m development.run", description=__doc__)
    parser.add_argument(
        "--clinic",
        default="kneaded-tranquility",
        help="a file of clinics/, without .toml; new: a practice of your own",
    )
    parser.add_argument("--port", default="8000", help="where the booking site listens")
    parser.add_argument("--instance", type=Path, default=ROOT / "instance", help="where the data is kept")
    arguments = parser.parse_args()
    # Until the parts run, SIGTERM means what Ctrl-C means.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        demonstration = chosen(arguments.clinic, arguments.instance)
        with _one_at_a_time(demonstration):
            run(demonstration, wanted(arguments.port))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped before it was ready.", file=sys.stderr)
        return 1
    return 0


def run(demonstration: Demonstration, port: int) -> None:
    """Prepares, starts, waits until it is told to stop or a part dies, and ends all parts."""
    inbox_port, smtp_port = near(port), any_free()
    environment = demonstration.environment(port, smtp_port)
    demonstration.prepare(environment, _say)
    _say("Starting ...")
    stopping = _stop_on_signals()
    children = Children(demonstration.logs, environment, ROOT)
    try:
        _start(children, demonstration, port, inbox_port, smtp_port)
        if _wait_until_alive(children, port, stopping):
            link = demonstration.setup_link(environment) if demonstration.is_new else None
            _say(welcome(demonstration, link, port, inbox_port))
        _watch(children, stopping)
    finally:
        _say("\nEnding the web server, the worker and the inbox ...")
        children.end()
    _say("All ended. The data is kept; `make reset` drops it.")


def _start(
    children: Children, demonstration: Demonstration, port: int, inbox_port: int, smtp_port: int
) -> None:
    inbox_ports = ("--smtp-port", str(smtp_port), "--web-port", str(inbox_port))
    children.start("inbox", "-m", "development.inbox", str(demonstration.messages), *inbox_ports)
    children.start("worker", "-m", "flask", "--app", "wsgi", "worker")
    gunicorn = ("-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}", "--no-control-socket")
    threads = ("--worker-class", "gthread", "--workers", "1", "--threads", "8", "--graceful-timeout", "5")
    children.start("web server", *gunicorn, *threads, "--access-logfile", "-", "wsgi:app")


def _wait_until_alive(children: Children, port: int, stopping: threading.Event) -> bool:
    give_up_at = time.monotonic() + START_LIMIT
    while not _answers(port):
        _refuse_dead(children)
        if time.monotonic() > give_up_at:
            raise Problem(f"The web server has not answered within {START_LIMIT:.0f} seconds.")
        if stopping.wait(LOOK_EVERY):
            return False
    return True


def _watch(children: Children, stopping: threading.Event) -> None:
    while not stopping.wait(LOOK_EVERY):
        _refuse_dead(children)


def _refuse_dead(children: Children) -> None:
    dead = children.first_ended()
    if dead is not None:
        raise Problem(
            f"The {dead.name} ended by itself with status {dead.process.returncode}, so the others were "
            f"ended too. The end of {dead.log}:\n{dead.last_words()}"
        )


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping


@contextmanager
def _one_at_a_time(demonstration: Demonstration) -> Iterator[None]:
    """Two runs on the same data would fill it twice: the second is told so."""
    demonstration.instance.mkdir(parents=True, exist_ok=True)
    lock = demonstration.instance / f"{demonstration.clinic}.lock"
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"{demonstration.clinic} is already running from this folder.") from None
        demonstration.make_folder()
        yield


def _say(text: str) -> None:
    print(text, flush=True)


def welcome(demonstration: Demonstration, link: str | None, port: int, inbox_port: int) -> str:
    """What is said once all parts run. ``link``: where the owner of a new practice begins, as long as nobody has."""
    whose = "for a practice of your own" if demonstration.is_new else _with_examples(demonstration)
    begin = f"\nBegin here: {link}\n" if link else ""
    return f"""{begin}
Stillpoint is running {whose}.

  Booking site   http://localhost:{port}/
  Staff sign-in  http://localhost:{port}/staff/login
{_accounts(demonstration, link)}
  Inbox          http://localhost:{inbox_port}/

Logs are in {demonstration.logs}. Ctrl-C ends it; the next run keeps the data."""


def _with_examples(demonstration: Demonstration) -> str:
    return f"for {demonstration.clinic}, with example data"


def _accounts(demonstration: Demonstration, link: str | None) -> str:
    """With what one signs in, a line for each account."""
    indent = " " * 17
    if demonstration.is_new:
        return f"{indent}with {'the account that the link makes' if link else 'your account'}"
    known = demonstration.sign_ins()
    lines = [f"{address.partition('@')[0]:<11}{address}" for address in known]
    return "\n".join(f"{indent}{line}" for line in [*lines, f"{'password':<11}{PASSWORD}"])


if __name__ == "__main__":
    sys.exit(main())
