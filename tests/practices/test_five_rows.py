"""The five practices' own pages, in the product: what each page promises is walked on the real files and the real pages."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.actions.consenting import tick_verbal
from app.actions.day import Click, Marked, mark_completed
from app.actions.outbox import sweep
from app.domain.appointments import Actor
from app.extensions import db
from app.links import manage_token
from app.models import Appointment, Client, Notification, SelfCareGuide, Service
from app.store.appointments import get_appointment
from app.store.practice import load_practice, raise_revision
from app.store.transactions import transaction
from tests.support.filled_form import fields_of
from tests.support.practice_walk import PracticeWalk
from tests.support.run import ROOT
from tests.support.screening_table import well
from tests.support.smtp import Sink

MONDAY, NOW = date(2027, 1, 18), datetime(2027, 1, 11, 15, tzinfo=ZoneInfo("America/Halifax"))
RETURNING = "visit=returning&minutes=60"


@pytest.fixture(autouse=True)
def _on_that_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def checked(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What a test says that it has checked, printed at its end."""
    said: list[str] = []
    yield said
    print(f"\n{request.node.name}:", *said, sep="\n  - ")


def text_of(page: str) -> str:
    """Its words."""
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(page)).split())


def newest() -> Appointment:
    """The appointment that was made last."""
    return db.session.scalars(select(Appointment).order_by(Appointment.id.desc())).first()  # type: ignore[return-value]


def behind_link(client: FlaskClient, appointment: Appointment, path: str = "") -> str:
    """The page behind the manage link."""
    token = manage_token(appointment.public_id, appointment.token_version)
    return text_of(client.get(f"/appointment/{token}{path}").text)


@pytest.mark.clinic("a-better-body-massage")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_000_a_link_opens_the_service_with_the_qualified_and_a_blood_thinner_means_calling(
    app: Flask, client: FlaskClient, smtp_sink: Sink, checked: list[str]
) -> None:
    walk = PracticeWalk(client, "psoas-release", RETURNING)
    page = text_of(walk.choose().text)
    with app.app_context():
        practice = load_practice()
        phone = practice.phone or ""
        assert phone
        deep = practice.service("psoas-release")
        assert deep is not None
        able = [one.name for one in practice.therapists_for(deep)]
        assert len(able) == 2 < len(practice.therapists) == 5
        assert {variant.minutes for variant in deep.variants_for("first")} == {75}
    assert "Psoas release" in page
    for therapist in practice.therapists:
        assert (therapist.name in page) is (therapist.name in able)
    checked.append("a plain link opens the service, with the two who are qualified of five")
    file = ROOT / "clinics" / "a-better-body-massage.toml"
    refused = app.test_cli_runner().invoke(args=["clinic", "check", str(file)]).output
    for missing in ("location", "therapist", "duration"):
        assert missing in refused
    checked.append("it can't be published before zone, telephone and hours are told; nothing is invented")
    said = text_of(walk.answer(thinners="yes").text)
    assert phone in said
    assert "Neck and shoulders" in said
    assert walk.starts(MONDAY) == []
    checked.append("a blood thinner: no booking online, the telephone and lighter sessions")
    other = PracticeWalk(app.test_client(), "psoas-release", "visit=first&minutes=75")
    other.answer()
    done = text_of(other.confirm(other.starts(MONDAY)[0]).text)
    assert "75" in done
    checked.append("a new client's first visit takes 15 minutes more")
    with app.app_context():
        sweep(lambda: NOW)
    mail = smtp_sink.to("ada@example.com")[0].text()
    assert re.search(r"stop", mail)
    assert re.search(r"[Tt]ears", mail)
    checked.append("the confirmation says that you can stop at any time, and that feelings are normal")


