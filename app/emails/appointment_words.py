"""An appointment in words: what the templates of its letters say of time, place and fee."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app import wording
from app.domain.notifications import SECOND_KINDS, Kind
from app.domain.practice import text_in
from app.emails.facts import AppointmentFacts, Letter, Price
from app.languages import Speech

_WITHOUT_CALENDAR = (Kind.APPOINTMENT_REMINDER, Kind.APPOINTMENT_PREPARATION, Kind.APPOINTMENT_REQUESTED)
#: Beyond this a date without its year could be taken for another one.
_YEAR_IS_PLAIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of facts: "With: Dana Reyes"."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The date as a leaf of a calendar shows it."""

    weekday: str
    day: str
    month: str


def appointment_words(letter: Letter, speech: Speech) -> dict[str, object]:
    """All that a template about an appointment needs; it should not have to know of zones."""
    told = _told_start(letter)
    appointment, language = letter.appointment, speech.language
    zone = appointment.zone
    return {
        "appointment": appointment,
        "greeting": _greeting(letter.to.name, speech),
        "when": wording.capital(_when(letter, told, speech)),
        "when_within": _when(letter, told, speech),
        "when_in_full": wording.capital(_soon(wording.when_words(told, zone, language), letter, speech)),
        "short_when": wording.capital(wording.short_when_words(told, zone, language)),
        "short_day": wording.capital(wording.short_day_words(told.astimezone(zone).date(), language)),
        "leaf": _leaf(letter, told, language),
        "until": wording.clock_words(appointment.ends_at, zone, language),
        "name_of_time": wording.zone_words(zone, language),
        "nearness": _nearness(letter, speech),
        "address_lines": _lines(appointment.address.lines),
        "address_note": text_in(appointment.address.note, language),
        "may_change": _may_change(letter),
        "other_time": letter.before is None or letter.before.starts_at != appointment.starts_at,
        "more_to_come": _more_to_come(letter, speech),
        "names_emergency": _names_emergency(letter),
        "confirm_by": _confirm_by(letter, speech),
        "rows": list(_rows(letter, speech)),
    }


def _confirm_by(letter: Letter, speech: Speech) -> str:
    until = letter.appointment.review_until
    return wording.near_when_words(until, letter.appointment.zone, speech.language) if until else ""


def _told_start(letter: Letter) -> datetime:
    """A cancelled appointment is called by the time that the reader knew."""
    cancels = letter.kind in (
        Kind.APPOINTMENT_CANCELLED,
        Kind.APPOINTMENT_DECLINED,
        Kind.APPOINTMENT_LAPSED,
        Kind.THERAPIST_CANCELLED,
        Kind.SECOND_RELEASED,
    )
    return letter.before.starts_at if letter.before and cancels else letter.appointment.starts_at


def _rows(letter: Letter, speech: Speech) -> Iterator[Row]:
    """The facts of a letter of that kind, those that there are."""
    if letter.kind.startswith("therapist"):
        rows = _staff_rows(letter, speech)
    elif letter.kind in SECOND_KINDS:
        rows = _second_rows(letter, speech)
    elif letter.kind is Kind.APPOINTMENT_CANCELLED:
        rows = iter((_with(letter, speech), _calendar(speech, gone=True)))
    elif letter.kind in (Kind.APPOINTMENT_DECLINED, Kind.APPOINTMENT_LAPSED):
        rows = iter((_with(letter, speech),))
    else:
        rows = _client_rows(letter, speech)
    return (row for row in rows if row.value)


def _client_rows(letter: Letter, speech: Speech) -> Iterator[Row]:
    _, appointment = speech.gettext, letter.appointment
    if letter.before is not None:
        yield _before(letter, speech)
    yield _with(letter, speech)
    if letter.kind is not Kind.APPOINTMENT_ADDRESS:
        yield _where(appointment, speech)
    yield Row(_("Arriving"), appointment.arrival)
    yield _session(letter, speech)
    if letter.kind is Kind.APPOINTMENT_PREPARATION:
        late = _("call %(phone)s", phone=letter.practice.phone) if letter.practice.phone else ""
        yield Row(_("Running late"), late)
    else:
        yield Row(_("Price"), _price(appointment.price, speech))
    yield Row(_("Free change"), _free_change(letter, speech))
    if letter.kind not in _WITHOUT_CALENDAR:
        yield _calendar(speech)


