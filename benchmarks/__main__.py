"""``python -m benchmarks``: the tables, and docs/benchmarks.md. ``QUICK=1`` takes fewer rounds and a smaller sister."""

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from benchmarks import clients, day, document, felt, messages, pages, profiling, report, rule, rules
from benchmarks.build import build_now
from benchmarks.clinic import ZONE, Clinic, clinic_60, sister, small_sister
from benchmarks.cluster import Cluster, running_cluster
from benchmarks.kept import Shelf
from benchmarks.measure import Pace
from benchmarks.peer import installing
from benchmarks.places import BACKENDS, KEPT, ROOT
from benchmarks.progress import say
from benchmarks.rows import ROWS
from benchmarks.run import Plan, Result, run
from benchmarks.tables import Table
from benchmarks.timing import table

_PAGE = ROOT / "docs" / "benchmarks.md"
_HEADINGS = ("SQLite", "PostgreSQL")
_CLINICS: dict[str, Callable[[date], Clinic]] = {
    "clinic-60": clinic_60,
    "sister": sister,
    "small-sister": small_sister,
}


def main() -> int:
    """Answers the exit status."""
    said = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are ended on the way out
    try:
        with _alone():
            return int(said.act(said))
    except KeyboardInterrupt:
        print("\nStopped; everything that was started has been ended.", flush=True)
        return 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _add_run(
        commands.add_parser(
            "run", help="measure, and print the tables; a whole run also writes docs/benchmarks.md"
        )
    )
    mail = commands.add_parser(
        "messages",
        help="measure the messages alone, print the tables, and write them into docs/benchmarks.md",
    )
    mail.add_argument("--backend", action="append", choices=BACKENDS)
    mail.set_defaults(act=_mail, row=None, rounds=None, seconds=None, without=())
    desk = commands.add_parser(
        "day", help="measure the desk's day alone, print the table, and write it into docs/benchmarks.md"
    )
    desk.add_argument("--backend", action="append", choices=BACKENDS)
    desk.set_defaults(act=_desk)
    found = commands.add_parser(
        "clients", help="measure finding a client alone, and write it into docs/benchmarks.md"
    )
    found.add_argument("--backend", action="append", choices=BACKENDS)
    found.set_defaults(act=_clients)
    bound = commands.add_parser(
        "rules",
        help="measure what limits, spacing and the second person cost, and write it into docs/benchmarks.md",
    )
    bound.add_argument("--backend", action="append", choices=BACKENDS)
    bound.set_defaults(act=_rules)
    build = commands.add_parser("build", help="build the clinics that are not there yet")
    build.add_argument("--clinic", action="append", choices=list(_CLINICS))
    build.set_defaults(act=_build)
    profile = commands.add_parser("profile", help="where the time of one question goes")
    profile.add_argument("what", choices=profiling.questions())
    profile.add_argument("--clinic", choices=list(_CLINICS), default="clinic-60")
    profile.add_argument("--backend", choices=BACKENDS, default="sqlite")
    profile.add_argument("--times", type=int, default=100)
    profile.add_argument("--order", choices=("cumulative", "tottime"), default="cumulative")
    profile.set_defaults(act=_profile)
    return parser.parse_args(sys.argv[1:] or ["run"])


def _add_run(parser: argparse.ArgumentParser) -> None:
    """Any option makes it a part of a run, after which nothing is written."""
    keys = [row.key for row in ROWS]
    parser.add_argument("--row", action="append", choices=keys, help="only this question; may be repeated")
    parser.add_argument("--backend", action="append", choices=BACKENDS)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each cell")
    parser.add_argument(
        "--without",
        action="append",
        choices=("sister", "peer", "races", "messages", "clients", "rules"),
        default=[],
    )
    parser.set_defaults(act=_run)


