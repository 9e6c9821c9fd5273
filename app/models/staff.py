"""Staff members, their roles and their sessions (the columns that Flask-Security asks for)."""

from datetime import UTC, datetime

from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, String, Table
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
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]
    notices: Mapped[list[str] | None] = mapped_column(
        JSON
    )  # what they are told of; none: what is usual for them
    language: Mapped[str | None] = mapped_column(String(8))  # of the pages; none: the practice's
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list[Role]] = relationship(secondary=staff_role)  # type: ignore[assignment]
    therapist: Mapped[Therapist | None] = relationship()
    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete-orphan"
    )


class Passkey(Row, WebAuthnMixin):
    """A key of a telephone or computer that signs a staff member in (the columns that Flask-Security asks for)."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0, server_default="0")
    transports: Mapped[list[str] | None] = mapped_column(JSON)
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(UtcDateTime, default=lambda: datetime.now(UTC))
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[StaffMember] = relationship(back_populates="webauthn")


class StaffInvitation(Row):
    """That somebody may become a staff member by a link in a mail. The link's token is never stored: only a keyed digest is."""

    __tablename__ = "staff_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str | None] = mapped_column(String(120))
    roles: Mapped[list[str]] = mapped_column(JSON)
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back


class KeptForm(Row):
    """What a staff member had typed when their session ended; sealed, and gone once it is given back or has expired."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    sealed_form: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffSession(Row):
    """One signed-in browser; a row, so that it can be ended."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # a hash of what the cookie holds
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str | None] = mapped_column(String(120))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
