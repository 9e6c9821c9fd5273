"""What a request asks for, as far as the member may see it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import abort, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.domain.practice import Location, Practice
from app.domain.staff import StaffRole
from app.store.appointment_facts import AppointmentFacts, find_facts
from app.store.former import find_former_place, list_former_places
from app.web.access import signed_in
from app.web.language import _

_LONGEST_REFERENCE, _LONGEST_SLUG = 16, 60
_A_DAY = timedelta(days=1)


def own_therapist_id() -> int | None:
    """Whose appointments alone may be seen; none for who sees everybody's. A therapist without a diary sees nobody's."""
    member = signed_in()
    return None if member.sees_everyone else (member.therapist_id or 0)


def health_therapist() -> int | None:
    """Whose clients' health text alone opens for the member; none for the owner, for whom all does."""
    member = signed_in()
    if StaffRole.OWNER in member.roles:
        return None
    return (member.therapist_id or 0) if member.treats else 0


def offered_places(practice: Practice, now: datetime) -> Sequence[Location]:
    """The locations whose days are worth a look: those in use, and those out of use that still have sessions."""
    return [*practice.locations, *list_former_places(now - _A_DAY)]


def asked_location(places: Sequence[Location]) -> Location | None:
    """The location that the address names, in use or not, else the first one."""
    slug = request.args.get("location", "")
    named = next((one for one in places if one.slug == slug), None)
    if named is None and 0 < len(slug) <= _LONGEST_SLUG:
        named = find_former_place(slug)
    return named or (places[0] if places else None)


def seen_appointment(reference: str) -> AppointmentFacts:
    """The appointment of that reference; a friendly 404 where there is none, and where it is another therapist's: there may be one."""
    found = find_facts(reference) if len(reference) <= _LONGEST_REFERENCE else None
    if found is None or not signed_in().may_see(found.therapist_id):
        raise NoSuchAppointment
    return found


def readable_appointment(reference: str) -> AppointmentFacts:
    """The same where the member may also read what is sealed about it; 403 where not."""
    seen = seen_appointment(reference)
    if not signed_in().may_read_note(seen.therapist_id):
        abort(403)
    return seen


class NoSuchAppointment(HTTPException):
    """Nobody's reference; the page says how references look."""

    code = 404

    def get_response(self, *_args: object, **_more: object) -> Response:
        """Our page, since this happens to people who mistyped."""
        page = render_template(
            "pages/schedule/missing.html",
            section="schedule",
            title=_("There is no appointment of that name"),
            text=_("References look like KT-7F3MQ; a letter may be wrong."),
        )
        return Response(page, status=404, mimetype="text/html")