def _run(said: argparse.Namespace) -> int:
    quick = os.environ.get("QUICK", "0") not in ("", "0")
    now = build_now()
    plan = _plan(said, quick, now.astimezone(ZONE).date())
    in_process = _in_process(quick)
    with running_cluster(KEPT / "postgres") as cluster:
        shelf = Shelf(KEPT, cluster)
        results = run(plan, shelf, cluster, now)
        mail, mail_unmet = ([], []) if "messages" in said.without else _messages(plan, shelf, quick, now)
        finding, not_found = (
            ([], []) if "clients" in said.without else _finding(plan.backends, shelf, quick, now)
        )
        bound, not_bound = ([], []) if "rules" in said.without else _bound(plan.backends, shelf, quick, now)
    found = [list(report.tables(result, plan.rows)) for result in results]
    unmet = [line for result in results for line in report.unmet(result, plan.rows)] + mail_unmet + not_found
    unmet += not_bound
    for one in (one for group in [*found, mail, finding, bound] for one in group):
        print(f"\n{one.text()}", flush=True)
    print("\n" + ("Not met:\n  " + "\n  ".join(unmet) if unmet else "Every aim was met."), flush=True)
    if quick or sys.argv[1:] not in ([], ["run"]):
        say("done; only a whole run writes docs/benchmarks.md")
        return 0
    groups = [
        ("In process", in_process),
        *zip(_HEADINGS, found, strict=True),
        ("Messages", mail),
        ("Clients", finding),
        ("Rules", bound),
    ]
    document.write(_PAGE, groups, _facts(plan, results, now), unmet)
    say("done; docs/benchmarks.md is written")
    return 0


def _plan(said: argparse.Namespace, quick: bool, today: date) -> Plan:
    pace = Pace(1, 0.15, 1, slow_races=1, slow_racers=10, crowd=0, warming=4) if quick else Pace(5, 0.6, 3)
    pace = replace(pace, rounds=said.rounds or pace.rounds, seconds=said.seconds or pace.seconds)
    big = small_sister(today) if quick else sister(today)
    if quick:
        say(
            "QUICK: one short round, no crowds, no one house, fewer checks; the sister has a month of history, not three years"
        )
    return Plan(
        pace=pace,
        backends=said.backend or BACKENDS,
        rows=[row for row in ROWS if not said.row or row.key in said.row],
        clinic=clinic_60(today),
        big=None if "sister" in said.without else big,
        with_peer="peer" not in said.without,
        may_install=not quick,
        check_every=6 if quick else 1,
        with_one_house=not quick,
        with_races="races" not in said.without,
    )


def _in_process(quick: bool) -> list[Table]:
    """The first, quick part: the rule alone, and pages without a server."""
    say("the slot rule alone, and pages in process")
    made = [
        table("The slot rule alone", rule.figures(30 if quick else 300)),
        table("Pages of the demonstration, in process, SQLite", pages.figures(10 if quick else 60)),
    ]
    for one in made:
        print(f"\n{one.text()}\n", flush=True)
    return made


def _messages(plan: Plan, shelf: Shelf, quick: bool, now: datetime) -> tuple[list[Table], list[str]]:
    """Reminders leaving by the thousand, and bookings while the mail server is dead."""
    due, bookings = (1_000, 20) if quick else (10_000, 150)
    drained = [messages.drain(backend, shelf, KEPT, due, now) for backend in plan.backends]
    noticed = [felt.felt(backend, shelf, KEPT, bookings, now) for backend in plan.backends]
    return [messages.table(drained), felt.table(noticed)], messages.unmet(drained) + felt.unmet(noticed)


def _mail(said: argparse.Namespace) -> int:
    """Messages alone."""
    quick, now = os.environ.get("QUICK", "0") not in ("", "0"), build_now()
    with running_cluster(KEPT / "postgres") as cluster:
        plan = _plan(said, quick, now.astimezone(ZONE).date())
        found, unmet = _messages(plan, Shelf(KEPT, cluster), quick, now)
    for one in found:
        print(f"\n{one.text()}", flush=True)
    if not quick and plan.backends == BACKENDS:
        document.rewrite(_PAGE, "Messages", found)
    print("\n" + ("Not met:\n  " + "\n  ".join(unmet) if unmet else "Every aim was met."), flush=True)
    return 0


