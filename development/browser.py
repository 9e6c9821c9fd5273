"""The browser of the browser tests: an installed one, else Debian's, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from development.errors import Problem

#: The first of them has no window to draw and does the same work in four fifths of the time.
INSTALLED = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """The browser to test with, or None; BROWSER_PATH names one that is nowhere usual."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return Path(named)
    installed = next(filter(None, map(shutil.which, INSTALLED)), None)
    if installed:
        return Path(installed)
    return next((path for path in (ON_A_MAC, _of_playwright()) if path.is_file()), None)


def ensure() -> Path:
    """The browser to test with, installed where it is missing; a Problem where nothing helps."""
    found = find()
    if found is None:
        print("No browser is installed yet: getting one for the browser tests ...", flush=True)
        found = _install()
    return found


def _install() -> Path:
    for way in (_from_debian, _from_playwright):
        way()
        found = find()
        if found is not None:
            return found
    raise Problem(
        "The browser tests need Chromium or Chrome, and none could be installed. Install one, or name it: "
        "BROWSER_PATH=/path/to/chrome make test."
    )


def _of_playwright() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _from_debian() -> None:
    if shutil.which("apt-get") is None:
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and shutil.which("sudo") is None:
        return
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*as_root, *quiet, "update"], stdout=subprocess.DEVNULL, check=False)
    for package in INSTALLED[:2]:
        install = [*as_root, *quiet, "install", "-y", "--no-install-recommends", package]
        if subprocess.run(install, stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return


def _from_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
