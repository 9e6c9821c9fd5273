"""`flask demo`: what only a demonstration may have."""

import click

from app import clock
from app.actions.demonstration import CannotFill, fill
from app.cli.problems import Group
from app.store.practice import NoPractice

group = Group("demo", help="Example data for a demonstration.")


@group.command("fill")
@click.option("--weeks", type=click.IntRange(0, 52), default=0, help="So many earlier weeks as well.")
def fill_command(weeks: int) -> None:
    """Fill a week around today with example clients and appointments."""
    try:
        filled = fill(clock.now(), weeks)
    except CannotFill as problem:
        raise click.ClickException(str(problem)) from problem
    except NoPractice as problem:
        raise click.ClickException(
            "No practice has been loaded yet: `clinic load FILE --with-examples` comes first."
        ) from problem
    click.echo(
        f"{filled.appointments} appointments of {filled.clients} example clients,"
        f" {filled.first_day:%d %B} to {filled.last_day:%d %B}; {filled.moved} were moved, {filled.cancelled} cancelled."
    )
