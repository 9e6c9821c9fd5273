"""Self-care guides for tests, and what a client has answered before one may be seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.screening import Outcome
from app.domain.wishes import Wishes
from app.models import (
    Appointment,
    Client,
    Review,
    Screening,
    ScreeningSet,
    ScreeningSetVersion,
    SelfCareGuide,
    Service,
)
from app.store.screenings import seal_round
from app.store.transactions import transaction
from tests.support.rows import NOW

#: Questions that gates name, and two that only decide the outcome.
KEYS = ("surgery", "bone", "spine", "neuro", "thinners", "pregnant")


def a_guide(slug: str, *gate: str, approved_at: datetime | None = None, **more: Any) -> SelfCareGuide:
    """A guide of two steps, the second of half a minute a side."""
    said: dict[str, Any] = {
        "title": {"en": slug.replace("-", " ").capitalize()},
        "steps": [
            {"text": {"en": "Lie down."}},
            {"text": {"en": "Hold."}, "seconds": 30, "per_side": True},
        ],
        "stop_rules": [{"en": "Pain means stop."}],
        "equipment": {},
    }
    approved = {"approved_by": "Thea Rapist" if approved_at else None, "approved_at": approved_at}
    return SelfCareGuide(slug=slug, gate=list(gate), **(said | approved | more))


def add_guides() -> None:
    """Breathing, a ball, a lunge, a tool, all approved; and one that is not."""
    with transaction() as rows:
        rows.add_all(
            [
                a_guide("breathing", approved_at=NOW),
                a_guide("ball", "abdominal", approved_at=NOW),
                a_guide("lunge", "bone", "surgery", approved_at=NOW),
                a_guide("tool", "abdominal", "tool_coached", approved_at=NOW),
                a_guide("new-one"),
            ]
        )


def add_set() -> None:
    """A set in which "yes" to anything is not fine."""
    questions = [
        {
            "key": key,
            "kind": "choice",
            "text": {"en": f"{key}?"},
            "why": {"en": "So."},
            "answers": [
                {"key": "no", "label": {"en": "No"}, "outcome": "ok"},
                {"key": "yes", "label": {"en": "Yes"}, "outcome": "review"},
            ],
        }
        for key in KEYS
    ]
    version = ScreeningSetVersion(
        version=1, questions=questions, created_at=NOW, approved_by="Owner", approved_at=NOW
    )
    with transaction() as rows:
        rows.add(ScreeningSet(slug="deep", name="Deep work", versions=[version]))


def screened(name: str, outcome: Outcome, *yes: str, at: datetime = NOW, decision: str | None = None) -> None:
    """The client of that name has answered: yes to these, no to the rest; perhaps somebody has decided about it."""
    with transaction() as rows:
        client = rows.scalars(select(Client).where(Client.name == name)).one()
        version = rows.scalars(select(ScreeningSetVersion)).one()
        service = rows.scalars(select(Service).order_by(Service.id)).first()
        assert service is not None
        row = Screening(
            token=f"{name}-{at.timestamp()}-{outcome.value}"[-32:],
            service_id=service.id,
            version_id=version.id,
            outcome=outcome.value,
            worst=outcome.value,
            client_id=client.id,
            answered_at=at,
        )
        said = {key: "yes" if key in yes else "no" for key in KEYS}
        seal_round(row, said, Wishes(), client.wrapped_key)
        rows.add(row)
        rows.flush()
        if decision:
            appointment = _any_appointment(rows, client.id)
            rows.add(
                Review(
                    appointment_id=appointment,
                    screening_id=row.id,
                    opened_at=at,
                    deadline_at=at,
                    decided_at=at,
                    decision=decision,
                )
            )


def _any_appointment(rows: Any, client_id: int) -> int:
    return int(rows.scalars(select(Appointment.id).where(Appointment.client_id == client_id)).first())
