"""The mails whose whole text is kept in expected/, one file each.

After a change that is meant: `.venv/bin/python -m tests.emails.cases` writes the files anew; read the difference before
it is committed.
"""

from datetime import timedelta
from pathlib import Path

from app.domain.addresses import Address
from app.domain.emails import Attachment, Email
from app.domain.notifications import Kind
from app.emails.compose import compose
from app.emails.facts import AccountLetter, AgendaBeside, AgendaLetter, Before, Letter
from development.sample_letters import START, agenda, letter, sample
from tests.emails.markup import shown_text

EXPECTED = Path(__file__).parent / "expected"

LAST_WEEK = START - timedelta(days=7)
_BESIDE = AgendaBeside(START, START + timedelta(hours=1), "Sam O\u2019Neill", "Willow")


def cases() -> dict[str, Letter | AgendaLetter | AccountLetter]:
    """Name of the file -> the letter: each kind in both languages, and what is worth a look besides."""
    languages = ("en", "fr")
    usual = {f"{kind}.{language}": sample(kind, language) for kind in Kind for language in languages}
    return usual | _to_clients() | _to_staff()


def _to_clients() -> dict[str, Letter | AgendaLetter | AccountLetter]:
    booked, reminder, preparation = (
        Kind.APPOINTMENT_BOOKED,
        Kind.APPOINTMENT_REMINDER,
        Kind.APPOINTMENT_PREPARATION,
    )
    unknown = Address(None, to_be_confirmed=True, note={"en": "We move early in the year."})
    before_six = START.replace(hour=11, minute=0)  # 6:00 am there
    cancelled, aftercare = Kind.APPOINTMENT_CANCELLED, Kind.APPOINTMENT_AFTERCARE
    return {
        "appointment_booked.without_detail": letter(booked, may_say_all=False),
        "appointment_booked.with_a_change": letter(booked, altered=True, change_is_free=True),
        "appointment_requested.for_the_desk": letter(Kind.APPOINTMENT_REQUESTED, review_until=None),
        "appointment_booked.address_unknown": letter(booked, address=unknown),
        "appointment_address.address_unknown": letter(Kind.APPOINTMENT_ADDRESS, address=unknown),
        "appointment_moved.other_therapist": letter(
            Kind.APPOINTMENT_MOVED, before=Before(START, "Sam O\u2019Neill")
        ),
        "appointment_cancelled.by_the_clinic": letter(cancelled, cancelled_by="clinic"),
        "appointment_cancelled.late": letter(cancelled, cancelled_by="late"),
        "appointment_cancelled.after_a_move_never_told": letter(cancelled, before=Before(LAST_WEEK)),
        "appointment_reminder.late": letter(reminder, written_at=START - timedelta(hours=5)),
        "appointment_reminder.free_for_who_was_ill": letter(
            reminder, written_at=START - timedelta(hours=5), change_is_free=True
        ),
        "appointment_reminder.something_may_have_changed": letter(reminder, asks_what_changed=True),
        "appointment_reminder.without_detail": letter(reminder, may_say_all=False),
        "appointment_preparation.evening_before": letter(
            preparation,
            starts_at=before_six,
            ends_at=before_six + timedelta(hours=1),
            written_at=before_six - timedelta(hours=11),
        ),
        "appointment_preparation.same_day": letter(preparation, written_at=START - timedelta(hours=3)),
        "appointment_aftercare.same_day": letter(
            aftercare, asks_how_it_went=False, written_at=START + timedelta(hours=3)
        ),
        "appointment_aftercare.without_detail": letter(aftercare, may_say_all=False),
    }


def _to_staff() -> dict[str, Letter | AgendaLetter | AccountLetter]:
    cancelled = Kind.THERAPIST_CANCELLED
    return {
        "therapist_booked.for_the_desk": letter(Kind.THERAPIST_BOOKED, to_therapist=False),
        "therapist_booked.requested": letter(Kind.THERAPIST_BOOKED, requested=True),
        "therapist_booked.to_review": letter(Kind.THERAPIST_BOOKED, requested=True, review_until=LAST_WEEK),
        "therapist_cancelled.lapsed": letter(cancelled, cancelled_by="clinic", lapsed=True),
        "therapist_moved.taken_over": letter(
            Kind.THERAPIST_MOVED, to_therapist=False, before=Before(LAST_WEEK, "Sam O\u2019Neill")
        ),
        "therapist_cancelled.ill": letter(cancelled, cancelled_by="late", illness=True, change_is_free=True),
        "therapist_cancelled.handed_over": letter(cancelled, cancelled_by=None, before=Before(LAST_WEEK)),
        "therapist_agenda.one_session": agenda(sessions=agenda().sessions[:1], gaps=(), changes=()),
        "therapist_agenda.with_sheet": agenda(
            sheet=Attachment("day-sheet-2026-11-24.pdf", "application/pdf", b"%PDF")
        ),
        "therapist_agenda.nothing_left": agenda(sessions=(), gaps=()),
        "therapist_agenda.second_person": agenda(
            sessions=agenda().sessions[:1], gaps=(), changes=(), beside=(_BESIDE,)
        ),
        "therapist_agenda.second_person_only": agenda(
            "fr", sessions=(), gaps=(), changes=(), beside=(_BESIDE,)
        ),
        "second_moved.other_therapist": letter(
            Kind.SECOND_MOVED, before=Before(LAST_WEEK, "Sam O\u2019Neill")
        ),
    }


def as_told(email: Email) -> str:
    """All that a reader gets: subject, what is attached or can be stopped, text, and the words of the HTML part."""
    calendar = f"Calendar: {email.calendar.method}\n" if email.calendar else ""
    calendar += f"Attached: {email.attachment.name}\n" if email.attachment else ""
    stop = f"Stop: {email.stop_url}\n" if email.stop_url else ""
    html = shown_text(email.html)
    return f"Subject: {email.subject}\n{calendar}{stop}\n{email.text}\n--- as HTML ---\n\n{html}\n"


def write() -> None:
    """Every file anew; files of cases that are no more go away."""
    EXPECTED.mkdir(exist_ok=True)
    told = {EXPECTED / f"{name}.txt": as_told(compose(one)) for name, one in cases().items()}
    for path in set(EXPECTED.glob("*.txt")) - set(told):
        path.unlink()
    for path, text in told.items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
