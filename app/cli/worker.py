"""`flask worker`: sends what is due."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.actions.outbox import Swept
from app.cli.problems import Command
from app.worker.queue import BadQueue
from app.worker.run import run, run_once


@click.command("worker", cls=Command)
@click.option("--once", is_flag=True, help="Do all that is due now and exit.")
@with_appcontext
def command(once: bool) -> None:
    """Send what is due, until told to stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    try:
        if once:
            done = run_once(app, _tell)
            click.echo(f"{done.sent} sent, {done.ended} ended otherwise, {done.waiting} waiting.")
        else:
            run(app)
    except BadQueue as problem:
        raise click.ClickException(str(problem)) from problem


def _tell(so_far: Swept) -> None:
    """Long work says how far it is."""
    if so_far.waiting:
        click.echo(f"{so_far.sent} sent, {so_far.waiting} to go", err=True)
