"""Staff members, their roles and their sessions (the columns that Flask-Security asks for)."""

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import JSON, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.therapist import Therapist
from app.models.types import UtcDateTime

staff_role = Table(
    "staff_role",
    Row.metadata,
    Column("staff_member_id", ForeignKey("staff_member.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(Row, RoleMixin):
    """owner, desk or therapist."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    description: Mapped[str | None] = mapped_column(String(120))


class StaffMember(Row, UserMixin):
    """A person who signs in; may be a therapist."""

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str | None] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]  # the step of the last code that was used: each works once
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON)
    notices: Mapped[list[str] | None] = mapped_column(
        JSON
    )  # what they are told of; none: what is usual for them
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list[Role]] = relationship(secondary=staff_role)  # type: ignore[assignment]
    therapist: Mapped[Therapist | None] = relationship()


class StaffSession(Row):
    """One signed-in browser; a row, so that it can be ended."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # a hash of what the cookie holds
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str | None] = mapped_column(String(120))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
