"""Fresh demonstrations for the pictures: a practice full of examples and one of one's own, each in a folder that is gone afterwards."""

import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from development import ports
from development.demonstration import NEW, ROOT
from development.errors import Problem

_ENDS_WITHIN = 20  # seconds
_BEGIN = re.compile(r"^Begin here: (\S+)")
_INBOX = re.compile(r"^\s*Inbox\s+(\S+?)/?$")
_SITE = re.compile(r"^\s*Booking site\s+(\S+?)/?$")


@contextmanager
def running(clinic: str = "kneaded-tranquility") -> Iterator[dict[str, str]]:
    """A demonstration until the block ends: the addresses of its `site` and `inbox`, and the link to `begin` where it is a new one."""
    with tempfile.TemporaryDirectory() as folder:
        where = ["--port", str(ports.any_free()), "--instance", str(Path(folder) / "instance")]
        command = [sys.executable, "-u", "-m", "development.run", "--clinic", clinic, *where]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            yield _addresses(process, clinic)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_ENDS_WITHIN)


def _addresses(process: "subprocess.Popen[str]", clinic: str) -> dict[str, str]:
    """What it says of itself, once it runs."""
    wanted = {"site": _SITE, "inbox": _INBOX} | ({"begin": _BEGIN} if clinic == NEW else {})
    found: dict[str, str] = {}
    for line in process.stdout or ():
        found |= {name: said[1] for name, pattern in wanted.items() if (said := pattern.match(line))}
        if found.keys() == wanted.keys():
            return found
    raise Problem("The demonstration for the pictures did not start.")
