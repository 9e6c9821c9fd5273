"""What was brought over from another system: a file, and what became of each of its rows."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Row
from app.models.types import UtcDateTime


class ImportBatch(Row):
    """One file. ``reads_as`` says which column of it is what; its rows are kept sealed, until it is brought in or dropped."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("kind in ('clients', 'appointments')", name="kind_known"),
        CheckConstraint(
            "state in ('preview', 'running', 'done', 'undoing', 'undone', 'dropped')", name="state_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(20))  # see OldSystem
    file_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    sealed_rows: Mapped[bytes | None] = mapped_column(LargeBinary)
    reads_as: Mapped[dict[str, str]] = mapped_column(JSON)  # our field: its column
    created_by: Mapped[str] = mapped_column(String(254))
    created_by_type: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportLine(Row):
    """One row of it, by its number in the file. ``problem`` names what stands against it, never what it says."""

    __tablename__ = "import_line"
    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))  # see LineState
    problem: Mapped[str | None] = mapped_column(String(200))
    made_id: Mapped[int | None]  # the client's or the appointment's number
    made_client_id: Mapped[int | None]  # the client whom an appointment made on the way
