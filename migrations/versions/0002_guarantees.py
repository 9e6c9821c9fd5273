"""What the database itself guarantees: claims never overlap, audit lines never change."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Equality of two one-element ranges stands in for "same resource": so no extension (btree_gist) is needed.
_NO_OVERLAP = """
alter table claim add constraint claim_overlap exclude using gist (
    int8range(resource_id, resource_id, '[]') with =,
    int8range(from_cell, to_cell, '[)') with &&
) where (active)
"""

_SQLITE_NO_OVERLAP = """
create trigger claim_overlap_{event} before {event} on claim when new.active begin
    select raise(abort, 'claim_overlap') where exists (
        select 1 from claim other
        where other.active and other.resource_id = new.resource_id and other.id is not new.id
          and other.from_cell < new.to_cell and other.to_cell > new.from_cell
          and other.from_cell > new.from_cell - 288
    );
end
"""

_SQLITE_APPEND_ONLY = """
create trigger audit_no_{event} before {event} on audit begin
    select raise(abort, 'audit lines are never changed');
end
"""

_POSTGRESQL_APPEND_ONLY = """
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit lines are never changed';
end
$$
"""


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update"):
            op.execute(_SQLITE_NO_OVERLAP.format(event=event))
        for event in ("update", "delete"):
            op.execute(_SQLITE_APPEND_ONLY.format(event=event))
        return
    op.execute(_NO_OVERLAP)
    op.execute(_POSTGRESQL_APPEND_ONLY)
    op.execute(
        "create trigger audit_append_only before update or delete on audit "
        "for each row execute function audit_is_append_only()"
    )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("claim_overlap_insert", "claim_overlap_update", "audit_no_update", "audit_no_delete"):
            op.execute(f"drop trigger {name}")
        return
    op.execute("alter table claim drop constraint claim_overlap")
    op.execute("drop trigger audit_append_only on audit")
    op.execute("drop function audit_is_append_only()")
