"""An SMTP server on loopback that keeps what it is given and delivers nothing."""

from datetime import UTC, datetime

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from development.mailbox import Mailbox
from development.ports import LOOPBACK

# Mail to bounce@anywhere is refused for good, to show what a failed message looks like.
REFUSED = "bounce"


class Catcher:
    """What aiosmtpd asks about each message."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accepts everybody but `bounce`."""
        if address.partition("@")[0].lower() == REFUSED:
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keeps the message; only then says that it has it."""
        content = envelope.content
        raw = content.encode("utf-8", "replace") if isinstance(content, str) else content or b""
        key = self._mailbox.add(raw, envelope.rcpt_tos, datetime.now(UTC))
        return f"250 Kept as {key}"


def catch(mailbox: Mailbox, port: int) -> Controller:
    """A started server; the caller stops it."""
    controller = Controller(
        Catcher(mailbox), hostname=LOOPBACK, port=port, server_hostname="inbox.example", enable_SMTPUTF8=True
    )
    controller.start()
    return controller
