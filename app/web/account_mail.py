"""Flask-Security's own mails: they go to the outbox like all others, so that a dead mail server loses none."""

from dataclasses import dataclass
from typing import Any

from flask import after_this_request, current_app, has_request_context
from flask_security import MailUtil
from werkzeug.wrappers import Response

from app.extensions import account_message


@dataclass(frozen=True, slots=True)
class AccountWords:
    """What is to be told, and to whom."""

    address: str
    subject: str
    text: str

    def hand_over(self) -> None:
        """Say that it is to be told."""
        sender = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
        account_message.send(sender, address=self.address, subject=self.subject, text=self.text)

    def handed_over(self, response: Response) -> Response:
        """The same, as a step at a request's end."""
        self.hand_over()
        return response


class AccountMail(MailUtil):
    """Hands messages over instead of sending them; the look of our mails is put around their text."""

    def send_mail(
        self,
        template: str,  # noqa: ARG002 - the signature is Flask-Security's
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],  # noqa: ARG002
        body: str | None,
        html: str | None,  # noqa: ARG002
        **_context: Any,
    ) -> None:
        """Hand one message over: in a request only at its end, when Flask-Security has committed what it changed."""
        address = recipient if isinstance(recipient, str) else recipient[1]
        words = AccountWords(address, str(subject), body or "")
        if has_request_context():
            after_this_request(words.handed_over)
        else:
            words.hand_over()
