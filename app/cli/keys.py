"""`flask keys`: what is sealed with DATA_KEY."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.actions.keys import Progress, rotate
from app.cli.problems import Group

group = Group("keys", help="What is sealed with DATA_KEY.")


@group.command("rotate")
@with_appcontext
def rotate_command() -> None:
    """Seal everything under the first DATA_KEY. The program may run; stopped in between, it goes on when begun again."""
    keys = current_app.config["SETTINGS"].data_keys
    if len(keys) < 2:
        click.echo("DATA_KEY names one key only; to change it, put the new one before it: NEW,OLD.", err=True)
    done = rotate(clock.now(), _tell)
    for one in done:
        click.echo(f"{one.kind.value}: {one.seen} looked at, {one.changed} sealed anew")
    unopened = sum(one.unopened for one in done)
    if unopened:
        click.echo(
            f"{unopened} open with none of the keys in DATA_KEY; they were left as they are.", err=True
        )
        sys.exit(1)


def _tell(so_far: Progress) -> None:
    click.echo(f"{so_far.kind.value}: {so_far.seen} so far", err=True)
