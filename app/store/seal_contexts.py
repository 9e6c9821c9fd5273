"""What is sealed for which row: whoever seals and whoever opens it ask here, so that both say the same."""


def note_context(public_id: str) -> str:
    """A client's note to the therapist: it opens for this appointment only, as all that follows."""
    return f"appointment|note|{public_id}"


def reason_context(public_id: str) -> str:
    """The reason of a cancellation."""
    return f"appointment|reason|{public_id}"


def answer_context(public_id: str) -> str:
    """How somebody felt after a session."""
    return f"check_in|{public_id}"


def why_context(public_id: str) -> str:
    """Why a rule was set aside."""
    return f"override|why|{public_id}"


def words_context(public_id: str) -> str:
    """The words about a decision."""
    return f"review|words|{public_id}"


def typed_context(hold_token: str) -> str:
    """What a visitor has typed for a time that is kept."""
    return f"hold|typed|{hold_token}"


def terms_context(client_id: int) -> str:
    """The terms of a client's consent."""
    return f"consent|terms|{client_id}"


def copy_context(message_id: str) -> str:
    """The copy of a sent message."""
    return f"message|copy|{message_id}"
