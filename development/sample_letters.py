"""Letters of every kind with plainly invented facts: for pictures, and for tests of what mails say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.addresses import Address
from app.domain.agenda import AgendaChanged, AgendaFlag
from app.domain.care import CheckInAnswer
from app.domain.emails import Mailbox
from app.domain.notifications import Kind
from app.domain.spans import Span
from app.emails.facts import (
    AccountLetter,
    Advice,
    AgendaChange,
    AgendaLetter,
    AgendaSession,
    AppointmentFacts,
    Before,
    ClientLinks,
    GuideLink,
    Letter,
    PracticeFacts,
    Price,
)

PRACTICE = PracticeFacts(
    name="Kneaded Tranquility",
    url="https://book.example.com",
    mailbox=Mailbox("Kneaded Tranquility", "bookings@example.com"),
    phone="412-555-0135",
    reply_to="hello@example.com",
    emergency_number="911",
)
CLIENT = Mailbox("Jo Park", "jo@example.com")
THERAPIST = Mailbox("Dana Reyes", "dana@example.com")
ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 11, 24, 14, 30, tzinfo=ZONE).astimezone(UTC)
WRITTEN = datetime(2026, 11, 19, 12, tzinfo=UTC)
MESSAGE_ID = "<0123456789abcdef@book.example.com>"

_PAGE = "https://book.example.com/appointment/WyJxOFozZjBXayIsMV0.2f7QzNnJt0s"
LINKS = ClientLinks(
    manage=_PAGE,
    confirm=f"{_PAGE}/confirm",
    move=f"{_PAGE}/move",
    cancel=f"{_PAGE}/cancel",
    cannot_come=f"{_PAGE}/cannot-come",
    changed=f"{_PAGE}/changed",
    intake=f"{_PAGE}/intake",
    choices=f"{_PAGE}/messages",
    check_in={
        answer: f"{_PAGE}/check-in/{code}"
        for answer, code in zip(CheckInAnswer, ("aK3x", "bT7q", "cM1z", "dR9w"), strict=True)
    },
    again="https://book.example.com/book/again/WyJxOFozZjBXayIsMV0.5vKq8Wb2c1M",
    stop_aftercare="https://book.example.com/messages/stop/WyJxOFozZjBXayJd.9gh2",
)
APPOINTMENT = AppointmentFacts(
    public_id="q8Z3f0Wk2mVb",
    reference="KT-7F3MQ",
    revision=2,
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    zone=ZONE,
    address=Address("100 Example Avenue\nPittsburgh, PA 15205"),
    therapist="Dana Reyes",
    client="Jo Park",
    service="Psoas release",
    minutes=60,
    first_visit=True,
    free_change_until=START - timedelta(hours=24),
    price=Price(9500, "USD"),
    room="Willow",
    arrival="Ring at the side door.",
)

_ADVICE = {
    "en": {
        "day": Advice(
            "The day before",
            "- Drink as usual; *no alcohol*, no hard training.\n- Put out loose clothes with an elastic waist.",
        ),
        "hours": Advice(
            "In the hours before",
            "Nothing heavy to eat in the last two hours.\n\n[How to find us](https://example.com/way)",
        ),
        "arrival": Advice(
            "When you arrive",
            "Come 15 minutes early. Say **stop** at any time, for any reason, and we stop.",
        ),
        "after": Advice(
            "The next days",
            "Some soreness for a day or two is common. Walk, and stretch lightly.",
            (
                GuideLink("wide-ribs", "Wide ribs, heavy hips"),
                GuideLink("five-small-things", "Five small things"),
            ),
        ),
        "help": Advice(
            "If something feels wrong",
            "**Call 911 at once** for chest pain, fainting or a leg that becomes weaker.\n\n"
            "**Phone us** whenever you are not sure.",
        ),
    },
    "fr": {
        "day": Advice(
            "La veille",
            "- Buvez comme d\u2019habitude; *pas d\u2019alcool*, pas d\u2019entraînement intense.\n"
            "- Préparez des vêtements amples, à taille élastique.",
        ),
        "hours": Advice(
            "Dans les heures qui précèdent", "Pas de repas lourd dans les deux dernières heures."
        ),
        "arrival": Advice("À votre arrivée", "Venez 15 minutes d\u2019avance. Dites **stop** à tout moment."),
        "after": Advice(
            "Les jours suivants",
            "Marchez, et étirez-vous légèrement.",
            (GuideLink("wide-ribs", "Côtes larges, hanches lourdes"),),
        ),
        "help": Advice(
            "Si quelque chose ne va pas",
            "**Appelez tout de suite le 911** en cas de douleur à la poitrine ou d\u2019évanouissement.\n\n"
            "**Téléphonez-nous** dès que vous avez un doute.",
        ),
    },
}


def letter(kind: Kind, language: str = "en", **changes: Any) -> Letter:
    """A letter of that kind; ``changes`` go to the letter or to its appointment, wherever there is such a field."""
    for_client = kind.startswith("appointment")
    usual = _usual(kind, _ADVICE[language if language in _ADVICE else "en"])
    of_appointment = {name: value for name, value in (usual | changes).items() if hasattr(APPOINTMENT, name)}
    made = Letter(
        kind=kind,
        message_id=MESSAGE_ID,
        to=CLIENT if for_client else THERAPIST,
        practice=PRACTICE,
        appointment=replace(_appointment_in(language), **of_appointment),
        language=language,
        written_at=WRITTEN,
        links=LINKS if for_client else None,
        to_therapist=not for_client,
    )
    return replace(
        made, **{name: value for name, value in (usual | changes).items() if name not in of_appointment}
    )


def _appointment_in(language: str) -> AppointmentFacts:
    if language.startswith("fr"):
        return replace(APPOINTMENT, service="Relâchement du psoas", arrival="Sonnez à la porte de côté.")
    return APPOINTMENT


def _usual(kind: Kind, advice: dict[str, Advice]) -> dict[str, Any]:
    """What a letter of that kind usually tells beside the appointment."""
    news = {
        "preparation": (advice["arrival"],),
        "still_to_come": (START - timedelta(days=3), START - timedelta(days=1)),
    }
    last_week = Before(START - timedelta(days=7, hours=3, minutes=30))
    usual: dict[Kind, dict[str, Any]] = {
        Kind.APPOINTMENT_REQUESTED: {"requested": True, "review_until": WRITTEN + timedelta(hours=24)},
        Kind.APPOINTMENT_BOOKED: news | {"feels_wrong": (advice["help"],), "asks_intake": True},
        Kind.APPOINTMENT_MOVED: news | {"before": last_week},
        Kind.APPOINTMENT_ADDRESS: {"address": Address("247 Sample Road\nLower Level\nPittsburgh, PA 15219")},
        Kind.APPOINTMENT_CANCELLED: {"cancelled_by": "client"},
        Kind.APPOINTMENT_LAPSED: {"cancelled_by": "clinic", "lapsed": True},
        Kind.APPOINTMENT_REMINDER: {
            "preparation": (advice["day"],),
            "written_at": START - timedelta(days=3),
            "still_to_come": (START - timedelta(days=1),),
        },
        Kind.APPOINTMENT_PREPARATION: {
            "preparation": (advice["day"], advice["hours"]),
            "written_at": START - timedelta(days=1),
        },
        Kind.APPOINTMENT_AFTERCARE: {
            "aftercare": (advice["after"],),
            "feels_wrong": (advice["help"],),
            "asks_how_it_went": True,
            "written_at": START + timedelta(hours=25),
        },
        Kind.THERAPIST_MOVED: {"before": last_week},
        Kind.THERAPIST_CANCELLED: {"cancelled_by": "client"},
        Kind.SECOND_MOVED: {"before": last_week},
        Kind.SECOND_RELEASED: {"cancelled_by": "client"},
    }
    return usual.get(kind, {})


def agenda(language: str = "en", **changes: Any) -> AgendaLetter:
    """A full day with a gap, a pause, flags and changes."""
    made = AgendaLetter(
        message_id=MESSAGE_ID,
        to=THERAPIST,
        practice=PRACTICE,
        language=language,
        day=date(2026, 11, 24),
        zone=ZONE,
        sessions=(
            _session("9:00", 75, "Ana Iñárritu", "KT-2B7QX", AgendaFlag.FIRST_VISIT, AgendaFlag.NOTE),
            _session("10:30", 60, "Robin Vale", "KT-9C4TR", AgendaFlag.CONFIRMED),
            _session("14:30", 60, "Jo Park", "KT-7F3MQ", AgendaFlag.CONFIRMED),
            _session("16:00", 90, "Sam O\u2019Neill", "KT-5H8WN", AgendaFlag.MESSAGE_FAILED),
            _session("18:00", 30, "Kim Adler", "KT-3D6VK"),
        ),
        gaps=(Span(_at("11:45"), _at("13:00")),),
        changes=(
            AgendaChange(_at("16:00"), "Sam O\u2019Neill", AgendaChanged.NEW),
            AgendaChange(_at("12:00"), "Lee Example", AgendaChanged.CANCELLED),
        ),
    )
    return replace(made, **changes)


def account(language: str = "en") -> AccountLetter:
    """A message about a staff account."""
    text = "Choose a new password here:\n\nhttps://book.example.com/staff/reset/token\n\nThe link works for an hour."
    return AccountLetter(MESSAGE_ID, THERAPIST, PRACTICE, language, "Your password", text)


def sample(kind: Kind, language: str = "en") -> Letter | AgendaLetter | AccountLetter:
    """One of each kind."""
    others: dict[Kind, Callable[[str], AgendaLetter | AccountLetter]] = {
        Kind.THERAPIST_AGENDA: agenda,
        Kind.ACCOUNT_MESSAGE: account,
    }
    return others[kind](language) if kind in others else letter(kind, language)


def _at(clock: str) -> datetime:
    hours, _, minutes = clock.partition(":")
    return datetime(2026, 11, 24, int(hours), int(minutes), tzinfo=ZONE).astimezone(UTC)


def _session(clock: str, minutes: int, client: str, reference: str, *flags: AgendaFlag) -> AgendaSession:
    starts_at = _at(clock)
    ends_at = starts_at + timedelta(minutes=minutes)
    return AgendaSession(starts_at, ends_at, client, "Psoas release", reference, "Willow", flags)
