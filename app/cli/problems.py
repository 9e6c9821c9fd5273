"""What goes wrong in a command is one sentence on standard error and exit status 1, never a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup
from flask.helpers import get_debug_flag

from app.store.trouble import DatabaseTrouble, trouble_of

_log = logging.getLogger(__name__)
_SENTENCES = {
    DatabaseTrouble.NO_TABLES: "The database lacks tables: run `flask --app wsgi db upgrade` first.",
    DatabaseTrouble.UNREACHABLE: "The database can't be reached. Is DATABASE_URL right, and does its server run?",
    DatabaseTrouble.READ_ONLY: "The database can't be written: it, or this account's access to it, is read-only.",
    DatabaseTrouble.NO_DATABASE: "What DATABASE_URL names is no database, or a damaged one.",
    DatabaseTrouble.FULL: "The database can't be written: its disk is full.",
    DatabaseTrouble.BUSY: "The database is busy. Nothing was written; please try again.",
}
#: What click itself tells people.
_TOLD_BY_CLICK = (click.ClickException, click.exceptions.Exit, click.Abort, EOFError, BrokenPipeError)


class Command(click.Command):
    """A command whose problems are sentences."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        with problems_as_sentences():
            return super().invoke(ctx)


class Group(AppGroup):
    """Commands whose problems are sentences."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the one that was asked for."""
        with problems_as_sentences():
            return super().invoke(ctx)


@contextmanager
def problems_as_sentences() -> Iterator[None]:
    """Turn every error into a sentence; `flask --debug` shows its traceback in the log as well."""
    try:
        yield
    except _TOLD_BY_CLICK:
        raise
    except Exception as error:
        _log.setLevel(logging.DEBUG if get_debug_flag() else logging.NOTSET)
        _log.debug("the command failed", exc_info=True)
        raise click.ClickException(sentence_for(error)) from error


def sentence_for(error: Exception) -> str:
    """What to tell the person who typed the command."""
    trouble = trouble_of(error)
    if trouble is not None:
        return _SENTENCES[trouble]
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'} can't be used: {error.strerror}."
    return f"The command failed with {type(error).__name__}; `flask --debug` shows where."
