"""`flask clinic import`: clients and appointments from another system's CSV file."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app import clock
from app.actions.imports_by_command import (
    KINDS,
    SOURCES,
    CannotBringIn,
    Judged,
    bring_file_in,
    judge_file,
    let_file_go,
)
from app.cli.problems import Command


@click.command("import", cls=Command)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source", type=click.Choice(SOURCES), help="The system it comes from; else its columns say it."
)
@click.option("--day-first", "order", flag_value="day_first", help="3/4 is 3 April.")
@click.option("--month-first", "order", flag_value="month_first", help="3/4 is 4 March.")
@click.option("--yes", is_flag=True, help="Bring it in; without it is only said what would become of it.")
@with_appcontext
def command(kind: str, file: Path, source: str | None, order: str | None, yes: bool) -> None:
    """Bring clients or appointments over from a CSV file; clients are told nothing."""
    try:
        judged = judge_file(file, kind, source, order, clock.now())
    except CannotBringIn as problem:
        raise click.ClickException(str(problem)) from problem
    if not yes:
        let_file_go(judged.batch_id, clock.now())
        _say(judged)
        click.echo("Nothing was brought in: --yes does it.")
        return
    _say(bring_file_in(judged.batch_id, clock.now, _say_progress))
    click.echo("It can be taken back on the settings page, Bring in from another system.")


def _say(judged: Judged) -> None:
    for state, number in judged.counted.items():
        click.echo(f"{number:>7}  {state}")
    for problem, number in judged.problems.items():
        click.echo(f"{number:>9}  {problem.replace('_', ' ')}")


def _say_progress(done: int, rows: int) -> None:
    click.echo(f"{done} of {rows} rows", err=True)
