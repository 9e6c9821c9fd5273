"""Facts in, an e-mail out."""

import functools
import re
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from app import wording
from app.domain.emails import CalendarFile, Email
from app.domain.notifications import Kind
from app.emails.calendars import calendar_file
from app.emails.facts import AccountLetter, Letter, Price
from app.emails.markdown import markdown_text

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "emails"

_LINK = re.compile(r"https?://\S+")
_CANCELLING = frozenset({Kind.APPOINTMENT_CANCELLED, Kind.THERAPIST_CANCELLED})


def compose(letter: Letter | AccountLetter) -> Email:
    """The e-mail that tells these facts. Raises jinja2.TemplateError when a template is broken."""
    kind = letter.kind if isinstance(letter, Letter) else Kind.ACCOUNT_MESSAGE
    return Email(
        message_id=letter.message_id,
        kind=kind.value,
        to=letter.to,
        sender=letter.practice.mailbox,
        reply_to=letter.practice.reply_to,
        subject=" ".join(_rendered(letter, kind, "subject.txt").split()),
        text=_tidied(_rendered(letter, kind, "body.txt")),
        html=_inliner().inline(_rendered(letter, kind, "body.html")),
        calendar=_calendar(letter),
    )


def _calendar(letter: Letter | AccountLetter) -> CalendarFile | None:
    if isinstance(letter, AccountLetter):
        return None
    return calendar_file(letter, "CANCEL" if letter.kind in _CANCELLING else "REQUEST")


def _rendered(letter: Letter | AccountLetter, kind: Kind, name: str) -> str:
    """A language has a folder of its own, ``<language>/<kind>/``; English stands at the top."""
    names = [f"{letter.language}/{kind}/{name}", f"{kind}/{name}"]
    template: Template = _environment().select_template(names)
    facts = {"letter": letter, "practice": letter.practice, "language": letter.language}
    about = _paragraphs(letter) if isinstance(letter, AccountLetter) else _about_appointment(letter)
    return template.render(facts | about)


def _paragraphs(letter: AccountLetter) -> dict[str, object]:
    texts = [text.strip() for text in letter.text.split("\n\n") if text.strip()]
    return {"paragraphs": [{"text": text, "link": bool(_LINK.fullmatch(text))} for text in texts]}


def _about_appointment(letter: Letter) -> dict[str, object]:
    """The appointment in words; a template should not have to know of zones."""
    appointment, language = letter.appointment, letter.language
    zone = appointment.zone
    return {
        "appointment": appointment,
        "when": wording.when_words(appointment.starts_at, zone, language),
        "until": wording.clock_words(appointment.ends_at, zone, language),
        "name_of_time": wording.zone_words(zone, language),
        "where": wording.address_line(appointment.address.lines),
        "free_change": wording.when_words(appointment.free_change_until, zone, language),
        "may_change": letter.written_at < appointment.free_change_until,
        "price": _price(appointment.price, language),
    }


def _price(price: Price | None, language: str) -> str:
    if price is None:
        return ""
    amount = wording.money_words(price.minor, price.currency, language)
    return f"{amount} plus {price.tax_percent}% tax" if price.tax_percent else amount


def _whole_times(words: str) -> str:
    """A line never breaks between an hour and its am or pm."""
    return words.replace(" am", "\u00a0am").replace(" pm", "\u00a0pm")


def _tidied(text: str) -> str:
    """No trailing blanks, never two empty lines."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept) + "\n"


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(as_html=wording.markdown_html, as_text=markdown_text, whole_times=_whole_times)
    return environment


@functools.cache
def _inliner() -> CSSInliner:
    """Mail programs read style attributes better than style sheets; rules for dark mode and phones stay as they are."""
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, apply_width_attributes=False)
