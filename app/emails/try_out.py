"""What mails say while a practice is tried out, in its own language."""

from app.languages import speech_in


def try_out_words(language: str, address: str) -> tuple[str, str, str]:
    """Before the subject; before the text, naming to whom it was written; in place of a link that is another's."""
    speech = speech_in(language)
    said = speech.gettext(
        "Try-out: this mail was written to %(address)s. It came to you alone, and nobody else gets any.",
        address=address,
    )
    withheld = speech.gettext("(a link for them alone, left out while you try things out)")
    return speech.gettext("[Try-out]"), said, withheld