@pytest.mark.clinic("jacqueline-kane")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_001_a_solo_practice_asks_nobody_with_whom_and_gives_three_deep_sessions_a_day(
    app: Flask, client: FlaskClient, smtp_sink: Sink, checked: list[str]
) -> None:
    walk = PracticeWalk(client, "psoas-session", RETURNING)
    assert 'name="therapist"' not in walk.choose().text
    checked.append("no step asks with whom")
    with app.app_context(), transaction() as rows:
        rows.execute(update(Service).values(needs_prior_visit=False))
        raise_revision()
    for number in range(3):
        each = PracticeWalk(app.test_client(), "psoas-session", RETURNING)
        each.answer()
        starts = each.starts(MONDAY)
        name, email = f"Person {number}", f"person{number}@example.com"
        done = each.confirm(starts[0] if number < 2 else starts[-1], name=name, email=email)
        assert done.status_code == 200, text_of(done.text)
    fourth = PracticeWalk(app.test_client(), "psoas-session", RETURNING)
    fourth.answer()
    assert fourth.starts(MONDAY) == []
    light = PracticeWalk(app.test_client(), "quiet-hour", RETURNING)
    assert light.starts(MONDAY)
    checked.append("three deep sessions fill the day for deep work; a light one still fits")
    with app.app_context():
        appointment = newest()
        assert "guides" not in behind_link(client, appointment).lower()
        assert db.session.scalars(select(SelfCareGuide)).first() is None
        checked.append("no guide is invented for her")


@pytest.mark.clinic("punchiit")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_002_the_studio_opens_at_six_and_its_ball_is_hidden_from_who_has_to_call(
    app: Flask, client: FlaskClient, smtp_sink: Sink, checked: list[str]
) -> None:
    first = booked(app, "psoas-release", MONDAY)
    second = booked(app, "psoas-release", MONDAY + timedelta(days=7))
    with app.app_context():
        wanted = select(Notification.due_at).where(Notification.appointment_id == first.id)
        local = [due_at.astimezone(NOW.tzinfo).replace(tzinfo=None) for due_at in db.session.scalars(wanted)]
        assert datetime.combine(MONDAY - timedelta(days=1), time(19)) in local
        checked.append("what belongs three hours before an early session goes at 19:00 the evening before")
        assert "247 Herring Cove" in behind_link(client, first)
        checked.append("the address is the one of the day")
        slugs = ("ball-release", "diaphragm-breath", "activation")
        ball, breath, movements = titles(*slugs)
        for slug in slugs:
            approve(slug)
        assert ball not in behind_link(client, first, "/guides")
        given(first)
    with time_machine.travel(first.ends_at + timedelta(hours=25), tick=False), app.app_context():
        sweep(lambda: first.ends_at + timedelta(hours=25))
        after = " ".join(mail.text() for mail in smtp_sink.to("ada@example.com"))
        shown = behind_link(client, first, "/guides")
        for title in (ball, breath, movements):
            assert title in after
            assert title in shown
        checked.append(
            "a day after the session the mail and the page show ball, breathing and the five movements"
        )
        assert (load_practice().phone or "") in answer_again(client, second, thinners="yes")
        hidden = behind_link(client, first, "/guides")
        assert ball not in hidden
        assert breath in hidden
        checked.append("the ball is hidden from who has to call; breathing stays")


