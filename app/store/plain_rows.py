"""Rows as they are, for pages that only look: without the unit of work, whose loading costs more than most queries."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Executable

from app.extensions import db


def plain_rows(statement: Executable, asked: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """The rows of a select of columns, in the transaction that is open. What is changed and not yet flushed is not seen."""
    return db.session.connection().execute(statement, asked)
