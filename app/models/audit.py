"""The audit log: append-only, chained by HMAC."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Row
from app.models.types import UtcDateTime


class AuditLine(Row):
    """Who did what to which thing, when. Never holds health text. Triggers refuse UPDATE and DELETE (migration 0002)."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_type: Mapped[str] = mapped_column(String(10))  # staff, client, program, worker, command
    actor: Mapped[str | None] = mapped_column(String(254))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    digest: Mapped[str] = mapped_column(String(64))  # HMAC over this line and the digest before it
