"""How many SQL statements a request sends, as a header of its answer. Only on servers started for counting, never timed."""

from threading import local

from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.wrappers import Response

HEADER = "X-Statements"
#: How transactions begin and connections are set up is not what a question costs.
_NOT_COUNTED = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")
_seen = local()


def count_statements(app: Flask, engine: Engine) -> None:
    """Counts for this application from now on."""

    def seen(*arguments: object) -> None:
        if not str(arguments[2]).lstrip().upper().startswith(_NOT_COUNTED):
            _seen.count = getattr(_seen, "count", 0) + 1

    def begin() -> None:
        _seen.count = 0

    def tell(response: Response) -> Response:
        response.headers[HEADER] = str(_seen.count)
        return response

    event.listen(engine, "before_cursor_execute", seen)
    # Before whatever else the application does with a request, and after it.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, tell)
