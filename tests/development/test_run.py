"""`make run`: three addresses, a clean end, and a sentence for what goes wrong."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from development.demonstration import NEW, chosen
from development.errors import Problem
from development.ports import wanted
from development.run import welcome
from tests.support.run import ROOT
from tests.support.smtp import LOOPBACK, free_port

READY_WITHIN = 240.0


def _command(instance: Path, port: object, clinic: str = "kneaded-tranquility") -> list[str]:
    module = [sys.executable, "-m", "development.run", "--instance", str(instance)]
    return [*module, "--clinic", clinic, "--port", str(port)]


def _ended(
    instance: Path, port: object, clinic: str = "kneaded-tranquility"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(instance, port, clinic),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=READY_WITHIN,
        check=False,
    )


@contextmanager
def _running(instance: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demonstration once it has said its addresses, and all that it said."""
    process = subprocess.Popen(
        _command(instance, port), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process, _said_until_ready(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _said_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    give_up_at = time.monotonic() + READY_WITHIN
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            return said
        assert time.monotonic() < give_up_at, said
    raise AssertionError(f"It ended before it was ready:\n{said}")


def _get(address: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(LOOPBACK, parts.port, timeout=20)
    connection.request("GET", parts.path, headers={"Host": parts.netloc})
    status = connection.getresponse().status
    connection.close()
    return status


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    family: list[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
    return family


def test_it_says_three_addresses_that_answer_and_ends_cleanly(tmp_path: Path) -> None:
    with _running(tmp_path, free_port()) as (process, said):
        addresses = re.findall(r"http://localhost:\d+/\S*", said)
        assert [_get(address) for address in addresses] == [200, 200, 200]
        for role in ("owner", "desk", "therapist"):
            assert re.search(rf"^ +{role} +{role}@example\.com$", said, re.MULTILINE), said
        family = _family(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert [each for each in family if each.is_running()] == []
    with _running(tmp_path, free_port()) as (process, said):
        assert "Loading" not in said, "a second run keeps the data"
        worker = next(each for each in _family(process) if "worker" in each.cmdline())
        worker.kill()
        assert process.wait(30) == 1
        assert process.stdout is not None
        assert "The worker ended by itself" in process.stdout.read()


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        ended = _ended(tmp_path, port)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} is taken")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "9" * 5000, "", "\u0663", " 80"])
def test_what_is_no_port_is_said_in_a_sentence(port: str) -> None:
    with pytest.raises(Problem, match=r"PORT is '.*', but must be a number from 1 to 65535"):
        wanted(port)


def test_a_new_practice_begins_empty_and_by_its_link(tmp_path: Path) -> None:
    """Nothing is started here: what is chosen, and what would be said."""
    own, example = chosen(NEW, tmp_path), chosen("kneaded-tranquility", tmp_path)
    assert (own.is_new, example.is_new) == (True, False)
    assert own.folder != example.folder
    said = welcome(own, "http://localhost:8000/staff/setup/token", 8000, 8001)
    assert said.splitlines()[:2] == ["", "Begin here: http://localhost:8000/staff/setup/token"]
    assert "password" not in said
    assert "Begin here" not in welcome(own, None, 8000, 8001)
    assert "Begin here" not in welcome(example, None, 8000, 8001)


def test_a_demonstration_that_was_filled_long_ago_names_the_accounts_it_has(tmp_path: Path) -> None:
    example = chosen("kneaded-tranquility", tmp_path)
    example.make_folder()
    (example.folder / "ready").touch()
    assert example.sign_ins() == ("owner@example.com",)
    assert "desk@example.com" not in welcome(example, None, 8000, 8001)


@pytest.mark.parametrize("clinic", ["nowhere", "../clinics/punchiit", ""])
def test_an_unknown_practice_is_answered_with_those_there_are(tmp_path: Path, clinic: str) -> None:
    ended = _ended(tmp_path, free_port(), clinic)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"CLINIC is '{clinic}', but clinics/ has only: ")
    assert list(tmp_path.iterdir()) == []
