"""The calendar file of an appointment: one entry for its whole life, neutral in what it says."""

from datetime import UTC, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from app.domain.emails import CalendarFile, Mailbox
from app.emails.facts import AppointmentFacts, Letter, PracticeFacts
from app.languages import Speech
from app.wording import address_line

_PRODUCT = "-//Stillpoint//Appointments//EN"
_AROUND = timedelta(days=2)


def calendar_file(letter: Letter, method: str) -> CalendarFile:
    """The file for a mail (REQUEST, CANCEL) or for a download (PUBLISH).

    The UID stays for the appointment's life and SEQUENCE is its revision, so that calendars change the old entry instead
    of adding a second. It holds no manage link and says nothing of the session: calendars are shared.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(letter, method))
    starts_on = letter.appointment.starts_at.date()
    calendar.add_missing_timezones(first_date=starts_on - _AROUND, last_date=starts_on + _AROUND)
    return CalendarFile(method, calendar.to_ical())


def _event(letter: Letter, method: str) -> Event:
    appointment, practice, speech = letter.appointment, letter.practice, Speech(letter.language)
    event = Event()
    event.add("uid", f"{appointment.public_id}@stillpoint")  # for life, wherever the site moves to
    event.add("sequence", appointment.revision)
    event.add("dtstamp", letter.written_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(appointment.zone))
    event.add("dtend", appointment.ends_at.astimezone(appointment.zone))
    event.add("summary", speech.gettext("%(practice)s: appointment", practice=practice.name))
    standing = "TENTATIVE" if appointment.requested else "CONFIRMED"
    event.add("status", "CANCELLED" if method == "CANCEL" or appointment.cancelled_by else standing)
    event.add("class", "PRIVATE")
    _add_place(event, appointment)
    event.add("description", _description(appointment, practice, speech))
    if method != "PUBLISH":
        event.add("organizer", _party(practice.mailbox))
        event.add("attendee", _attendee(letter.to))
    return event


def _add_place(event: Event, appointment: AppointmentFacts) -> None:
    place = address_line(appointment.address.lines)
    if place:
        event.add("location", place)


def _description(appointment: AppointmentFacts, practice: PracticeFacts, speech: Speech) -> str:
    _ = speech.gettext
    parts = [_("Reference %(reference)s.", reference=appointment.reference)]
    if appointment.address.to_be_confirmed:
        parts.append(_("The address will be confirmed."))
    if practice.phone:
        parts.append(_("Questions: %(phone)s.", phone=practice.phone))
    return " ".join(parts)


def _party(mailbox: Mailbox) -> vCalAddress:
    party = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        party.params["CN"] = vText(mailbox.name.replace('"', "'"))
    return party


def _attendee(mailbox: Mailbox) -> vCalAddress:
    attendee = _party(mailbox)
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee
