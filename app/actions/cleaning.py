"""After an erasure the database's own files are cleaned: by the hourly sweep, until none of the old versions is left."""

import logging

from app.store.old_versions import cut_journal, list_marked, rewrite, unmark
from app.store.transactions import Busy, end_reading, transaction

_log = logging.getLogger(__name__)


def clean_files() -> None:
    """Write anew what is marked. What is not clean then is said in the program's log, and tried again with the next sweep."""
    cut_journal()
    marked = list_marked()
    end_reading()
    if not marked:
        return
    answers = rewrite(marked)
    for table, why in answers.items():
        if why is not None:
            _log.warning("old versions of rows of %s are not dropped yet: %s", table, why)
    clean = {table: since for table, since in marked.items() if answers[table] is None}
    if not clean:
        return
    try:
        with transaction():
            unmark(clean)
    except Busy:
        _log.warning("tables that are clean could not be noted; they are written anew with the next sweep")
