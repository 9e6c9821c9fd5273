"""After a session: how the client feels, and what follows from the answer."""

from enum import StrEnum


class CheckInAnswer(StrEnum):
    """How somebody feels, compared with before the session."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NEED_HELP = "need_help"


#: Answers after which somebody of the practice calls, and the client reads at once what to do meanwhile.
ALARMING = frozenset({CheckInAnswer.WORSE, CheckInAnswer.NEED_HELP})


class TaskKind(StrEnum):
    """What somebody of the practice should do. The words say nothing of anybody's health."""

    CALL_BACK = "call_back"  # the check-in asked for it
    NEW_TIME = "new_time"  # the client can't come and has not chosen another time
    HEALTH_CHANGED = "health_changed"  # the client said that something is different now
    REVIEW_LAPSED = "review_lapsed"  # nobody answered a request in time
    ERASURE_ASKED = "erasure_asked"  # the client wants to be forgotten
    COPY_ASKED = "copy_asked"  # the client wants a copy of what is stored


#: The reason of a cancellation that is kept sealed.
ILLNESS = "illness"
