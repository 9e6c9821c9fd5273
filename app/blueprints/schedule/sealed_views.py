"""What a client entrusted to the practice about an appointment: shown once when opened, and each opening is written down."""

from flask import abort, flash
from werkzeug.wrappers import Response

from app import clock
from app.actions import answering
from app.actions.notes import open_note, open_reason
from app.actions.overrides import open_whys
from app.blueprints.schedule import words
from app.blueprints.schedule.appointment_views import appointment_page
from app.blueprints.schedule.asked import readable_appointment
from app.blueprints.schedule.day_views import back_to_where_it_was
from app.blueprints.schedule.safety_facts import Opened
from app.domain.wallclock import zone_named
from app.store.care import find_task
from app.web.access import actor, signed_in
from app.web.language import _
from app.web.local_words import short_when_words

_LARGEST = 2**31 - 1


def note(reference: str) -> str:
    """What the client wrote to the therapist."""
    seen = readable_appointment(reference)
    return appointment_page(seen, Opened(note=open_note(seen.id, actor(), clock.now())))


def check_in(reference: str) -> str:
    """How the client felt after the session."""
    seen = readable_appointment(reference)
    answers = answering.open_check_in(seen.id, actor(), clock.now())
    zone = zone_named(seen.zone)
    shown = [(str(words.ANSWERS[answer]), short_when_words(at, zone)) for answer, at in answers]
    return appointment_page(seen, Opened(check_ins=shown))


def reason(reference: str) -> str:
    """Why the client can't, or could not, come."""
    seen = readable_appointment(reference)
    opened = open_reason(seen.id, actor(), clock.now())
    said = str(words.REASONS.get(opened or "", opened or _("There is none any more.")))
    return appointment_page(seen, Opened(reason=said))


def override_reason(reference: str) -> str:
    """Why a rule was set aside for it."""
    seen = readable_appointment(reference)
    opened = open_whys(seen.id, actor(), clock.now())
    return appointment_page(seen, Opened(whys=[str(words.WHYS.get(why, why)) for why in opened]))


def settle_task(task_id: int) -> Response:
    """Somebody has seen to it: the client was called, or has a new time."""
    task = find_task(task_id) if task_id <= _LARGEST else None
    if task is None or not signed_in().may_see(task.appointment.therapist_id):
        abort(404)
    reference = task.appointment.reference
    if answering.settle_task(task_id, actor(), clock.now()):
        flash(_("Noted as done."), "success")
    else:
        flash(_("Somebody had noted that already."), "info")
    return back_to_where_it_was(reference)
