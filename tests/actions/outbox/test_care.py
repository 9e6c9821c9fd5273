"""What mails say of the intake form and of guides for at home: as it stands when they are sent."""

from datetime import timedelta

from sqlalchemy import select, update

from app.actions import outbox
from app.actions.day import Marked, mark_completed
from app.domain.screening import Outcome
from app.extensions import db
from app.models import Client, Contact, GuidancePlanVersion, IntakeForm, SelfCareGuide
from app.store.intake import standing_of
from app.store.transactions import transaction
from tests.actions.outbox.sending import JO, LATER_DAY, Time, booked, click_on
from tests.support.guides import add_guides, add_set, screened
from tests.support.rows import NOW, at
from tests.support.smtp import Sink


def attach(*slugs: str) -> None:
    """These guides go with what is told the next day."""
    with transaction() as rows:
        version = rows.scalars(select(GuidancePlanVersion)).one()
        version.steps = [
            step | {"guides": list(slugs)} if step["key"] == "next-day" else step for step in version.steps
        ]


def the_next_day(time: Time, smtp_sink: Sink) -> str:
    """The mail that goes then."""
    appointment_id = booked(time)
    outbox.sweep(time)
    time.now = at("11:20", LATER_DAY)
    assert isinstance(mark_completed(click_on(appointment_id), time.now), Marked)
    time.now = at("11:20", LATER_DAY + timedelta(days=1))
    outbox.sweep(time)
    return smtp_sink.to(JO)[-1].text()


def links(mail: str) -> list[str]:
    """The guides that it leads to."""
    return [line.rpartition("/guides/")[2] for line in mail.splitlines() if "/guides/" in line]


def test_after_a_session_the_mail_leads_to_the_guides_that_its_reader_may_see(
    time: Time, smtp_sink: Sink
) -> None:
    add_guides()
    attach("breathing", "ball", "new-one")
    assert links(the_next_day(time, smtp_sink)) == ["breathing"]  # never screened, not approved


def test_what_counts_is_the_screening_when_the_mail_is_sent(time: Time, smtp_sink: Sink) -> None:
    add_guides()
    add_set()
    attach("breathing", "ball")
    booked(time, "13:00")
    screened("Jo Park", Outcome.CALL, "thinners")
    assert links(the_next_day(time, smtp_sink)) == ["breathing"]
    screened("Jo Park", Outcome.OK, at=NOW + timedelta(days=1))
    with transaction() as rows:
        rows.execute(update(SelfCareGuide).where(SelfCareGuide.slug == "breathing").values(approved_at=None))
    assert links(the_next_day_of_another(time, smtp_sink)) == ["ball"]


def the_next_day_of_another(time: Time, smtp_sink: Sink) -> str:
    """The same after a session a week later."""
    week = timedelta(days=7)
    appointment_id = booked(time, "10:00", LATER_DAY + week)
    time.now = at("11:20", LATER_DAY + week)
    assert isinstance(mark_completed(click_on(appointment_id), time.now), Marked)
    time.now = at("11:20", LATER_DAY + week + timedelta(days=1))
    outbox.sweep(time)
    return smtp_sink.to(JO)[-1].text()


def test_who_wants_only_when_and_where_gets_no_titles(time: Time, smtp_sink: Sink) -> None:
    add_guides()
    attach("breathing")
    booked(time, "13:00")
    with transaction() as rows:
        rows.execute(update(Contact).values(detail="page"))
    mail = the_next_day(time, smtp_sink)
    assert links(mail) == []
    assert "Breathing" not in mail


def test_the_confirmation_asks_for_the_form_while_something_of_it_is_missing(
    time: Time, smtp_sink: Sink
) -> None:
    booked(time)
    outbox.sweep(time)
    assert "/intake" in smtp_sink.to(JO)[0].text()
    client_id = db.session.scalars(select(Client.id)).one()
    parts = [part.key for part in standing_of([client_id]).parts]
    with transaction() as rows:
        rows.add(
            IntakeForm(
                client_id=client_id,
                sealed_answers=b"",
                parts=parts,
                begun_at=time.now,
                changed_at=time.now,
                confirmed_at=time.now,
            )
        )
    booked(time, "13:00")
    outbox.sweep(time)
    assert "/intake" not in smtp_sink.to(JO)[1].text()
