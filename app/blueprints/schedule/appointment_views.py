"""One appointment: all that is known of it, and a failed message sent again."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.outbox import retry
from app.blueprints.schedule import words
from app.blueprints.schedule.asked import offered_places, seen_appointment
from app.blueprints.schedule.day_views import back_to_where_it_was
from app.blueprints.schedule.history import history_of, state_badge_of
from app.blueprints.schedule.inbox import marks_for, may_send_again
from app.blueprints.schedule.lateness import QUICK, lateness_words, may_be_late
from app.blueprints.schedule.safety_facts import NOTHING_OPENED, Opened, safety_of
from app.blueprints.schedule.told import ledger_of
from app.blueprints.schedule.undoing import offered_undo
from app.domain.appointments import State, may_be_moved, may_become
from app.domain.missed import needs_approval
from app.domain.wallclock import local_date, local_time, zone_named
from app.domain.workday import may_be_undone
from app.store.appointment_facts import AppointmentFacts
from app.store.care import count_check_ins
from app.store.clients import count_missed, group_of
from app.store.ledger import list_of_appointment
from app.store.overrides import list_overrides
from app.store.planned import find_trouble, lacks_second
from app.store.practice import load_practice
from app.store.reviews import latest_review
from app.web.access import DESK, OWNER, actor, signed_in
from app.web.intake_standing import intake_standing
from app.web.language import _
from app.web.local_words import short_when_words
from app.web.rule_names import rule_name

_NOTHING_TO_REPEAT = frozenset({State.REQUESTED, State.DECLINED, State.LAPSED})


def appointment(reference: str) -> str:
    """Everything known about it."""
    return appointment_page(seen_appointment(reference))


def send_again(reference: str, message_id: int) -> Response:
    """Give a message of the appointment that failed another chance."""
    seen = seen_appointment(reference)
    if message_id not in {one.id for one in list_of_appointment(seen.id) if one.state == "failed"}:
        flash(_("That message does not need to be sent again."), "info")
    elif retry(message_id, clock.now(), actor()):
        flash(_("The message is on its way again."), "success")
    return back_to_where_it_was(reference)


def appointment_page(seen: AppointmentFacts, opened: Opened = NOTHING_OPENED) -> str:
    """All that is known of it, and what has just been opened or typed."""
    zone, now = zone_named(seen.zone), clock.now()
    return render_template(
        "pages/schedule/appointment.html",
        section="schedule",
        a=seen,
        zone=zone,
        day=local_date(seen.starts_at, zone),
        at_place=seen.location_slug if len(offered_places(load_practice(), now)) > 1 else None,
        marks=marks_for(seen),
        may_send_again=may_send_again(),
        check_ins=count_check_ins(seen.id) if seen.state is State.COMPLETED else 0,
        opened=opened,
        undo=offered_undo(),
        trouble=_trouble(seen, now),
        second_url=_second_url(seen, zone, now),
        ledger=ledger_of(seen, zone, now),
        history=history_of(seen.id, zone),
        badge=state_badge_of(seen, now),
        late=lateness_words(seen),
        quick=QUICK,
        overrides=_overrides(seen, zone),
        intake=intake_standing([seen.client_id], now),
        safety=safety_of(seen, now, opened),
        **_acts(seen, now),
    )


def _acts(seen: AppointmentFacts, now: datetime) -> dict[str, Any]:
    """What can be done with it, by this member."""
    runs = signed_in().has_any((OWNER, DESK))
    requested = seen.state is State.REQUESTED
    return {
        "may_undo": may_be_undone(seen.state, seen.previous_state),
        "may_move": may_be_moved(seen.state),
        "may_cancel": may_become(seen.state, State.CANCELLED),
        "may_read": signed_in().may_read_note(seen.therapist_id),
        "may_repeat": runs and seen.state not in _NOTHING_TO_REPEAT and not seen.is_closed,
        "missed": _missed(seen, now) if requested else None,
        "may_be_late": may_be_late(seen, now),
    }


def _trouble(seen: AppointmentFacts, now: datetime) -> str | None:
    """Why it no longer fits the settings, if so."""
    trouble = find_trouble(seen.id, now)
    return words.trouble_words(trouble, seen.therapist, seen.chaperone) if trouble else None


def _second_url(seen: AppointmentFacts, zone: ZoneInfo, now: datetime) -> str | None:
    """Where somebody else is looked for, at the same time, in place of a second person who can't be there."""
    if seen.chaperone_id is None or not may_be_moved(seen.state) or not lacks_second(seen.id, now):
        return None
    start = local_time(seen.starts_at, zone).isoformat(timespec="minutes")
    return url_for(
        "schedule.check_move", reference=seen.reference, start=start, therapist=seen.therapist_slug
    )


def _missed(seen: AppointmentFacts, now: datetime) -> dict[str, Any] | None:
    """Why a request waits for the desk: what the client has missed lately; none where it waits for a review alone."""
    within = load_practice().policy.missed_within
    counts = count_missed(group_of(seen.client_id), now - within)
    if latest_review(seen.id) is not None and not needs_approval(counts, load_practice().policy):
        return None
    return {"counts": counts, "days": within.days}


def _overrides(seen: AppointmentFacts, zone: ZoneInfo) -> list[str]:
    """Which rules were set aside for it, by whom and when."""
    return [
        f"{rule_name(line.refusal)}: {line.by}, {short_when_words(line.at, zone)}"
        for line in list_overrides(seen.id)
    ]
