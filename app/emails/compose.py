"""Facts in, an e-mail out."""

import functools
import re
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app import wording
from app.domain.emails import CalendarFile, Email
from app.domain.notifications import Kind
from app.emails.agenda_words import agenda_words
from app.emails.appointment_words import appointment_words
from app.emails.calendars import calendar_file
from app.emails.facts import AccountLetter, AgendaLetter, Letter
from app.emails.markdown import markdown_text
from app.languages import Speech, known_languages, translations_for

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "emails"

_LINK = re.compile(r"https?://\S+")
#: The mails that tell calendars something, and what.
_METHODS = {
    Kind.APPOINTMENT_BOOKED: "REQUEST",
    Kind.APPOINTMENT_MOVED: "REQUEST",
    Kind.APPOINTMENT_ADDRESS: "REQUEST",
    Kind.APPOINTMENT_CANCELLED: "CANCEL",
    Kind.THERAPIST_BOOKED: "REQUEST",
    Kind.THERAPIST_MOVED: "REQUEST",
    Kind.THERAPIST_CANCELLED: "CANCEL",
}


def compose(letter: Letter | AgendaLetter | AccountLetter) -> Email:
    """The e-mail that tells these facts. Raises jinja2.TemplateError when a template is broken."""
    kind = _kind(letter)
    speech = Speech(letter.language)
    facts = {"letter": letter, "practice": letter.practice, "language": speech.language.replace("_", "-")}
    words = facts | _words(letter, speech)

    def rendered(name: str) -> str:
        return _environment(speech.language).get_template(f"{kind}/{name}").render(words)

    return Email(
        message_id=letter.message_id,
        kind=kind.value,
        to=letter.to,
        sender=letter.practice.mailbox,
        reply_to=letter.practice.reply_to,
        subject=" ".join(rendered("subject.txt").split()),
        text=_tidied(rendered("body.txt")),
        html=_inliner().inline(rendered("body.html")),
        calendar=_calendar(letter),
        attachment=letter.sheet if isinstance(letter, AgendaLetter) else None,
        stop_url=_stop_url(letter),
    )


def mail_languages() -> tuple[str, ...]:
    """The codes of the languages that mails can be written in."""
    return known_languages()


def _kind(letter: Letter | AgendaLetter | AccountLetter) -> Kind:
    if isinstance(letter, Letter):
        return letter.kind
    return Kind.THERAPIST_AGENDA if isinstance(letter, AgendaLetter) else Kind.ACCOUNT_MESSAGE


def _words(letter: Letter | AgendaLetter | AccountLetter, speech: Speech) -> dict[str, object]:
    if isinstance(letter, Letter):
        return appointment_words(letter, speech)
    return agenda_words(letter, speech) if isinstance(letter, AgendaLetter) else _paragraphs(letter)


def _calendar(letter: Letter | AgendaLetter | AccountLetter) -> CalendarFile | None:
    if not isinstance(letter, Letter) or letter.kind not in _METHODS:
        return None
    return calendar_file(letter, _METHODS[letter.kind])


def _stop_url(letter: Letter | AgendaLetter | AccountLetter) -> str | None:
    """Care after a session can be stopped by one click; what tells of an appointment can't."""
    if (
        not isinstance(letter, Letter)
        or letter.kind is not Kind.APPOINTMENT_AFTERCARE
        or letter.links is None
    ):
        return None
    return letter.links.stop_aftercare


def _paragraphs(letter: AccountLetter) -> dict[str, object]:
    texts = [text.strip() for text in letter.text.split("\n\n") if text.strip()]
    return {"paragraphs": [{"text": text, "link": bool(_LINK.fullmatch(text))} for text in texts]}


def _whole_times(words: str) -> str:
    """A line never breaks between an hour and its am or pm."""
    return words.replace(" am", "\u00a0am").replace(" pm", "\u00a0pm")


def _phone_link(number: str) -> str:
    """What a telephone is told to dial."""
    return "tel:" + re.sub(r"[^0-9+]", "", number)


def _tidied(text: str) -> str:
    """No trailing blanks, never two empty lines."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept) + "\n"


@functools.cache
def _environment(language: str) -> Environment:
    environment = Environment(
        extensions=["jinja2.ext.i18n"],
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        as_html=wording.markdown_html, as_text=markdown_text, whole_times=_whole_times, phone_link=_phone_link
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations_for(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


@functools.cache
def _inliner() -> CSSInliner:
    """Mail programs read style attributes better than style sheets; rules for dark mode and phones stay as they are."""
    return CSSInliner(load_remote_stylesheets=False, apply_width_attributes=False)
