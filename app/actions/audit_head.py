"""The end of the audit log, said now and then where it can't be taken back: in the program's own log."""

import logging

from app.store.audit import chain_head
from app.store.transactions import end_reading

_log = logging.getLogger(__name__)


def log_head() -> None:
    """Say how far the log reaches; ``flask audit check --head`` compares."""
    head = chain_head()
    end_reading()
    if head is not None:
        _log.info("audit head %s:%s", head.number, head.digest)