def _staff_rows(letter: Letter, speech: Speech) -> Iterator[Row]:
    _, appointment = speech.gettext, letter.appointment
    tells_all = letter.kind in (Kind.THERAPIST_BOOKED, Kind.THERAPIST_MOVED)
    if letter.before is not None and letter.kind is Kind.THERAPIST_MOVED:
        yield _before(letter, speech)
    first = tells_all and appointment.first_visit
    yield Row(
        _("Client"), _("%(name)s, first visit", name=appointment.client) if first else appointment.client
    )
    if not letter.to_therapist:
        yield _with(letter, speech)
    yield _session(letter, speech)
    if tells_all:
        yield Row(_("Room"), appointment.room or "")
        yield _where(appointment, speech)
        by_desk = _("the desk") if appointment.booked_by_staff else _("the client, on the web")
        yield Row(_("Booked by"), by_desk)
        if appointment.requested:
            yield Row(_("State"), _waits(letter, speech))


def _second_rows(letter: Letter, speech: Speech) -> Iterator[Row]:
    """When, where and with which colleague: a second person need not know beforehand whose session it is, nor what for."""
    _, appointment = speech.gettext, letter.appointment
    if letter.kind is Kind.SECOND_MOVED:
        yield _before(letter, speech)
    if letter.kind is not Kind.SECOND_RELEASED:
        yield _with(letter, speech)
        yield Row(_("Room"), appointment.room or "")
        yield _where(appointment, speech)
        yield Row(_("How long"), speech.ngettext("%(num)d minute", "%(num)d minutes", appointment.minutes))


def _waits(letter: Letter, speech: Speech) -> str:
    """For the desk's approval, or for a look by who treats, until when."""
    until = letter.appointment.review_until
    if until is None:
        return speech.gettext("waits for the desk's approval")
    when = wording.near_when_words(until, letter.appointment.zone, speech.language)
    return speech.gettext("waits for an answer until %(when)s; after that the time is given back", when=when)


def _with(letter: Letter, speech: Speech) -> Row:
    return Row(speech.gettext("With"), letter.appointment.therapist)


def _where(appointment: AppointmentFacts, speech: Speech) -> Row:
    place = wording.address_line(appointment.address.lines)
    unknown = speech.gettext("The address will be confirmed.")
    return Row(speech.gettext("Where"), place or unknown, text_in(appointment.address.note, speech.language))


def _session(letter: Letter, speech: Speech) -> Row:
    _, minutes = speech.gettext, letter.appointment.minutes
    length = speech.ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if letter.may_say_all:
        return Row(_("Session"), f"{letter.appointment.service}, {length}")
    return Row(_("How long"), length)


def _before(letter: Letter, speech: Speech) -> Row:
    """What no longer holds: the old time, and who it was with where that is another one now."""
    _, before, zone = speech.gettext, letter.before, letter.appointment.zone
    if before is None:
        return Row("", "")
    moved = before.starts_at != letter.appointment.starts_at
    when = wording.near_when_words(before.starts_at, zone, speech.language) if moved else ""
    if before.therapist is None:
        return Row(_("Before"), when)
    if not when:
        return Row(_("Before"), _("with %(therapist)s", therapist=before.therapist))
    return Row(_("Before"), _("%(when)s, with %(therapist)s", when=when, therapist=before.therapist))


def _calendar(speech: Speech, *, gone: bool = False) -> Row:
    _ = speech.gettext
    said = _("the file attached takes it out") if gone else _("attached, and updated if anything changes")
    return Row(_("Calendar"), said)


