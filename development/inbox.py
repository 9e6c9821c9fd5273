"""The demonstration's mail server: catches every message on loopback and shows it on a page."""

import argparse
import re
import signal
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from flask import Blueprint, Flask, Response, abort, current_app, render_template
from markupsafe import Markup, escape
from werkzeug.serving import WSGIRequestHandler, make_server

from development.catcher import catch
from development.mailbox import Mail, Mailbox
from development.ports import LOOPBACK

PAGE_LENGTH = 200
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A mail may carry its own style, and its links open in a new tab; nothing in it may run or call out.
MAIL_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")

_HEAD = re.compile(r"(<head\b[^>]*>)", re.IGNORECASE)

pages = Blueprint("inbox", __name__)


def create_inbox(mailbox: Mailbox) -> Flask:
    """The pages of the inbox."""
    inbox = Flask(__name__)
    inbox.extensions["mailbox"] = mailbox
    inbox.jinja_env.filters["with_links"] = _with_links
    inbox.jinja_env.filters["when"] = _when
    inbox.after_request(_guard)
    inbox.register_blueprint(pages)
    return inbox


@pages.get("/")
def index() -> str:
    """All messages, newest first."""
    return render_template("inbox/index.html", mails=_mailbox().newest(PAGE_LENGTH), latest=_latest())


@pages.get("/latest")
def latest() -> Response:
    """The newest message's key: the list asks for it to notice new mail."""
    return Response(_latest(), content_type="text/plain; charset=utf-8")


@pages.get("/mail/<key>")
def mail(key: str) -> str:
    """One message."""
    return render_template("inbox/mail.html", mail=_mail(key))


@pages.get("/mail/<key>/html")
def mail_html(key: str) -> Response:
    """The message's HTML, for the sandboxed frame."""
    found = _mail(key)
    # Links must leave the frame, or the booking page would open inside the mail.
    html = _HEAD.sub(r'\1<base target="_blank">', found.html, count=1)
    answer = Response(html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


@pages.get("/mail/<key>/attachment/<int:number>")
def attachment(key: str, number: int) -> Response:
    """One attachment, to be saved."""
    found = next((each for each in _mail(key).attachments if each.number == number), None)
    if found is None:
        abort(404)
    answer = Response(found.content, content_type="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found.filename)
    return answer


@pages.app_errorhandler(404)
def not_here(error: Exception) -> tuple[str, int]:
    """A friendly way back."""
    return render_template("inbox/missing.html"), 404


def _mailbox() -> Mailbox:
    mailbox: Mailbox = current_app.extensions["mailbox"]
    return mailbox


def _latest() -> str:
    return next(iter(_mailbox().keys()), "")


def _mail(key: str) -> Mail:
    found = _mailbox().find(key)
    if found is None:
        abort(404)
    return found


def _with_links(text: str) -> Markup:
    pieces: list[Markup] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = escape(match.group())
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(address)
        pieces += [escape(text[end : match.start()]), link]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _when(found: Mail) -> str:
    local = found.received_at.astimezone()  # this computer's own zone: the reader sits in front of it
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M:%S}"


def _guard(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


class _Quiet(WSGIRequestHandler):
    """Does not log every request: the list asks for news all the time."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""

    def version_string(self) -> str:
        return f"inbox (Flask {version('flask')})"


def serve(mailbox: Mailbox, smtp_port: int, web_port: int) -> None:
    """Runs both servers until SIGTERM or Ctrl-C."""
    catcher = catch(mailbox, smtp_port)
    inbox = create_inbox(mailbox)
    server = make_server(LOOPBACK, web_port, inbox, threaded=True, request_handler=_Quiet)

    def stop(number: int, frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        server.serve_forever()
    finally:
        server.server_close()
        catcher.stop()


def main() -> int:
    """Runs the inbox from the command line."""
    parser = argparse.ArgumentParser(prog="python -m development.inbox", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the messages are kept, one .eml each")
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument("--web-port", type=int, default=8001)
    chosen = parser.parse_args()
    try:
        serve(Mailbox(chosen.folder), chosen.smtp_port, chosen.web_port)
    except OSError as error:
        print(f"The inbox could not start: {error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
