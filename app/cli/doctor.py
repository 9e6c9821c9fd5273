"""`flask doctor`: what is wrong with this installation."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.actions.checkup import check_up
from app.cli.problems import Command


@click.command("doctor", cls=Command)
@with_appcontext
def command() -> None:
    """Look at settings, database, clock, disk, worker and mail server; exit 1 with what is wrong."""
    wrong = False
    for finding in check_up(clock.now(), current_app.config["SETTINGS"].public_url):
        click.echo(
            f"{'WRONG' if finding.wrong else 'ok':<6} {finding.about}: {finding.says}", err=finding.wrong
        )
        wrong = wrong or finding.wrong
    if wrong:
        sys.exit(1)
