"""Self-care guides: approved by a therapist, hidden where the screening says so, shown with their times, unlocked by coaching."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.actions.day import Click, undo_mark
from app.domain.screening import Outcome, day_key
from app.domain.wishes import Wishes
from app.extensions import db
from app.models import Client, Screening, ScreeningSetVersion, SelfCareGuide, Service
from app.store.audit import list_audit_lines
from app.store.screenings import seal_round
from app.store.selfcare import reader_of
from app.store.transactions import transaction
from tests.support.answers import SAM, complete, link
from tests.support.desk import Desk, form_of, text_of
from tests.support.guides import KEYS, add_guides, add_set, screened
from tests.support.rows import MONDAY, NOW, at

ALL = ("breathing", "ball", "lunge", "tool", "new-one")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The practice has guides and questions."""
    with desk.app.app_context():
        add_guides()
        add_set()
    return desk


def answered(desk: Desk, outcome: Outcome, *yes: str, **more: object) -> None:
    """Jo Park has."""
    with desk.app.app_context():
        screened("Jo Park", outcome, *yes, **more)  # type: ignore[arg-type]


def seen(desk: Desk, client: FlaskClient, reference: str) -> list[str]:
    """The guides that open behind the link; the list names these and no others."""
    opened = [slug for slug in ALL if client.get(link(desk, reference, f"/guides/{slug}")).status_code == 200]
    page = client.get(link(desk, reference, "/guides"))
    assert [slug for slug in ALL if f"/guides/{slug}" in page.text] == opened
    return opened


def test_who_was_never_screened_sees_breathing_only(desk: Desk, client: FlaskClient, reference: str) -> None:
    assert seen(desk, client, reference) == ["breathing"]


@pytest.mark.parametrize(
    ("outcome", "decision", "shown"),
    [
        (Outcome.OK, None, ["breathing", "ball", "lunge"]),
        (Outcome.REVIEW, None, ["breathing", "lunge"]),
        (Outcome.REVIEW, "declined", ["breathing", "lunge"]),
        (Outcome.REVIEW, "lapsed", ["breathing", "lunge"]),
        (Outcome.REVIEW, "accepted", ["breathing", "ball", "lunge"]),
        (Outcome.REVIEW, "changed", ["breathing", "ball", "lunge"]),
        (Outcome.CALL, None, ["breathing", "lunge"]),
        (Outcome.URGENT, None, ["breathing", "lunge"]),
    ],
)
def test_the_last_outcome_hides_what_presses_on_the_belly(
    desk: Desk, client: FlaskClient, reference: str, outcome: Outcome, decision: str | None, shown: list[str]
) -> None:
    answered(desk, outcome, "thinners", decision=decision)
    assert seen(desk, client, reference) == shown


def test_the_answer_to_a_question_hides_what_it_gates(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    answered(desk, Outcome.OK, "surgery")
    assert seen(desk, client, reference) == ["breathing", "ball"]


def test_the_last_answers_count_and_old_ones_count_as_none(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    answered(desk, Outcome.CALL, "pregnant", at=NOW - timedelta(days=300))
    assert "ball" not in seen(desk, client, reference)
    answered(desk, Outcome.OK, at=NOW - timedelta(days=2))
    assert "ball" in seen(desk, client, reference)
    with desk.app.app_context(), transaction() as rows:
        screenings = db.metadata.tables["screening"]
        rows.execute(update(screenings).values(answered_at=NOW - timedelta(days=366)))
    assert seen(desk, client, reference) == ["breathing"]


def test_answers_that_open_no_more_hide_everything_that_they_could_hide(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    answered(desk, Outcome.OK)
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Client).values(wrapped_key=b"1" + bytes(60)))
    assert seen(desk, client, reference) == ["breathing"]


def test_a_coaching_session_unlocks_the_tool_and_taking_its_mark_back_locks_it(
    desk: Desk, client: FlaskClient, clock: time_machine.Traveller, reference: str
) -> None:
    answered(desk, Outcome.OK)
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Service).values(coaches_tools=True))
    assert "tool" not in seen(desk, client, reference)
    clock.move_to(at("19:00"))
    complete(desk, reference)
    assert "tool" in seen(desk, client, reference)
    facts = desk.facts(reference)
    with desk.app.app_context():
        undo_mark(Click(facts["id"], facts["row_version"], SAM), at("19:05"))
    assert "tool" not in seen(desk, client, reference)


