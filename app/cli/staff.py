"""`flask staff`: the people who sign in."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.actions.staff import ROLES, CannotAdd, NewMember, add_staff_member, forget_second_step
from app.cli.problems import Group
from app.store.staff import find_by_email

group = Group("staff", help="The people who sign in.")


@group.command("add")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help="May be given several times.",
)
@click.option("--name", help="How the member is called.")
@click.option("--therapist", metavar="SLUG", help="The therapist whose diary is the member's own.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
def add(
    email: str, roles: tuple[str, ...], name: str | None, therapist: str | None, password_stdin: bool
) -> None:
    """Create a staff member, who can then sign in at /staff/login."""
    address = _address(email).lower()
    new = NewMember(address, roles, _password(password_stdin), name, therapist)
    hasher = current_app.extensions["security"].pwd_context
    try:
        add_staff_member(new, hasher.hash, None, clock.now())
    except CannotAdd as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{address} can sign in now, as {' and '.join(roles)}.")


@group.command("forget-second-step")
@click.argument("email")
@with_appcontext
def forget_second_step_command(email: str) -> None:
    """Take codes and passkeys away from a member whose telephone is lost; the password stays."""
    address = _address(email).lower()
    member = find_by_email(address)
    if member is None:
        raise click.ClickException(f"There is no staff member with the address {address}.")
    forget_second_step(member.id, None, clock.now())
    click.echo(f"{address} signs in with the password alone now, and has to set a second step up again.")


def _address(email: str) -> str:
    try:
        return str(current_app.extensions["security"].mail_util.normalize(email))
    except ValueError as problem:
        raise click.ClickException(f"{email!r} is not an e-mail address.") from problem


def _password(from_standard_input: bool) -> str:
    if from_standard_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
