"""What the example clients have filled in of their intake forms: who comes regularly all of it, two a part, others nothing yet."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.actions.intake import confirm, save_part
from app.domain.appointments import Actor
from app.domain.intake_questions import Kind, Part, Question
from app.models import Client
from app.store.appointments import get_appointment
from app.store.intake import standing_of

_ALL = 99


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What somebody has told us, how many parts of the form, and how long ago; who confirmed it did so yesterday."""

    told: Mapping[str, str]
    parts: int
    ago: timedelta
    confirmed: bool = False


_FORMS: Mapping[str, FilledIn] = {
    "Jo Park": FilledIn(
        {
            "born": "1987-03-14",
            "occupation": "Gardener, so bending and lifting",
            "emergency_contact": "Sam Park, 412-555-0177",
            "goal": "My lower back is stiff in the mornings. I would like to sit through a film again.",
            "where": "Low back, more on the left",
            "before": "sometimes",
            "medicines": "Tablets for blood pressure",
            "allergies": "Almond oil",
            "heart": "yes",
            "heart.more": "High blood pressure, treated for four years",
            "operations": "Appendix, 2004",
            "pressure": "light",
        },
        _ALL,
        timedelta(hours=9),
    ),
    "Sol Berg": FilledIn(
        {
            "born": "1979-11-02",
            "occupation": "Drives a bus",
            "emergency_contact": "Noa Berg, 412-555-0178",
            "goal": "To breathe more freely, and to sit with less effort.",
            "where": "Front of both hips",
            "before": "often",
            "others": "A physiotherapist, once a month",
            "injuries": "Broken collarbone, right, long ago",
            "pressure": "medium",
        },
        _ALL,
        timedelta(days=15),
        confirmed=True,
    ),
    "Mina Cole": FilledIn({"born": "1992-06-30", "occupation": "At a desk"}, 1, timedelta(hours=5)),
    "Ana Diaz": FilledIn(
        {"born": "1968-01-21", "goal": "Sleeping on my side without waking up.", "before": "never"},
        2,
        timedelta(hours=3),
    ),
}


#: Of everybody else who comes regularly.
_USUAL = FilledIn(
    {
        "born": "1984-05-17",
        "occupation": "Works from home",
        "emergency_contact": "A neighbour, 412-555-0179",
        "goal": "To sit and sleep without a stiff back.",
        "where": "Lower back and hips",
        "before": "sometimes",
        "pressure": "medium",
    },
    _ALL,
    timedelta(days=20),
)


def fill_in_forms(
    appointment_ids: Iterable[int], regulars: Collection[str], now: datetime, today: date
) -> None:
    """Fill in the forms of some of these appointments' clients, as far as each of them came. ``regulars``: their names."""
    clients = {client.name: client for client in (get_appointment(one).client for one in appointment_ids)}
    for name, client in clients.items():
        filled_in = _FORMS.get(name) or (_USUAL if name in regulars else None)
        if filled_in is not None:
            _fill_in(client, filled_in, now, today)


def _fill_in(client: Client, filled_in: FilledIn, now: datetime, today: date) -> None:
    actor = Actor("client", client.contact.email)
    for part in standing_of([client.id]).parts[: filled_in.parts]:
        save_part(client.id, part.key, _typed(part, filled_in.told), actor, now - filled_in.ago, today)
    if filled_in.confirmed:
        confirm(client.id, actor, now - timedelta(days=1))


def _typed(part: Part, told: Mapping[str, str]) -> dict[str, str]:
    """A part as it is sent: yes or no is always said."""
    said = {question.key: told.get(question.key, _otherwise(question)) for question in part.questions}
    return said | {key: more for key, more in told.items() if key.partition(".")[0] in said}


def _otherwise(question: Question) -> str:
    return "no" if question.kind is Kind.YES_NO else ""
