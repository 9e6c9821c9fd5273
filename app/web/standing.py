"""How things stand, in a word with a sign and a tint; and what roles are called: for badges, cards and lists of the staff."""

from app.domain.staff import StaffRole
from app.web.language import Lazy, lazy

#: State of an appointment: word, sign, tint.
APPOINTMENTS: dict[str, tuple[Lazy, str, str]] = {
    "requested": (lazy("to review"), "question", "amber"),
    "booked": (lazy("booked"), "ring", "blue"),
    "confirmed": (lazy("confirmed"), "check", "blue"),
    "arrived": (lazy("arrived"), "dot", "moss"),
    "in_session": (lazy("in session"), "half", "moss"),
    "completed": (lazy("done"), "check", "muted"),
    "no_show": (lazy("no-show"), "cross", "red"),
    "cancelled": (lazy("cancelled"), "cross", "muted"),
    "cancelled_by_client": (lazy("cancelled"), "cross", "muted"),
    "cancelled_late": (lazy("cancelled late"), "cross", "red"),
    "cancelled_by_clinic": (lazy("cancelled by us"), "cross", "muted"),
    "declined": (lazy("declined"), "cross", "muted"),
    "lapsed": (lazy("lapsed"), "clock", "muted"),
    "unresolved": (lazy("unresolved"), "question", "amber"),
    "held": (lazy("being booked"), "clock", "amber"),
}
#: State of a message: the same.
MESSAGES: dict[str, tuple[Lazy, str, str]] = {
    "planned": (lazy("planned"), "clock", "blue"),
    "due": (lazy("on its way"), "mail", "amber"),
    "sending": (lazy("on its way"), "mail", "amber"),
    "leased": (lazy("on its way"), "mail", "amber"),
    "retrying": (lazy("trying again"), "undo", "amber"),
    "sent": (lazy("sent"), "check", "moss"),
    "skipped": (lazy("not needed"), "skip", "muted"),
    "void": (lazy("not needed"), "skip", "muted"),
    "cancelled": (lazy("not needed"), "skip", "muted"),
    "failed": (lazy("failed"), "warning", "red"),
    "held": (lazy("held back"), "lock", "amber"),
}
_ROLES = {
    StaffRole.OWNER: lazy("owner"),
    StaffRole.DESK: lazy("desk"),
    StaffRole.THERAPIST: lazy("therapist"),
}


def role_words(role: StaffRole) -> str:
    """What a role is called."""
    return str(_ROLES[role])