def _free_change(letter: Letter, speech: Speech) -> str:
    _, appointment = speech.gettext, letter.appointment
    if appointment.change_is_free:
        return _("at any time; there is no fee for you")
    if letter.written_at < appointment.free_change_until:
        until = wording.near_when_words(appointment.free_change_until, appointment.zone, speech.language)
        return _("until %(when)s", when=until)
    if letter.practice.phone:
        return _("the time for it has passed; please call %(phone)s", phone=letter.practice.phone)
    return _("the time for it has passed; please write to us")


def _may_change(letter: Letter) -> bool:
    return letter.appointment.change_is_free or letter.written_at < letter.appointment.free_change_until


def _price(price: Price | None, speech: Speech) -> str:
    if price is None:
        return ""
    amount = wording.money_words(price.minor, price.currency, speech.language)
    if not price.tax_percent:
        return amount
    return speech.gettext("%(amount)s plus %(percent)s%% tax", amount=amount, percent=price.tax_percent)


def _when(letter: Letter, told: datetime, speech: Speech) -> str:
    """Tuesday 24 November, 2:30 pm."""
    zone, language = letter.appointment.zone, speech.language
    if abs(told - letter.written_at) > _YEAR_IS_PLAIN:
        return _soon(wording.when_words(told, zone, language), letter, speech)
    return _soon(wording.near_when_words(told, zone, language), letter, speech)


def _soon(when: str, letter: Letter, speech: Speech) -> str:
    """What comes soon is also called today or tomorrow."""
    if letter.kind not in (Kind.APPOINTMENT_REMINDER, Kind.APPOINTMENT_PREPARATION):
        return when
    days = _days_ahead(letter)
    if days == 0:
        return speech.gettext("Today, %(when)s", when=when)
    return speech.gettext("Tomorrow, %(when)s", when=when) if days == 1 else when


def _nearness(letter: Letter, speech: Speech) -> str:
    """How near it is, by the calendar where it happens, as a sentence."""
    _, days = speech.gettext, _days_ahead(letter)
    if days == 0:
        return _("Your appointment is today.")
    if days == 1:
        return _("Your appointment is tomorrow.")
    start = letter.appointment.starts_at.astimezone(letter.appointment.zone)
    return _("Your appointment is on %(day)s.", day=wording.day_words(start.date(), speech.language))


def _days_ahead(letter: Letter) -> int:
    zone = letter.appointment.zone
    starts_on = letter.appointment.starts_at.astimezone(zone).date()
    return (starts_on - letter.written_at.astimezone(zone).date()).days


def _more_to_come(letter: Letter, speech: Speech) -> str:
    zone, language = letter.appointment.zone, speech.language
    dates = sorted({instant.astimezone(zone).date() for instant in letter.still_to_come})
    if not dates:
        return ""
    days = [speech.gettext("on %(day)s", day=wording.day_words(day, language)) for day in dates]
    listed = wording.list_words(days, language)
    return speech.gettext("We write again %(on_days)s, with what is useful then.", on_days=listed)


def _names_emergency(letter: Letter) -> bool:
    """Whether the advice shown already says which number to call."""
    number = letter.practice.emergency_number
    return (
        bool(number)
        and letter.may_say_all
        and any(number in step.text for step in letter.feels_wrong if number)
    )


def _greeting(name: str, speech: Speech) -> str:
    """By the first name; without one where it is not plainly the first word."""
    first = wording.first_name(name)
    if first:
        return speech.gettext("Hello %(name)s.", name=first)
    return speech.gettext("Hello.")


def _leaf(letter: Letter, told: datetime, language: str) -> Leaf:
    day = told.astimezone(letter.appointment.zone).date()
    return leaf_of(day, language)


def leaf_of(day: date, language: str) -> Leaf:
    """That day on a calendar's leaf."""
    return Leaf(*(wording.pattern_words(day, pattern, language) for pattern in ("EEE", "d", "MMM")))


def _lines(address: str | None) -> list[str]:
    return [line.strip() for line in (address or "").splitlines() if line.strip()]
