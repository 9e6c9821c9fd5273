"""The public site: the practice's own look and questions, frames, languages of staff, try-out, imports."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTANT = sa.DateTime(timezone=True)
#: What clients read of therapists and places, and was one text: how long it could be.
_IN_LANGUAGES = (("therapist", "role_title", sa.String(80)), ("address_period", "note", sa.String(200)))


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("practice") as practice:
        practice.add_column(sa.Column("accent", sa.String(7), nullable=True))
        practice.add_column(sa.Column("logo", sa.LargeBinary(), nullable=True))
        practice.add_column(sa.Column("logo_type", sa.String(20), nullable=True))
        practice.add_column(sa.Column("embed_origins", sa.JSON(), nullable=False, server_default="[]"))
        practice.add_column(sa.Column("questions", sa.JSON(), nullable=False, server_default="[]"))
        practice.add_column(sa.Column("try_out_email", sa.String(254), nullable=True))
        practice.add_column(sa.Column("settled", sa.JSON(), nullable=False, server_default="[]"))
        practice.add_column(sa.Column("keep_imports_days", sa.Integer(), nullable=False, server_default="30"))
    for table, column, kind in _IN_LANGUAGES:
        _say_by_language(table, column, kind)
    op.add_column("staff_member", sa.Column("language", sa.String(8), nullable=True))
    op.add_column("appointment", sa.Column("booking_felt", sa.Integer(), nullable=True))
    op.add_column("hold", sa.Column("sealed_typed", sa.LargeBinary(), nullable=True))
    op.add_column("hold", sa.Column("typed_at", _INSTANT, nullable=True))
    _add_imports()


def _say_by_language(table: str, column: str, kind: sa.String) -> None:
    """What was one text, in the practice's language, may have several."""
    told, language = _texts(table, column, kind), _language()
    op.drop_column(table, column)
    op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default="{}"))
    _write(table, column, sa.JSON(), {number: {language: text} for number, text in told.items() if text})


def _say_in_one_language(table: str, column: str, kind: sa.String) -> None:
    told, language = _texts(table, column, sa.JSON()), _language()
    op.drop_column(table, column)
    op.add_column(table, sa.Column(column, kind, nullable=True))
    texts = {number: all_.get(language) or next(iter(all_.values()), None) for number, all_ in told.items()}
    _write(table, column, kind, texts)


def _language() -> str:
    return str(op.get_bind().execute(sa.text("select language from practice")).scalar() or "en")


def _texts(table: str, column: str, kind: sa.types.TypeEngine[Any]) -> dict[int, Any]:
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column(column, kind))
    return {row.id: row[1] for row in op.get_bind().execute(sa.select(rows.c.id, rows.c[column]))}


def _write(table: str, column: str, kind: sa.types.TypeEngine[Any], texts: dict[int, Any]) -> None:
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column(column, kind))
    for number, text in texts.items():
        op.execute(rows.update().where(rows.c.id == number).values({column: text}))


def _add_imports() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sealed_rows", sa.LargeBinary(), nullable=True),
        sa.Column("reads_as", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(254), nullable=False),
        sa.Column("created_by_type", sa.String(10), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("undone_at", _INSTANT, nullable=True),
        sa.CheckConstraint("kind in ('clients', 'appointments')", name=op.f("ck_import_batch_kind_known")),
        sa.CheckConstraint(
            "state in ('preview', 'running', 'done', 'undoing', 'undone', 'dropped')",
            name=op.f("ck_import_batch_state_known"),
        ),
    )
    op.create_table(
        "import_line",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "batch_id",
            sa.Integer(),
            sa.ForeignKey("import_batch.id", name=op.f("fk_import_line_batch_id_import_batch")),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("problem", sa.String(200), nullable=True),
        sa.Column("made_id", sa.Integer(), nullable=True),
        sa.Column("made_client_id", sa.Integer(), nullable=True),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_import_line_batch_id_number")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("import_line")
    op.drop_table("import_batch")
    op.drop_column("hold", "typed_at")
    op.drop_column("hold", "sealed_typed")
    op.drop_column("appointment", "booking_felt")
    op.drop_column("staff_member", "language")
    for table, column, kind in _IN_LANGUAGES:
        _say_in_one_language(table, column, kind)
    with op.batch_alter_table("practice") as practice:
        for column in (
            "accent",
            "logo",
            "logo_type",
            "embed_origins",
            "questions",
            "try_out_email",
            "settled",
        ):
            practice.drop_column(column)
        practice.drop_column("keep_imports_days")
