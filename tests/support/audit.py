"""What must be true of the tables at any time, asked in plain SQL: no overlaps, and nothing half written."""

from tests.support.raw import count

OVERLAPS = """
select count(*) from claim a join claim b on a.resource_id = b.resource_id and a.id < b.id
where a.active and b.active and a.from_cell < b.to_cell and b.from_cell < a.to_cell
"""
#: Each counts what stands alone though it is written in one transaction with something else.
HALVES = {
    "appointments that do not claim their therapist": """
        select count(*) from appointment a join therapist t on t.id = a.therapist_id
        where a.state not in ('cancelled', 'declined', 'lapsed') and not exists (
            select 1 from claim c where c.appointment_id = a.id and c.active and c.resource_id = t.resource_id)
    """,
    "appointments that do not claim their room": """
        select count(*) from appointment a join room r on r.id = a.room_id
        where a.state not in ('cancelled', 'declined', 'lapsed') and not exists (
            select 1 from claim c where c.appointment_id = a.id and c.active and c.resource_id = r.resource_id)
    """,
    "appointments with other than one claim a resource": """
        select count(*) from appointment a where a.state not in ('cancelled', 'declined', 'lapsed') and
            (select count(*) from claim c where c.appointment_id = a.id and c.active)
            <> case when a.room_id is null then 1 else 2 end
    """,
    "claims of appointments that do not stand": """
        select count(*) from claim c join appointment a on a.id = c.appointment_id
        where c.active and a.state in ('cancelled', 'declined', 'lapsed')
    """,
    "claims of used holds": """
        select count(*) from claim c join hold h on h.id = c.hold_id where c.active and h.appointment_id is not null
    """,
    "appointments that nobody is told of": """
        select count(*) from appointment a where not exists (
            select 1 from notification n where n.appointment_id = a.id and n.kind = 'appointment_booked')
    """,
    "appointments without a line in the log": """
        select count(*) from appointment a where (
            select count(*) from audit l where l.subject = 'appointment' and l.act = 'booked'
            and l.subject_id = cast(a.id as varchar(12))) <> 1
    """,
    "lines in the log without an appointment": """
        select count(*) from audit l where l.subject = 'appointment' and l.act = 'booked' and not exists (
            select 1 from appointment a where cast(a.id as varchar(12)) = l.subject_id)
    """,
    "appointments without the key that made them": """
        select count(*) from appointment a where (
            select count(*) from idempotency i where i.appointment_id = a.id) <> 1
    """,
    "messages without an appointment": """
        select count(*) from notification n where n.appointment_id is not null and not exists (
            select 1 from appointment a where a.id = n.appointment_id)
    """,
}


def overlaps(database_url: str) -> int:
    """How many pairs of active claims of one resource overlap."""
    return count(database_url, OVERLAPS)


def halves(database_url: str) -> dict[str, int]:
    """What is half written: how many of which kind; empty when all is whole."""
    found = {what: count(database_url, query) for what, query in HALVES.items()}
    return {what: number for what, number in found.items() if number}
