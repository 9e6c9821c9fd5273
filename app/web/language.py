"""The language of this request, and how things are said in it.

Visitors: what ``?lang=`` chose (kept in their session), else what the appointment they look at was booked in, else what
their browser asks for, else the practice's. Staff on their pages: their own choice, else the practice's.
"""

from functools import lru_cache, total_ordering
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, has_request_context, request, session
from flask_security import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.languages import STAFF, WRITTEN, Speech, known_as, known_languages, own_name, speech_in
from app.store.practice import NoPractice, load_practice
from app.store.transactions import ANY_DATABASE_ERROR
from app.web import addresses
from app.web.addresses import is_below

_ARGUMENT, _KEPT = "lang", "language"


def register_languages(app: Flask) -> None:
    """Let pages speak the language of who reads them."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update({"_": _said, "gettext": _said, "ngettext": _counted})
    app.jinja_env.globals.update(language_links=language_links)
    app.context_processor(_of_page)
    app.before_request(_keep_choice)
    app.after_request(_tell)


def speaking() -> str:
    """The code of the language of this request; the one that all is written in where there is no request."""
    return _speech().language


def _(message: str, /, **values: object) -> str:
    """A sentence in the language of this request; its places are filled, a percent sign is written twice."""
    return _speech().gettext(message, **values)


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """The same for a number of things; ``%(num)d`` is the number."""
    return _speech().ngettext(one, many, num, **values)


def say(sentence: str) -> str:
    """A sentence of the domain in the language of this request; one that no catalogue has stays as it is."""
    return _speech().say(sentence)


def lazy(message: str, /, **values: object) -> "Lazy":
    """A sentence that is said once it is shown, in the language of that request: for labels and constants of a module."""
    return Lazy(message, values)


@total_ordering
class Lazy:
    """What ``lazy`` makes: no string, so that nobody joins it before its language is known; ``str()`` says it."""

    __slots__ = ("_message", "_values")

    def __init__(self, message: str, values: dict[str, object]) -> None:
        self._message, self._values = message, values

    def __str__(self) -> str:
        return self.filled()

    def filled(self, **values: object) -> str:
        """The same with these values in its places, too."""
        return _(self._message, **self._values | values)

    def __html__(self) -> Markup:
        """The same for a page, and for the session's cookie, which keeps what was flashed and nothing that is said later."""
        return escape(str(self))

    def __repr__(self) -> str:
        return f"lazy({self._message!r})"

    def __format__(self, how: str) -> str:
        return format(str(self), how)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Lazy) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other) if isinstance(other, str | Lazy) else NotImplemented

    def __hash__(self) -> int:
        return hash((self._message, *sorted(self._values)))


def speak_anew() -> None:
    """Ask once more which language it is: the member has just chosen another."""
    g.pop("speech", None)


def suggest(language: str) -> None:
    """What this request is about was agreed upon in that language: it holds where the visitor has chosen none here."""
    code = known_as(language)
    if code and getattr(g, "language_suggested", None) is None:
        g.language_suggested = code
        g.pop("speech", None)


def chosen_now() -> str | None:
    """The language that this very request chose."""
    chosen = request.args.get(_ARGUMENT)
    return chosen if chosen in known_languages() else None


def language_links(form_action: str | None = None) -> list[dict[str, Any]]:
    """This page in each language; none where there is no choice, or where it can't be loaded again.

    ``form_action``: where the page's form shows it again with what was typed: the addresses are then for buttons of that form.
    """
    codes = known_languages()
    if len(codes) < 2 or not (form_action or _can_be_loaded_again()):
        return []
    return [
        {
            "code": code,
            "name": own_name(code),
            "href": _form_in(form_action, code) if form_action else _this_page_in(code),
            "is_spoken": code == speaking(),
        }
        for code in codes
    ]


def _can_be_loaded_again() -> bool:
    return request.method == "GET" and bool(request.endpoint)


def _form_in(action: str, code: str) -> str:
    return f"{action}{'&' if '?' in action else '?'}{_ARGUMENT}={code}"


def _this_page_in(code: str) -> str:
    """Put together from the address as it is: its names are strangers' words, and would be orders to ``url_for``."""
    said = [(name, value) for name, value in request.args.items(multi=True) if name != _ARGUMENT]
    return f"{quote(request.root_path + request.path)}?{urlencode([*said, (_ARGUMENT, code)])}"


def _speech() -> Speech:
    """Found once a request."""
    if not has_request_context():
        return speech_in(WRITTEN)
    speech: Speech | None = g.get("speech")
    if speech is None:
        speech = g.speech = speech_in(_wanted(), *([STAFF] if is_below(addresses.STAFF) else []))
    return speech


@pass_eval_context
def _said(page: EvalContext, message: str, /, **values: object) -> str:
    """As Jinja's own, and ten times as fast: a page says a hundred things, and most of them hold no place."""
    text = _speech().translations.gettext(message)
    if not page.autoescape:
        return text % values
    return Markup(text) % values if values else _whole(text)  # noqa: S704 - catalogues are ours, values are escaped


@pass_eval_context
def _counted(page: EvalContext, one: str, many: str, num: int, /, **values: object) -> str:
    text = _speech().translations.ngettext(one, many, num)
    said = Markup(text) if page.autoescape else text  # noqa: S704 - as above
    return said % {"num": num, **values}


@lru_cache(maxsize=4096)
def _whole(text: str) -> Markup:
    return Markup(text % {})  # noqa: S704 - as above


def _wanted() -> str:
    """Programs are answered as all is written. Where nothing can be asked of the database: what is known without it."""
    if is_below(addresses.PROGRAMS):
        return WRITTEN
    try:
        return (_of_member() if is_below(addresses.STAFF) else None) or _of_visitor()
    except ANY_DATABASE_ERROR:
        return session.get(_KEPT) or WRITTEN


def _of_member() -> str | None:
    """None for whoever has not signed in: they are visitors still."""
    if g.get("database_rests") or not (current_user and current_user.is_authenticated):
        return None
    return known_as(current_user.language or _of_practice()) or WRITTEN


def _of_visitor() -> str:
    kept = chosen_now() or session.get(_KEPT)
    if kept in known_languages():
        return str(kept)
    suggested = g.get("language_suggested")
    return str(suggested) if suggested else _of_browser()


def _of_browser() -> str:
    """What the browser likes best of those known; the practice's comes first among equals, and where it likes none."""
    own = known_as(_of_practice()) or WRITTEN
    offered = [own, *(code for code in known_languages() if code != own)]
    return request.accept_languages.best_match(offered, own) or own


def _of_practice() -> str:
    if g.get("database_rests"):
        return WRITTEN
    try:
        return load_practice().language
    except NoPractice:
        return WRITTEN


def _keep_choice() -> None:
    """A choice in an address holds for this browser from now on; what is not known is not a choice. A frame keeps nothing."""
    g.pop("speech", None)
    g.pop("language_suggested", None)
    chosen = None if is_below(addresses.FRAMED) else chosen_now()
    if chosen and session.get(_KEPT) != chosen:
        session[_KEPT] = chosen


def _of_page() -> dict[str, Any]:
    return {"language": speaking()}


def _tell(response: Response) -> Response:
    """Pages say which language they are in, and that another reader may get another."""
    if "speech" in g and response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", speaking())
        response.vary.update(("Accept-Language", "Cookie"))
    return response
