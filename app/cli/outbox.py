"""`flask outbox`: the messages and their fate."""

import sys

import click
from flask.cli import with_appcontext

from app import clock
from app.actions import outbox
from app.actions.returned import Heard, hear_report
from app.cli.problems import Group
from app.store.outbox import is_held, list_notifications

group = Group("outbox", help="The messages and their fate.")
_LONGEST_REPORT = 10 * 1024 * 1024
_UNHEARD = {
    Heard.NOT_UNDERSTOOD: "This is no report about a mail that could not be delivered (RFC 3464).",
    Heard.UNKNOWN: "The report is about a mail that is not among the messages.",
}
_LINE = "{:>6}  {:<8} {:<16}  {:>5}  {:<23} {:<18} {}"
_HEADS = _LINE.format("number", "state", "due (UTC)", "tries", "kind", "about", "why")
_STATES = ("planned", "leased", "sent", "skipped", "failed")


@group.command("list")
@click.option(
    "--state", "states", type=click.Choice(_STATES), multiple=True, help="Only these; may be repeated."
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@with_appcontext
def list_command(states: tuple[str, ...], limit: int) -> None:
    """The newest messages: number, state, due (UTC), attempts, kind, appointment, reason."""
    if is_held():
        click.echo("Sending is held. 'flask outbox release' lets it go on.")
    click.echo(_HEADS.rstrip())
    for row in list_notifications(states, limit):
        due = f"{row.due_at:%Y-%m-%d %H:%M}"
        about = f"appointment {row.appointment_id}" if row.appointment_id else row.audience
        line = _LINE.format(row.id, row.state, due, row.attempts, row.kind, about, row.why or "")
        click.echo(line.rstrip())


@group.command("retry")
@click.argument("number", metavar="ID", type=int)
@with_appcontext
def retry_command(number: int) -> None:
    """Send a failed or skipped message after all."""
    try:
        planned = outbox.retry(number, clock.now())
    except LookupError as problem:
        raise click.ClickException(f"There is no message {number}.") from problem
    if not planned:
        raise click.ClickException(
            f"Message {number} has neither failed nor been skipped; there is nothing to retry."
        )
    click.echo(f"Message {number} will be sent again.")


@group.command("returned")
@with_appcontext
def returned_command() -> None:
    """Read a report that a mail came back, from standard input, and mark the message as failed."""
    report = hear_report(sys.stdin.buffer.read(_LONGEST_REPORT), clock.now())
    if report.heard in _UNHEARD:
        raise click.ClickException(_UNHEARD[report.heard])
    if report.heard is Heard.FAILED:
        click.echo(f"Message {report.notification_id} came back; it is among the failed ones now.")
    else:
        click.echo(f"Message {report.notification_id}: nothing to change.")


@group.command("hold")
@with_appcontext
def hold_command() -> None:
    """Stop all sending; messages wait."""
    outbox.hold(clock.now())
    click.echo("Nothing is sent until 'flask outbox release'.")


@group.command("release")
@with_appcontext
def release_command() -> None:
    """Let sending go on."""
    outbox.release(clock.now())
    click.echo("Sending goes on.")
