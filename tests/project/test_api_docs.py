"""docs/api.md is true: its examples run against a real site, and its tables name every problem and reason."""

import json
import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app import clock
from app.domain.slots import MENDED_BY_ANOTHER_TIME, Refusal
from app.web.problems import KINDS
from tests.support.curl import path_with_curl
from tests.support.databases import flask
from tests.support.run import ROOT
from tests.support.site import Site

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
EXAMPLES = [block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if block.startswith("curl")]
#: Reasons that another time mends; the others are told by the field that they are about, or otherwise.
SLOT_REASONS = [one for one in Refusal if one in MENDED_BY_ANOTHER_TIME and one is not Refusal.TOO_CLOSE]


def example(part: str) -> str:
    """The one example that holds this."""
    found = [block for block in EXAMPLES if part in block]
    assert len(found) == 1, part
    return str(found[0])


def run(block: str, known: dict[str, str]) -> dict[str, Any]:
    """What the example prints, with these variables, in a plain shell."""
    done = subprocess.run(
        ["sh", "-euc", block],
        env=known,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.fixture(params=["curl", "stand-in"])
def commands(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A search path with curl; and one without, as on a bare machine, with our stand-in."""
    own = os.environ["PATH"]
    if request.param == "curl":
        return path_with_curl(tmp_path, own)
    (tmp_path / "sh").symlink_to(str(shutil.which("sh")))
    return path_with_curl(tmp_path, str(tmp_path))


def test_every_example_of_the_page_runs(live_site: Site, commands: str) -> None:
    printed = flask(
        live_site.database_url, "token", "add", "front window", DATA_KEY=live_site.settings["DATA_KEY"]
    )
    known = {"PATH": commands, "SITE": live_site.url, "TOKEN": printed.splitlines()[-1]}
    left = list(EXAMPLES)

    def ran(part: str) -> dict[str, Any]:
        left.remove(example(part))
        return run(example(part), known)

    assert "psoas-release" in [one["slug"] for one in ran("/services")["services"]]
    assert ran("/availability/next")["anyone"]["starts_at"]
    known["DAY"] = _a_day_with_space(known)
    slots = ran('to=$DAY"\n')["slots"]
    known["START"] = slots[0]["starts_at"]
    assert known["DAY"] in [one["date"] for one in ran("/days")["days"]]
    made = ran("Idempotency-Key")
    assert (made["status"], made.get("starts_at")) == ("booked", known["START"]), made
    known["ID"] = made["id"]
    assert [one["id"] for one in ran("appointments?from")["appointments"]] == [made["id"]]
    assert ran('appointments/$ID"') == made
    known["LATER"] = [slot["starts_at"] for slot in slots if made["therapist"] in slot["therapists"]][-1]
    moved = ran("/move")
    assert moved.get("starts_at") == known["LATER"], moved
    assert ran("/cancel")["status"] == "cancelled"
    assert list(ran("to=tomorrow")["errors"]) == ["to"]
    assert left == []


def _a_day_with_space(known: dict[str, str]) -> str:
    """Far enough away that a client may still move and cancel."""
    first = clock.now().date() + timedelta(days=7)
    dates = f"from={first.isoformat()}&to={(first + timedelta(days=14)).isoformat()}"
    days = run(example("/days").replace("from=$DAY&to=$DAY", dates), known)["days"]
    return str(days[0]["date"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_names_every_problem_with_its_status(kind: str) -> None:
    assert f"| `/problems/{kind}` | {KINDS[kind][0]} |" in PAGE


def test_the_page_names_every_reason_against_a_time() -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith("Reasons of `slot-gone`"))
    assert re.findall(r"`(\w+)`", line) == [reason.value for reason in SLOT_REASONS]
    assert re.findall(r"/problems/([a-z-]+)`", PAGE) == list(
        dict.fromkeys(re.findall(r"/problems/([a-z-]+)`", PAGE))
    )