def _desk(said: argparse.Namespace) -> int:
    """The desk's day alone: in a small practice and in one with half a million appointments."""
    quick, now = os.environ.get("QUICK", "0") not in ("", "0"), build_now()
    today, backends = now.astimezone(ZONE).date(), said.backend or BACKENDS
    clinics = [clinic_60(today), small_sister(today) if quick else sister(today)]
    with running_cluster(KEPT / "postgres") as cluster:
        shelf = Shelf(KEPT, cluster)
        found = [
            one
            for backend in backends
            for clinic in clinics
            for one in day.measure(backend, shelf, clinic, 15 if quick else 100, now)
        ]
    print(f"\n{day.table(found).text()}", flush=True)
    if not quick and backends == BACKENDS:
        document.rewrite(_PAGE, "Desk", [day.table(found)])
    unmet = day.unmet(found)
    print("\n" + ("Not met:\n  " + "\n  ".join(unmet) if unmet else "Every aim was met."), flush=True)
    return 0


def _finding(
    backends: Sequence[str], shelf: Shelf, quick: bool, now: datetime
) -> tuple[list[Table], list[str]]:
    """One of twenty thousand clients, in every way in which one is asked for."""
    measured = [clients.measure(backend, shelf, 20 if quick else 200, now) for backend in backends]
    return [clients.table(measured)], clients.unmet(measured)


def _clients(said: argparse.Namespace) -> int:
    """Finding a client alone."""
    quick, now = os.environ.get("QUICK", "0") not in ("", "0"), build_now()
    backends = said.backend or BACKENDS
    with running_cluster(KEPT / "postgres") as cluster:
        found, unmet = _finding(backends, Shelf(KEPT, cluster), quick, now)
    for one in found:
        print(f"\n{one.text()}", flush=True)
    if not quick and backends == BACKENDS:
        document.rewrite(_PAGE, "Clients", found)
    print("\n" + ("Not met:\n  " + "\n  ".join(unmet) if unmet else "Every aim was met."), flush=True)
    return 0


def _bound(
    backends: Sequence[str], shelf: Shelf, quick: bool, now: datetime
) -> tuple[list[Table], list[str]]:
    """Slot search with all rules, and without."""
    compared = [
        one for backend in backends for one in rules.measure(backend, shelf, 10 if quick else 30, now)
    ]
    return [rules.table(compared)], rules.unmet(compared)


def _rules(said: argparse.Namespace) -> int:
    """What the rules cost, alone."""
    quick, now = os.environ.get("QUICK", "0") not in ("", "0"), build_now()
    backends = said.backend or BACKENDS
    with running_cluster(KEPT / "postgres") as cluster:
        found, unmet = _bound(backends, Shelf(KEPT, cluster), quick, now)
    for one in found:
        print(f"\n{one.text()}", flush=True)
    if not quick and backends == BACKENDS:
        document.rewrite(_PAGE, "Rules", found)
    print("\n" + ("Not met:\n  " + "\n  ".join(unmet) if unmet else "Every aim was met."), flush=True)
    return 0


def _facts(plan: Plan, results: Sequence[Result], now: datetime) -> dict[str, str]:
    checked = "; ".join(f"{name} {count}" for name, count in results[0].checked.items())
    peer = installing.versions() if report.PEER in results[0].checked else ""
    facts = document.machine(now.date(), peer)
    words = f"{checked} answers on each database, all of them right"
    return facts | {
        "method": document.method(
            plan.clinic, plan.big or plan.clinic, words, plan.pace.rounds, plan.pace.seconds
        )
    }


def _build(said: argparse.Namespace) -> int:
    now = build_now()
    with running_cluster(KEPT / "postgres") as cluster:
        shelf = Shelf(KEPT, cluster)
        for name in said.clinic or ("clinic-60", "sister"):
            for backend in BACKENDS:
                shelf.ensure(_CLINICS[name](now.astimezone(ZONE).date()), backend, now)
    return 0


def _profile(said: argparse.Namespace) -> int:
    now = build_now()
    clinic = _CLINICS[said.clinic](now.astimezone(ZONE).date())
    with _cluster_for(said.backend) as cluster:
        shelf = Shelf(KEPT, cluster)
        shelf.ensure(clinic, said.backend, now)
        profiling.profile(said.what, clinic, said.backend, shelf, said.times, said.order)
    return 0


@contextmanager
def _cluster_for(backend: str) -> Iterator[Cluster | None]:
    if backend == "sqlite":
        yield None
        return
    with running_cluster(KEPT / "postgres") as cluster:
        yield cluster


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time: two would measure each other."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run of the benchmarks to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
