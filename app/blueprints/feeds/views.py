"""The page on which addresses of diaries are made and ended, and the address itself."""

import hashlib
from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import clock
from app.actions.feeds import BACK, CannotAdd, add_feed, diary_of, end_feed
from app.domain.practice import Therapist
from app.links import site_url
from app.store.feeds import FeedLine, find_feed, list_feeds
from app.store.practice import load_practice
from app.web.access import actor, signed_in, staff_only
from app.web.language import _
from app.web.limits import PUBLIC_READS, limit
from app.web.local_words import in_words

blueprint = Blueprint("feeds", __name__)
_LARGEST = 2**31 - 1


@blueprint.get("/staff/feeds")
@staff_only()
def index() -> str:
    """The living addresses, and a form for another."""
    return _page()


@blueprint.post("/staff/feeds")
@staff_only()
def add() -> str | tuple[str, int]:
    """Make an address, and show it this once."""
    therapist = next((one for one in _offered() if one.slug == request.form.get("therapist")), None)
    if therapist is None:
        abort(404)
    name = request.form.get("name", "")
    try:
        made = add_feed(therapist.id, name, actor(), clock.now())
    except CannotAdd as problem:
        return _page(problem=in_words(str(problem)), name=name, chosen=therapist.slug), 422
    return _page(address=site_url(url_for("feeds.diary", token=made.token)), made=made.feed_id)


@blueprint.post("/staff/feeds/<int:feed_id>/end")
@staff_only()
def end(feed_id: int) -> Answer:
    """From now on the address opens nothing."""
    feed = find_feed(feed_id) if feed_id <= _LARGEST else None
    if feed is None or not signed_in().may_see(feed.therapist_id):
        abort(404)
    name = feed.name
    if end_feed(feed_id, actor(), clock.now()):
        flash(
            _("The address “%(name)s” has ended. Calendars that use it get nothing more.", name=name),
            "success",
        )
    else:
        flash(_("That address had ended already."), "info")
    return redirect(url_for("feeds.index"))


@blueprint.get("/calendar/<token>.ics")
@limit(PUBLIC_READS)
def diary(token: str) -> Answer:
    """The diary behind a secret address. It says of no wrong address whether there ever was one like it."""
    content = diary_of(token, clock.now())
    if content is None:
        abort(404)
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="diary.ics"'
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return answer.make_conditional(request)


def _offered() -> Sequence[Therapist]:
    """Whose diaries the member may give an address."""
    return [one for one in load_practice().therapists if signed_in().may_see(one.id)]


def _lines() -> list[FeedLine]:
    member = signed_in()
    return list_feeds(None if member.sees_everyone else (member.therapist_id or 0))


def _page(
    problem: str | None = None,
    name: str = "",
    chosen: str | None = None,
    address: str | None = None,
    made: int | None = None,
) -> str:
    practice = load_practice()
    own = practice.therapist_with_id(signed_in().therapist_id or 0)
    return render_template(
        "pages/feeds/index.html",
        section="hours" if own else "settings",
        lines=_lines(),
        therapists=_offered(),
        chosen=chosen or (own.slug if own else None),
        problem=problem,
        name=name,
        address=address,
        made=made,
        back_days=BACK.days,
        ahead_days=practice.policy.horizon.days,
        zone=practice.places[0].zone if practice.places else None,
    )
