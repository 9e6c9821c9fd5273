"""`flask audit`: whether the audit log is whole."""

import re

import click
from flask.cli import with_appcontext

from app.cli.problems import Group
from app.store.audit import Head, chain_head, first_broken_line, has_line

group = Group("audit", help="The audit log.")
_HEAD = re.compile(r"(\d{1,9}):([0-9a-f]{64})", re.ASCII)


def _heads(_context: click.Context, _parameter: click.Parameter, said: tuple[str, ...]) -> list[Head]:
    found = [_HEAD.fullmatch(one.strip()) for one in said]
    if any(one is None for one in found):
        raise click.BadParameter("write it as the program's log does, NUMBER:DIGEST")
    return [Head(int(one[1]), one[2]) for one in found if one is not None]


@group.command("check")
@click.option(
    "--head", "heads", multiple=True, callback=_heads, metavar="NUMBER:DIGEST", help="An end that was logged."
)
@with_appcontext
def check_command(heads: list[Head]) -> None:
    """Look through the whole log: no line was changed, removed or put in; with --head, none is missing at its end."""
    broken = first_broken_line()
    if broken is not None:
        raise click.ClickException(
            f"Line {broken} does not follow from the one before it: the log was changed there."
        )
    missing = [head.number for head in heads if not has_line(head)]
    if missing:
        raise click.ClickException(
            f"Line {missing[0]} was the end of the log once, and is not there as it was: its tail was cut off."
        )
    last = chain_head()
    click.echo("The log is whole. " + (f"Its end: {last.number}:{last.digest}" if last else "It is empty."))
