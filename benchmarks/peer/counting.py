"""How many SQL statements a request sends, as a header of its answer; only where COUNT_STATEMENTS is set, never timed."""

from collections.abc import Callable
from typing import Any

from django.db import connection  # type: ignore[import-not-found]

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


def count_statements(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Django's form of a middleware."""

    def answer(request: Any) -> Any:
        seen: list[str] = []

        def note(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
            if not sql.startswith(_NOT_COUNTED):
                seen.append(sql)
            return execute(sql, *more)

        with connection.execute_wrapper(note):
            response = get_response(request)
        response["X-Statements"] = str(len(seen))
        return response

    return answer
