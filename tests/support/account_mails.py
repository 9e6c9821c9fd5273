"""What was written to staff about their accounts, opened."""

import json

from flask import Flask
from sqlalchemy import select

from app.actions.letter_facts import account_context
from app.extensions import db
from app.models import Notification
from app.vault import open_for_practice


def account_mails(app: Flask) -> list[dict[str, str]]:
    """Each as its address, subject and text, oldest first."""
    with app.app_context():
        wanted = select(Notification).where(Notification.audience == "staff").order_by(Notification.id)
        rows = [
            (row.address or "", row.sealed_content or b"", row.message_id)
            for row in db.session.scalars(wanted)
        ]
        return [
            {"address": address} | json.loads(open_for_practice(sealed, account_context(name)))
            for address, sealed, name in rows
        ]
