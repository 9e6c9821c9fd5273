"""`flask backup` and `flask restore`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app import clock
from app.actions import backup
from app.cli.problems import Command
from app.store.dumps import BadBackup
from app.store.erasures_file import CannotWriteDown

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup", cls=Command)
@click.argument("file", type=_FILE)
@with_appcontext
def backup_command(file: Path) -> None:
    """Write the whole database into FILE, as it is at one moment, while the program runs."""
    try:
        made = backup.back_up(file, clock.now())
    except BadBackup as problem:
        raise click.ClickException(f"Nothing was written: {problem}.") from problem
    click.echo(f"{sum(made.rows.values())} rows of revision {made.revision} are in {file}.")


@click.command("restore", cls=Command)
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Delete everything that is in the database first.")
@click.option(
    "--erasures", type=_FILE, help="The list of who was forgotten, if not where ERASURES_FILE says."
)
@with_appcontext
def restore_command(file: Path, force: bool, erasures: Path | None) -> None:
    """Bring FILE back. Who was forgotten since stays forgotten; sending is held until 'flask outbox release'."""
    try:
        done = backup.restore(file, clock.now(), force=force, erasures=erasures)
    except (BadBackup, CannotWriteDown) as problem:
        raise click.ClickException(f"Nothing was changed: {problem}.") from problem
    click.echo(f"{done.rows} rows are back; {done.forgotten_again} records were erased or closed again.")
    if done.broken_line is not None:
        click.echo(f"The audit log is not whole: look at line {done.broken_line}.", err=True)
    click.echo("Nothing is sent until 'flask outbox release'.")
