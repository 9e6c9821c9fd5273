"""`flask clinic`: practice files."""

from collections.abc import Iterable
from pathlib import Path

import click

from app import clock
from app.actions.clinic import CannotLoad, CannotRead, Judgement, Loaded, exported, judge, load
from app.actions.settings import WouldForget
from app.cli import imports
from app.cli.problems import Group
from app.store.practice import NoPractice

group = Group(
    "clinic", help="Practice files: check, load, export; clients and appointments from other systems."
)
group.add_command(imports.command)

_GOING = {
    "keep_answers_hours": "answers of bookings that were given up",
    "keep_health_years": "clients, erased with all that is sealed about them",
    "keep_messages_days": "mails as they were sent",
    "keep_imports_days": "files from another system",
}
_FILE = click.Path(path_type=Path)


@group.command("check")
@click.argument("file", type=_FILE)
def check_command(file: Path) -> None:
    """Say every error of a practice file, or what it lacks before it can be published."""
    try:
        judgement = judge(file)
    except CannotRead as problem:
        raise click.ClickException(str(problem)) from problem
    if judgement.errors:
        _say_errors(file, judgement.errors)
    _say_judgement(file, judgement)
    if judgement.missing:
        raise click.exceptions.Exit(1)


@group.command("load")
@click.argument("file", type=_FILE)
@click.option("--with-examples", is_flag=True, help="Merge the file's [example] part in: a demonstration.")
@click.option("--force", is_flag=True, help="Overwrite what was changed on the pages.")
@click.option("--yes", is_flag=True, help="Keep things for less long where the file says so.")
def load_command(file: Path, with_examples: bool, force: bool, yes: bool) -> None:
    """Create or update the practice from a file, in one transaction."""
    try:
        loaded = load(file, clock.now(), with_examples=with_examples, force=force, shorter=yes)
    except (CannotRead, CannotLoad) as problem:
        raise click.ClickException(str(problem)) from problem
    if isinstance(loaded, Loaded):
        _say_loaded(loaded)
    elif isinstance(loaded, WouldForget):
        _say_going(file, loaded)
    else:
        _say_errors(file, loaded.errors)


@group.command("export")
def export_command() -> None:
    """Write the stored practice as a practice file to standard output."""
    try:
        click.echo(exported(), nl=False)
    except NoPractice as problem:
        raise click.ClickException(
            "No practice has been loaded yet: `clinic load FILE` comes first."
        ) from problem


def _say_errors(file: Path, errors: Iterable[object]) -> None:
    lines = [str(error) for error in errors]
    counted = "1 error" if len(lines) == 1 else f"{len(lines)} errors"
    click.echo(f"{file} has {counted}; nothing was changed:", err=True)
    for line in lines:
        click.echo(f"  {line}", err=True)
    raise click.exceptions.Exit(1)


def _say_going(file: Path, would: WouldForget) -> None:
    click.echo(
        f"{file} keeps things for less long; nothing was changed. Within the hour this would go:", err=True
    )
    for name, number in would.going.items():
        click.echo(f"  {name}: {number} ({_GOING[name]})", err=True)
    click.echo("Nobody brings it back. With --yes the file is loaded all the same.", err=True)
    raise click.exceptions.Exit(1)


def _say_judgement(file: Path, judgement: Judgement) -> None:
    if judgement.missing:
        click.echo(f"{file} has no errors, but before it can be published its owner must still tell:")
        _say_list(judgement.missing)
    else:
        click.echo(f"{file} has no errors, and nothing is missing.")
    if judgement.missing_with_examples:
        click.echo("Its examples don't fill in everything:")
        _say_list(judgement.missing_with_examples)
    elif judgement.has_examples:
        click.echo("With its examples it can be shown as a demonstration.")
    _say_remarks(judgement.remarks)


def _say_loaded(loaded: Loaded) -> None:
    kind = ", as a demonstration with example data" if loaded.demonstration else ""
    if loaded.changes:
        click.echo(f"{loaded.name} is loaded{kind}. What changed:")
        for line in loaded.changes:
            click.echo(f"  {line}")
    else:
        click.echo(f"{loaded.name} is loaded{kind}. Nothing changed: it was all so already.")
    if loaded.missing:
        click.echo("Not complete yet; its owner must still tell:")
        _say_list(loaded.missing)
    _say_remarks(loaded.remarks)


def _say_remarks(findings: Iterable[object]) -> None:
    found = list(findings)
    if found:
        click.echo("Good to know:")
        _say_list(found)


def _say_list(findings: Iterable[object]) -> None:
    for finding in findings:
        click.echo(f"  {getattr(finding, 'key', '')}: {getattr(finding, 'sentence', finding)}")
