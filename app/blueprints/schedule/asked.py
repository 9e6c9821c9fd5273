"""What a request asks for, as far as the member may see it."""

from flask import abort, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.domain.practice import Location, Practice
from app.store.schedule import AppointmentFacts, find_facts
from app.web.access import signed_in

_LONGEST_REFERENCE = 16


def own_therapist_id() -> int | None:
    """Whose appointments alone may be seen; none for who sees everybody's. A therapist without a diary sees nobody's."""
    member = signed_in()
    return None if member.sees_everyone else (member.therapist_id or 0)


def asked_location(practice: Practice) -> Location | None:
    """The location that the address names, else the first one."""
    slug = request.args.get("location")
    named = next((one for one in practice.locations if one.slug == slug), None)
    return named or (practice.locations[0] if practice.locations else None)


def seen_appointment(reference: str) -> AppointmentFacts:
    """The appointment of that reference; a friendly 404 where there is none, 403 where it is another therapist's."""
    found = find_facts(reference) if len(reference) <= _LONGEST_REFERENCE else None
    if found is None:
        raise NoSuchAppointment
    if not signed_in().may_see(found.therapist_id):
        abort(403)
    return found


class NoSuchAppointment(HTTPException):
    """Nobody's reference; the page says how references look."""

    code = 404

    def get_response(self, *_args: object, **_more: object) -> Response:
        """Our page, since this happens to people who mistyped."""
        page = render_template(
            "pages/schedule/missing.html",
            section="schedule",
            title="There is no appointment of that name",
            text="References look like KT-7F3MQ; a letter may be wrong.",
        )
        return Response(page, status=404, mimetype="text/html")
