"""`flask setup`: the way of a first owner into an empty program."""

import click
from flask.cli import with_appcontext

from app import clock
from app.actions.clinic import CannotLoad, CannotRead
from app.actions.setting_up import begin_practice, first_link, has_nobody
from app.cli.problems import Command


@click.command("setup", cls=Command)
@with_appcontext
def command() -> None:
    """Make an empty practice if there is none, and print the link by which its owner begins."""
    if not has_nobody():
        raise click.ClickException("Somebody can sign in already, at /staff/login.")
    try:
        begin_practice(clock.now())
    except (CannotRead, CannotLoad) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo("Open this within a day, and become the owner. It works once; whoever has it can use it:")
    click.echo(f"  {first_link()}")
