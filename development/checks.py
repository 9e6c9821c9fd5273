"""All checks behind `make test` and `make lint`; whatever fails, the rest still runs."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from development.browser import ensure
from development.errors import Problem

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
#: One more than the cores that the gate has: tests in a browser mostly wait.
WORKERS = "3"
TEMPLATES = ("templates", "development/templates")

CHECKS: dict[str, tuple[str, ...]] = {
    "formatting": (str(BIN / "ruff"), "format", "--check", "--quiet"),
    "lint": (str(BIN / "ruff"), "check", "--quiet"),
    "types": (sys.executable, "-m", "mypy"),
    "import rules": (str(BIN / "lint-imports"),),
    "templates": (str(BIN / "djlint"), "--lint", "--quiet", *TEMPLATES),
}


#: Takes several times as long as the others together: it goes on beside the tests.
BESIDE = "types"


def main() -> int:
    """Runs the checks from the command line; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m development.checks", description=__doc__)
    parser.add_argument("--without-tests", action="store_true", help="only what reads the code")
    chosen, tests = parser.parse_known_args()
    with ThreadPoolExecutor(1) as aside:
        beside = aside.submit(_passes, BESIDE, CHECKS[BESIDE])
        passed = {name: _passes(name, CHECKS[name]) for name in CHECKS if name != BESIDE}
        status = 0 if chosen.without_tests else _tested(tests)
        passed[BESIDE] = beside.result()
    failed = [name for name, whether in passed.items() if not whether]
    if failed:
        print(f"Failed: {', '.join(failed)}.", flush=True)
    return status or (1 if failed else 0)


def _tested(chosen: list[str]) -> int:
    try:
        return _test(chosen)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1


def _passes(name: str, command: Iterable[str]) -> bool:
    """Runs one check; what it says is shown only when it fails."""
    started = time.monotonic()
    done = subprocess.run(
        list(command), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    passed = done.returncode == 0
    print(f"{name:14}{'ok' if passed else 'FAILED':8}{time.monotonic() - started:5.1f} s", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed


def _test(chosen: list[str]) -> int:
    """Runs the tests; where all is well, pytest's closing line is the last thing said."""
    ensure()
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *chosen]
    # What one process has compiled the next need not compile again: the tests start hundreds.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
