"""`flask retention`: deletes what has been kept for long enough."""

from dataclasses import asdict

import click
from flask.cli import with_appcontext

from app import clock
from app.actions import retention
from app.cli.problems import Command
from app.store.erasures_file import CannotWriteDown

_WORDS = {
    "answers": "answers of bookings that were given up",
    "outcomes": "outcomes of such answers",
    "copies": "mails as they were sent",
    "account_messages": "words of messages to staff",
    "forms": "interrupted forms",
    "imports": "files from other systems",
    "closed_records": "closed records whose date has come",
    "old_records": "records kept for as long as the practice keeps them",
}


@click.command("retention", cls=Command)
@click.option("--dry-run", is_flag=True, help="Say what would go, and delete nothing.")
@with_appcontext
def command(dry_run: bool) -> None:
    """Delete what has been kept for long enough; the worker does so each hour."""
    try:
        swept = retention.due(clock.now()) if dry_run else retention.sweep(clock.now())
    except CannotWriteDown as problem:
        raise click.ClickException(
            f"An erasure could not be written down, so it was not done: {problem}."
        ) from problem
    for name, number in asdict(swept).items():
        click.echo(f"{number:>7}  {_WORDS[name]}{' would go' if dry_run else ''}")
