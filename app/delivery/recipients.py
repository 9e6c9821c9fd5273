"""Who gets an e-mail: the one place where that is decided. The courier carries nothing that has not been through here.

While a practice is tried out every mail goes to one address, and says so. That holds for mails about accounts, too; their
links would open the account of whom they were written to, so whoever else reads them gets the words without the links.
"""

import re
from dataclasses import dataclass, replace
from html import escape

from app.domain.emails import Email, Mailbox
from app.domain.notifications import Kind

_LINK = re.compile(r"https?://[^\s<>\"']+")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TryOut:
    """Where all mails go meanwhile, and how they say it: before the subject, before the text, in place of a link."""

    address: str
    mark: str
    said: str
    withheld: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """An e-mail whose recipient is decided. Made by ``addressed`` alone."""

    email: Email


def addressed(email: Email, try_out: TryOut | None) -> Addressed:
    """The e-mail to whom it is for; while the practice is tried out to the one who tries it."""
    return Addressed(email if try_out is None else _diverted(email, try_out))


def _diverted(email: Email, try_out: TryOut) -> Email:
    shown = email if _may_open(email, try_out.address) else _without_links(email, try_out.withheld)
    return replace(
        shown,
        to=Mailbox("", try_out.address),
        subject=f"{try_out.mark} {email.subject}",
        text=f"{try_out.said}\n\n{shown.text}",
        html=_said_first(shown.html, try_out.said),
        stop_url=None,
        calendar=email.calendar if _is_own(email, try_out.address) else None,  # it invites the client
        written_to=email.to.address,
    )


def _may_open(email: Email, address: str) -> bool:
    return email.kind != Kind.ACCOUNT_MESSAGE or _is_own(email, address)


def _is_own(email: Email, address: str) -> bool:
    return email.to.address.casefold() == address.casefold()


def _without_links(email: Email, withheld: str) -> Email:
    text = _LINK.sub(withheld, email.text)
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    return replace(email, text=text, html=f"<html><body>{paragraphs}</body></html>")


def _said_first(html: str, said: str) -> str:
    line = f'<p style="margin:0;padding:12px 16px;background:#fcf0d6;color:#22302b;">{escape(said)}</p>'
    found = _BODY.search(html)
    return f"{html[: found.end()]}{line}{html[found.end() :]}" if found else line + html