def test_a_session_without_coaching_unlocks_nothing(
    desk: Desk, client: FlaskClient, clock: time_machine.Traveller, reference: str
) -> None:
    answered(desk, Outcome.OK)
    clock.move_to(at("19:00"))
    complete(desk, reference)
    assert "tool" not in seen(desk, client, reference)


def test_a_guide_may_wait_until_a_day_after_a_session(
    desk: Desk, client: FlaskClient, clock: time_machine.Traveller, reference: str
) -> None:
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(SelfCareGuide).where(SelfCareGuide.slug == "breathing").values(wait_minutes=1440))
    assert seen(desk, client, reference) == []
    clock.move_to(at("19:00"))
    complete(desk, reference)
    assert seen(desk, client, reference) == []
    clock.move_to(at("11:00") + timedelta(days=1))
    assert seen(desk, client, reference) == ["breathing"]


def test_the_page_says_how_long_when_to_switch_and_when_to_stop(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    page = text_of(client.get(link(desk, reference, "/guides/breathing")))
    assert "Stop when Pain means stop." in page
    assert "As advised by your therapist" in page  # the first step tells no number
    assert "30 seconds on each side" in page
    assert "First side 30 seconds" in page
    assert "Other side (switch sides first) 30 seconds" in page
    assert "All together 1 minute" in page
    assert "Approved by Thea Rapist" in page


def test_the_appointments_page_leads_to_the_guides_only_if_there_are_any(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    assert "Exercises for at home" in text_of(client.get(link(desk, reference)))
    with desk.app.app_context(), transaction() as rows:
        rows.execute(delete(SelfCareGuide))
    assert "Exercises for at home" not in text_of(client.get(link(desk, reference)))


def approve(desk: Desk, role: str, slug: str = "new-one") -> int:
    """Read the page and press its button."""
    page = desk.member(role).get(f"/staff/settings/guides/{slug}")
    action = f"/staff/settings/guides/{slug}/approve"
    return desk.member(role).post(action, data=form_of(page, action)).status_code


def stored(desk: Desk, slug: str = "new-one") -> SelfCareGuide:
    """The guide as it is kept."""
    with desk.app.app_context():
        row = db.session.scalars(select(SelfCareGuide).where(SelfCareGuide.slug == slug)).one()
        db.session.expunge(row)
        return row


def test_a_therapist_approves_with_name_and_date_and_the_log_says_so(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    assert "new-one" not in seen(desk, client, reference)
    assert approve(desk, "therapist") == 303
    row = stored(desk)
    assert (row.approved_by, row.approved_at) == ("Therapist", NOW)
    assert "new-one" in seen(desk, client, reference)
    with desk.app.app_context():
        assert [line.act for line in list_audit_lines("guide", row.id)] == ["guide approved"]


@pytest.mark.parametrize("role", ["owner", "desk"])
def test_nobody_but_a_therapist_approves(desk: Desk, role: str) -> None:
    assert "Approve it" not in text_of(desk.member(role).get("/staff/settings/guides/new-one"))
    assert desk.post(role, "/staff/settings/guides/new-one/approve", version="1").status_code == 403
    assert stored(desk).approved_at is None


def test_a_guide_that_was_changed_meanwhile_is_not_approved(desk: Desk) -> None:
    page = desk.member("therapist").get("/staff/settings/guides/new-one")
    with desk.app.app_context(), transaction() as rows:
        rows.execute(
            update(SelfCareGuide).where(SelfCareGuide.slug == "new-one").values(title={"en": "Other"})
        )
    action = "/staff/settings/guides/new-one/approve"
    answer = desk.member("therapist").post(action, data=form_of(page, action), follow_redirects=True)
    assert "Nothing was changed; please read it again." in text_of(answer)
    assert stored(desk).approved_at is None


@pytest.mark.parametrize(
    ("lacks", "gate", "approved"),
    [("steps", [], False), ("stop_rules", ["bone"], False), ("stop_rules", [], True)],
)
def test_a_guide_says_what_to_do_and_when_to_stop_wherever_it_is_not_for_everybody(
    desk: Desk, lacks: str, gate: list[str], approved: bool
) -> None:
    with desk.app.app_context(), transaction() as rows:
        lacking = {lacks: [], "gate": gate}
        rows.execute(update(SelfCareGuide).where(SelfCareGuide.slug == "new-one").values(**lacking))
    approve(desk, "therapist")
    assert (stored(desk).approved_at is not None) is approved


def edit(desk: Desk, slug: str, **typed: str) -> int:
    """Change a guide through its form."""
    path = f"/staff/settings/guides/{slug}/edit"
    page = desk.member("owner").get(path)
    assert page.status_code == 200
    return desk.member("owner").post(path, data=edit_fields(page.text) | typed).status_code


def edit_fields(page: str) -> dict[str, str]:
    """The settings form as a browser would send it."""
    inside = page[page.index('id="settings-form"') :]
    values = {}
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = 'type="checkbox"' not in tag or "checked" in tag
        if name and ticked:
            values[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', inside, re.DOTALL):
        values[name] = unescape(body).strip()
    return values


def test_changing_a_guide_takes_its_approval_back(desk: Desk, client: FlaskClient, reference: str) -> None:
    assert edit(desk, "breathing", title_en="Slow breathing") == 303
    row = stored(desk, "breathing")
    assert (row.title, row.approved_by, row.approved_at) == ({"en": "Slow breathing"}, None, None)
    assert seen(desk, client, reference) == []


def test_saving_a_guide_as_it_is_changes_nothing(desk: Desk) -> None:
    before = stored(desk, "breathing")
    assert edit(desk, "breathing") == 303
    after = stored(desk, "breathing")
    names = ("title", "steps", "stop_rules", "gate", "equipment", "approved_by", "approved_at", "retired_at")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]


def test_a_guide_out_of_use_is_shown_to_nobody_and_stays_approved(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    edit(desk, "breathing", retired="y")
    assert stored(desk, "breathing").approved_at is not None
    assert seen(desk, client, reference) == []


def test_a_guide_says_what_it_means_or_is_not_saved(desk: Desk) -> None:
    for typed in (
        {"title_en": ""},
        {"steps-1-up_to_seconds": "20"},
        {"steps-1-seconds": "soon"},
        {"gate": "nothing"},
        {"stop_rules-0-remove": "y", "gate": "abdominal"},
        {"title_en": "Detox"},
        {"title_en": "For {first_name}"},
    ):
        assert edit(desk, "breathing", **typed) == 422, typed
    assert stored(desk, "breathing").approved_at is not None


def test_the_owner_takes_an_approval_back(desk: Desk, client: FlaskClient, reference: str) -> None:
    page = desk.member("owner").get("/staff/settings/guides/breathing")
    action = "/staff/settings/guides/breathing/take-back"
    assert desk.member("owner").post(action, data=form_of(page, action)).status_code == 303
    assert seen(desk, client, reference) == []


def test_swept_answers_are_passed_over_where_all_was_well_and_clear_nothing_where_it_was_not(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    answered(desk, Outcome.OK, "surgery", at=NOW - timedelta(days=9))
    for days, outcome, shown in ((8, Outcome.OK, ["breathing", "ball"]), (7, Outcome.CALL, ["breathing"])):
        day = NOW - timedelta(days=days)
        answered(desk, outcome, at=day)
        with desk.app.app_context(), transaction() as rows:
            swept = update(Screening).where(Screening.answered_at == day)
            rows.execute(swept.values(sealed_answers=None, sealed_wishes=None))
        assert seen(desk, client, reference) == shown


def test_a_date_clears_a_guide_when_its_day_has_come_where_the_practice_is(desk: Desk) -> None:
    within = [{"within_days": 42, "outcome": "call"}]
    on = MONDAY - timedelta(days=42)
    with desk.app.app_context(), transaction() as rows:
        version = rows.scalars(select(ScreeningSetVersion)).one()
        dated = [
            one | {"answers": [*one["answers"][:1], one["answers"][1] | {"phases": within}]}
            for one in version.questions
        ]
        version.questions = dated
    desk.booked("10:00")
    answered(desk, Outcome.OK)
    with desk.app.app_context():
        with transaction() as rows:
            row = rows.scalars(select(Screening)).one()
            said = dict.fromkeys(KEYS, "no") | {"surgery": "yes", day_key("surgery"): on.isoformat()}
            seal_round(row, said, Wishes(), rows.get_one(Client, row.client_id).wrapped_key)
            client_id = row.client_id
        evening, morning = at("22:30"), at("00:30", MONDAY + timedelta(days=1))
        clear = [reader_of(client_id or 0, now).screened.clear for now in (evening, morning)]  # type: ignore[union-attr]
        assert ["surgery" in each for each in clear] == [False, True]
