"""The blueprint, and the one decorator that declares an operation: its route, door, limit, question and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from flask import Request, Response, g, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from app.actions.tokens import program_of
from app.blueprints.api.bodies import read_body
from app.blueprints.api.errors import errors_by_field
from app.store.tokens import Program
from app.web.limits import PUBLIC_READS, TOKEN_READS, TOKEN_WRITES, shared_limit
from app.web.problems import Problem, invalid

_View = TypeVar("_View", bound=Callable[..., Response])
_LARGEST_BODY = 64 * 1024
_public: set[str] = set()


class _Reader(FlaskParser):
    """Reads questions strictly and says in our own words what is wrong with them."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": None}  # the schemas say it themselves

    def load_json(self, req: Request, _schema: Schema) -> Any:
        """The body."""
        return read_body(req)

    def load_querystring(self, req: Request, schema: Schema) -> MultiDictProxy:
        """What stands behind the question mark, each name once."""
        twice = {
            name: "This stands in the address twice." for name, all_ in req.args.lists() if len(all_) > 1
        }
        known = {field.data_key or name for name, field in schema.fields.items()}
        if twice.keys() & known:
            raise invalid(**{name: twice[name] for name in twice.keys() & known})
        return MultiDictProxy(req.args, schema)

    def handle_error(self, error: ValidationError, *_said: Any, **_more: Any) -> NoReturn:
        """A problem document that names the fields."""
        raise invalid(**errors_by_field(error.messages))


_READER = _Reader()
blueprint = Blueprint("api", __name__, url_prefix="/api/v1", description="Booking, for other programs.")


@dataclass(frozen=True, slots=True)
class _Declared:
    """What an operation is asked and answers, for OpenAPI."""

    answer: type[Schema]
    status: int
    question: type[Schema] | None
    location: str
    body_needed: bool
    also: tuple[int, ...]
    problems: tuple[int, ...]
    more: Mapping[str, Any]

    def documented(self, view: Any) -> Any:
        """The view as flask-smorest's decorators describe it; they would also run, so this one is only read."""
        described = blueprint.response(self.status, self.answer)(view)
        for number in self.also:
            described = blueprint.alt_response(number, schema=self.answer)(described)
        for number in (*self.problems, 429, 503):
            described = blueprint.alt_response(number, HTTPStatus(number).name)(described)
        if self.question is not None:
            arguments = blueprint.arguments(self.question, location=self.location, required=self.body_needed)
            described = arguments(described)
        return blueprint.doc(**self.more)(described)


def operation(
    method: str,
    rule: str,
    *,
    answer: type[Schema],
    status: int = 200,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    body_needed: bool = True,
    public: bool = False,
    also: tuple[int, ...] = (),
    problems: tuple[int, ...] = (),
    extra: Mapping[str, Any] | None = None,
) -> Callable[[_View], _View]:
    """Declare a view as an operation of the API; it gets what it was asked as its first argument."""

    def declare(view: _View) -> _View:
        name = view.__name__
        security: list[dict[str, list[str]]] = [] if public else [{"token": []}]
        more = {"operationId": name, "security": security, **(extra or {})}
        question, location = query or body, "query" if query else "json"
        known = problems if public else (*problems, 401)
        declared = _Declared(answer, status, question, location, body_needed, also, known, more)
        served: Any = _READER.use_args(question(), location=location)(view) if question else view
        served = _limited(method, public)(served)
        served._apidoc = declared.documented(view)._apidoc  # noqa: SLF001 - where flask-smorest looks for it
        if public:
            _public.add(f"{blueprint.name}.{name}")
        blueprint.route(rule, endpoint=name, methods=[method])(served)
        return view

    return declare


def program() -> Program:
    """The program that sends this request; only behind the door."""
    found: Program = g.program
    return found


def _door() -> None:
    """Only a token lets in; cookies never count."""
    request.max_content_length = _LARGEST_BODY
    if request.endpoint in _public or request.method == "OPTIONS":
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known = program_of(token.strip()) if scheme.lower() == "bearer" else None
    if known is None:
        wrong = ', error="invalid_token"' if token else ""
        headers = {"WWW-Authenticate": f'Bearer realm="stillpoint"{wrong}'}
        raise Problem(
            "unauthorized", "Send Authorization: Bearer and a token that is in use.", headers=headers
        )
    g.program = known


def _open_to_other_sites(response: Response) -> Response:
    """A practice's own site may show free times."""
    if request.endpoint in _public and request.method in ("GET", "HEAD"):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _limited(method: str, public: bool) -> Any:
    if public:
        return shared_limit(PUBLIC_READS, scope="api-public")
    if method == "GET":
        return shared_limit(TOKEN_READS, scope="api-reads", key_func=_of_the_token)
    return shared_limit(TOKEN_WRITES, scope="api-writes", key_func=_of_the_token)


def _of_the_token() -> str:
    return f"token {program().id}"


blueprint.before_request(_door)
blueprint.after_request(_open_to_other_sites)
