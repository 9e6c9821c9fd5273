"""All messages, one of them, and the list of calls; every view shows a therapist only what is theirs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import clock
from app.actions import outbox
from app.actions.notices import settle_call
from app.blueprints.messages import asked as asking
from app.blueprints.messages import listing, picture, showing
from app.blueprints.schedule import words
from app.blueprints.schedule.asked import own_therapist_id
from app.blueprints.schedule.calling import call_list
from app.blueprints.schedule.inbox import may_send_again
from app.domain.notifications import Audience, Kind
from app.domain.staff import StaffRole
from app.store.ledger import load_sending
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, actor, staff_only
from app.web.language import _

blueprint = Blueprint("messages", __name__, url_prefix="/staff/messages")
#: A mail as it was sent: its own looks, and nothing else: no script, no picture from elsewhere, no form.
_AS_SENT = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox"
)


def index() -> str:
    """The messages of the last 30 days and all that is planned: a picture, the numbers, the list."""
    now, zone, asked = clock.now(), load_practice().first_zone, asking.asked()
    page = listing.page_of(asked, now, zone)
    month = picture.load_month(now, zone, own_therapist_id())
    calls = len(call_list(now, own_therapist_id()))
    return render_template(
        "pages/messages/index.html",
        section="messages",
        asked=asked,
        now=now,
        zone=zone,
        page=page,
        lines=[listing.shown(line, zone) for line in page.lines],
        turns=listing.turns(page, asked),
        month=month,
        drawn=picture.drawn(month),
        troubles=picture.troubles(load_sending(now), now, zone),
        calls=calls,
        tiles=picture.tiles(month, calls),
        all_of_it=asking.Asked(state=asked.state).href(),
        kinds=[(kind.value, words.MESSAGES[kind]) for kind in Kind],
        audiences=[(one.value, words.AUDIENCES[one]) for one in Audience],
    )


def calls() -> str:
    """Whom to call instead, what to say, and a button for when it is done; also for paper."""
    now = clock.now()
    return render_template(
        "pages/messages/calls.html",
        section="messages",
        calls=call_list(now, own_therapist_id()),
        now=now,
        zone=load_practice().first_zone,
    )


def show(message_id: int) -> str:
    """Everything about one message; what one that has not been sent would say."""
    return _page(message_id, clock.now())


def open_copy(message_id: int) -> str | tuple[str, int]:
    """The words of a message as it was sent, shown once; opening it is written down."""
    showing.openable_message(message_id)
    now = clock.now()
    copy = outbox.open_copy(message_id, actor(), now)
    return _page(message_id, now, copy=copy) if copy else (_page(message_id, now, no_copy=True), 404)


def as_sent(message_id: int) -> Response | tuple[str, int]:
    """The mail itself, in its own looks, on a page that can do nothing; opening it is written down."""
    showing.openable_message(message_id)
    now = clock.now()
    copy = outbox.open_copy(message_id, actor(), now)
    if copy is None:
        return _page(message_id, now, no_copy=True), 404
    return Response(copy.html, mimetype="text/html", headers={"Content-Security-Policy": _AS_SENT})


def again(message_id: int) -> Answer:
    """Give a message that failed, or was not needed, another chance."""
    facts = showing.seen_message(message_id)
    if not showing.may_go_again(facts):
        flash(_("That message does not need to be sent again."), "info")
    elif outbox.retry(message_id, clock.now(), actor()):
        flash(_("The message is on its way again."), "success")
    return redirect(url_for("messages.show", message_id=message_id))


def called(message_id: int) -> Answer:
    """The client has been told on the telephone."""
    facts = showing.seen_message(message_id)
    if settle_call(message_id, actor(), clock.now()):
        flash(_("Noted: %(client)s was called.", client=facts.line.client or "the client"), "success")
    else:
        flash(_("Somebody had noted that call already."), "info")
    from_list = request.form.get("from") == "list"
    return redirect(
        url_for("messages.calls") if from_list else url_for("messages.show", message_id=message_id)
    )


def _page(message_id: int, now: datetime, copy: Any = None, no_copy: bool = False) -> str:
    facts, zone = showing.seen_message(message_id), load_practice().first_zone
    return render_template(
        "pages/messages/show.html",
        section="messages",
        **showing.everything(facts, zone, now),
        may_send_again=may_send_again() and showing.may_go_again(facts),
        copy=copy,
        no_copy=no_copy,
        zone=zone,
    )


def _add(path: str, name: str, view: Callable[..., Any], *roles: StaffRole, method: str = "GET") -> None:
    blueprint.add_url_rule(path, name, staff_only(*roles)(view), methods=[method])


_add("", "index", index)
_add("/calls", "calls", calls)
_add("/<int:message_id>", "show", show)
_add("/<int:message_id>/copy", "open_copy", open_copy, method="POST")
_add("/<int:message_id>/as-sent", "as_sent", as_sent, method="POST")
_add("/<int:message_id>/again", "again", again, OWNER, DESK, method="POST")
_add("/<int:message_id>/called", "called", called, method="POST")