@pytest.mark.clinic("kneaded-tranquility")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_003_nothing_of_the_library_is_seen_before_a_therapist_approved_it_and_tools_after_coaching(
    app: Flask, client: FlaskClient, checked: list[str]
) -> None:
    walk = PracticeWalk(client, "psoas-release", RETURNING)
    walk.answer()
    walk.confirm(walk.starts(MONDAY)[0])
    with app.app_context():
        appointment = newest()
        slugs = ("knee-hold-press", "hip-front-massage", "tool-release")
        knee, hip, tool = titles(*slugs)
        before = behind_link(client, appointment, "/guides")
        assert not any(title in before for title in (knee, hip, tool))
        checked.append("nothing is visible before it is approved")
        for slug in slugs:
            approve(slug)
        shown = behind_link(client, appointment, "/guides")
        assert knee in shown
        assert hip in shown
        assert tool not in shown
        timed = behind_link(client, appointment, "/guides/knee-hold-press")
        assert re.search(r"30 seconds", timed)
        assert re.search(r"other side|[Ss]witch", timed)
        untimed = behind_link(client, appointment, "/guides/hip-front-massage")
        assert "as advised by your therapist" in untimed.lower()
        assert not re.search(r"cramp|inflammation|toxin", timed + untimed)
        checked.append("30 seconds, switch, 30 seconds; what has no time says as advised; no claims")
        with transaction() as rows:
            rows.execute(update(Client).values(tool_coached_at=NOW))
        assert tool in behind_link(client, appointment, "/guides")
        checked.append("the tool opens after coaching")
        answer_again(client, appointment, pregnant="yes")
        pregnant = behind_link(client, appointment, "/guides")
        assert not any(title in pregnant for title in (knee, hip, tool))
        checked.append("a pregnant client sees nothing that presses on the belly")


@pytest.mark.clinic("kneaded-tranquility")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_004_phone_first_all_are_qualified_and_links_are_counted(
    app: Flask, client: FlaskClient, checked: list[str]
) -> None:
    with app.app_context():
        practice = load_practice()
        deep = practice.service("psoas-release")
        assert deep is not None
        assert len(deep.techniques) == 3
        assert practice.therapists_for(deep) == practice.therapists
        assert practice.locations[0].phone == "412-932-5535"
        checked.append("all therapists hold the three techniques; the telephone is the page's")
    walk = PracticeWalk(client, "psoas-release", f"{RETURNING}&src=instagram")
    walk.answer()
    walk.confirm(walk.starts(MONDAY)[0])
    with app.app_context():
        assert newest().source == "instagram"
        checked.append("where a link came from is kept and counted")
    near = PracticeWalk(app.test_client(), "psoas-release", RETURNING)
    near.answer()
    starts = near.starts(MONDAY + timedelta(days=1))
    assert starts
    refused = near.confirm(starts[0])
    assert refused.status_code == 409
    assert "call" in text_of(refused.text).lower()
    checked.append("deep work lies three days apart for one client, and the refusal tells nothing")


def booked(app: Flask, slug: str, day: date) -> Appointment:
    """All is well, and the first time of that day."""
    walk = PracticeWalk(app.test_client(), slug, RETURNING)
    walk.answer()
    done = walk.confirm(walk.starts(day)[0])
    assert done.status_code == 200, text_of(done.text)
    with app.app_context():
        return newest()


def given(appointment: Appointment) -> None:
    """It took place, and the therapist has asked again before it."""
    by, now = Actor("staff", "dana@example.com"), appointment.ends_at

    def click() -> Click:
        return Click(appointment.id, get_appointment(appointment.id).row_version, by)

    tick_verbal(click(), now)
    assert isinstance(mark_completed(click(), now), Marked)


def approve(slug: str) -> None:
    """By a therapist of the practice."""
    with transaction() as rows:
        said = {"approved_by": "A therapist (example)", "approved_at": NOW}
        rows.execute(update(SelfCareGuide).where(SelfCareGuide.slug == slug).values(**said))


def titles(*slugs: str) -> list[str]:
    """How guides are called."""
    known = {one.slug: one.title["en"] for one in db.session.scalars(select(SelfCareGuide))}
    return [known[slug] for slug in slugs]


def answer_again(client: FlaskClient, appointment: Appointment, **said: str) -> str:
    """Something has changed since they booked, and they say so behind their link."""
    link = f"/appointment/{manage_token(appointment.public_id, appointment.token_version)}/changed/questions"
    told = {f"q-{key}": value for key, value in (well() | said).items()}
    fields = fields_of(client.get(link), "questions").to_dict() | told
    return text_of(client.post(link, data=fields).text)
