"""`flask token`: the programs that may use the JSON API."""

import click
from flask.cli import with_appcontext

from app import clock
from app.actions.tokens import CannotChange, add_token, end_token
from app.cli.problems import Group
from app.store.tokens import list_tokens

group = Group("token", help="The programs that may use the JSON API.")


@group.command("add")
@click.argument("name")
@with_appcontext
def add(name: str) -> None:
    """Let a program in: its token is printed, once."""
    try:
        token = add_token(name, clock.now())
    except CannotChange as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo("This is shown once and kept nowhere: put it where the program finds it.", err=True)
    click.echo(token)


@group.command("list")
@with_appcontext
def show() -> None:
    """Show who was let in, and who still is; never the tokens themselves."""
    tokens = list_tokens()
    if not tokens:
        click.echo("There are no tokens.")
    for token in tokens:
        ended = f"ended {token.ended_at:%Y-%m-%d}" if token.ended_at else "in use"
        click.echo(f"{token.name}  since {token.created_at:%Y-%m-%d}, {ended}")


@group.command("end")
@click.argument("name")
@with_appcontext
def end(name: str) -> None:
    """Let a program out: its token opens nothing from now on."""
    try:
        end_token(name, clock.now())
    except CannotChange as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"The token {name!r} opens nothing any more.")
