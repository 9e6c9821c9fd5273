"""Services on offer, their variants, and the techniques they need."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, String, Table, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.guidance import GuidancePlan
from app.models.safety import ConsentText, ScreeningSet
from app.models.types import UtcDateTime

service_technique = Table(
    "service_technique",
    Row.metadata,
    Column("service_id", ForeignKey("service.id"), primary_key=True),
    Column("technique_id", ForeignKey("technique.id"), primary_key=True),
)


class Technique(Row):
    """A way of working that a therapist must be qualified for."""

    __tablename__ = "technique"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Service(Row):
    """A treatment on offer."""

    __tablename__ = "service"
    __table_args__ = (CheckConstraint("depth in ('light', 'deep')", name="depth_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    summary: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # one sentence
    what_happens: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # Markdown
    who_it_suits: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # Markdown
    depth: Mapped[str] = mapped_column(String(8), default="light")
    region: Mapped[str | None] = mapped_column(String(40))
    needs_screening: Mapped[bool] = mapped_column(default=False)
    room_features: Mapped[list[str]] = mapped_column(JSON, default=list)
    guidance_plan_id: Mapped[int | None] = mapped_column(ForeignKey("guidance_plan.id"))
    screening_set_id: Mapped[int | None] = mapped_column(ForeignKey("screening_set.id"))
    consent_text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    needs_prior_visit: Mapped[bool] = mapped_column(default=False, server_default=false())
    coaches_tools: Mapped[bool] = mapped_column(default=False, server_default=false())  # opens tool guides
    position: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    techniques: Mapped[list[Technique]] = relationship(secondary=service_technique, order_by=Technique.id)
    variants: Mapped[list["ServiceVariant"]] = relationship(
        back_populates="service", order_by="ServiceVariant.minutes, ServiceVariant.id"
    )
    guidance_plan: Mapped[GuidancePlan | None] = relationship()
    screening_set: Mapped[ScreeningSet | None] = relationship()
    consent_text: Mapped[ConsentText | None] = relationship()


class ServiceVariant(Row):
    """Minutes x first or returning visit x price x buffers; retired, not deleted, since appointments point to it."""

    __tablename__ = "service_variant"
    __table_args__ = (
        CheckConstraint("visit in ('any', 'first', 'returning')", name="visit_known"),
        CheckConstraint("minutes between 5 and 720 and minutes % 5 = 0", name="minutes_in_cells"),
        CheckConstraint(
            "buffer_before between 0 and 240 and buffer_before % 5 = 0", name="buffer_before_in_cells"
        ),
        CheckConstraint(
            "buffer_after between 0 and 240 and buffer_after % 5 = 0", name="buffer_after_in_cells"
        ),
        CheckConstraint("price_minor is null or price_minor >= 0", name="price_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    visit: Mapped[str] = mapped_column(String(10), default="any")
    minutes: Mapped[int]
    price_minor: Mapped[int | None]  # in the currency's smallest unit
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=15)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    service: Mapped[Service] = relationship(back_populates="variants")
