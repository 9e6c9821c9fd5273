"""Who is told what: the difference between what people know and what is true."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.moments import SessionSpan
from app.domain.notifications import (
    BEGUN,
    BOOKED_TOO_LATE,
    MOVED_TOO_LATE,
    NO_CLIENT_ADDRESS,
    NO_STAFF_ADDRESS,
    NOT_CHOSEN,
    OWN_DOING,
    Audience,
    Kind,
    Notice,
)
from app.domain.policy import Policy
from app.domain.telling import Known, Plan, Reader, Told, plans
from tests.domain.test_moments import DEEP

HALIFAX = ZoneInfo("America/Halifax")
NOW = datetime(2027, 2, 1, 16, tzinfo=UTC)  # Monday noon in Halifax
AT_ONCE = timedelta(0)
DANA, MIA = 7, 8


def told(starts_at: datetime = NOW + timedelta(days=20), **changes: object) -> Told:
    start = starts_at.astimezone(UTC)
    facts: dict[str, object] = {
        "when": SessionSpan(start, start + timedelta(hours=1), HALIFAX),
        "therapist_id": DANA,
        "holds": True,
        "client_has_address": True,
        "policy": Policy(),
        "steps": DEEP,
    }
    return Told(**(facts | changes))  # type: ignore[arg-type]


def client(known: Known | None = None, *, has_address: bool = True) -> Reader:
    return Reader(Audience.CLIENT, known, has_address)


def therapist(number: int = DANA, known: Known | None = None, **more: object) -> Reader:
    return Reader(Audience.THERAPIST, known, True, therapist_id=number, **more)  # type: ignore[arg-type]


def decided(facts: Told, *readers: Reader, now: datetime = NOW) -> dict[str, Plan]:
    return {plan.step: plan for plan in plans(facts, readers, now, AT_ONCE)}


def test_a_booking_tells_client_and_therapist_at_once_and_plans_the_moments_ahead() -> None:
    made = decided(told(), client(), therapist())
    assert list(made) == ["booked", "therapist_booked:7", "before_7d", "before_3d", "before_1d", "before_3h"]
    assert made["booked"].due_at == made["therapist_booked:7"].due_at == NOW
    assert [made[step].kind for step in ("before_7d", "before_3d", "before_1d", "before_3h")] == [
        Kind.APPOINTMENT_PREPARATION,
        Kind.APPOINTMENT_REMINDER,
        Kind.APPOINTMENT_REMINDER,
        Kind.APPOINTMENT_PREPARATION,
    ]
    assert all(plan.why_not is None for plan in made.values())
    assert made["booked"].carries == ()


def test_a_request_is_acknowledged_and_nothing_is_planned_ahead_of_it() -> None:
    made = decided(told(requested=True), client(), therapist())
    assert list(made) == ["requested", "therapist_booked:7"]
    assert made["requested"].kind is Kind.APPOINTMENT_REQUESTED


def test_a_request_that_nobody_answered_is_told_by_a_mail_of_its_own() -> None:
    facts = told(holds=False, lapsed=True)
    known = Known(facts.when.starts_at, DANA, requested=True)
    made = decided(facts, client(known), therapist(known=replace(known, requested=False)))
    assert made["lapsed"].kind is Kind.APPOINTMENT_LAPSED
    assert made["therapist_cancelled:7"].kind is Kind.THERAPIST_CANCELLED
    assert len(made) == 2


def test_what_staff_change_waits_before_anybody_is_told() -> None:
    made = plans(told(), [client(), therapist()], NOW, timedelta(minutes=3))
    assert {plan.due_at for plan in made[:2]} == {NOW + timedelta(minutes=3)}


def test_rule_3_whoever_books_two_hours_ahead_reads_the_meal_advice_in_the_confirmation_only() -> None:
    made = decided(told(NOW + timedelta(hours=2, minutes=30)), client())
    assert made["booked"].carries == ("three-days", "day-before", "hours-before", "arrival")
    late = {step: made[step].why_not for step in ("before_3d", "before_1d", "before_3h")}
    assert set(late.values()) == {BOOKED_TOO_LATE}


def test_rule_3_a_step_that_would_come_within_the_hour_is_merged_too() -> None:
    start = NOW + timedelta(hours=3, minutes=50)
    made = decided(told(start), client())
    assert "hours-before" in made["booked"].carries
    assert made["before_3h"].why_not == BOOKED_TOO_LATE
    assert decided(told(NOW + timedelta(hours=4, minutes=10)), client())["before_3h"].why_not is None


def test_rule_3_nothing_goes_out_in_a_burst() -> None:
    for hours in range(1, 240):
        made = decided(told(NOW + timedelta(hours=hours)), client())
        going = sorted(plan.due_at for plan in made.values() if plan.why_not is None)
        assert all(after - before >= timedelta(hours=1) for before, after in itertools.pairwise(going))
        keys = [key for plan in made.values() if plan.why_not is None for key in plan.carries]
        assert len(keys) == len(set(keys)), hours  # and nothing is said twice


def test_rule_4_a_move_says_what_is_late_unless_it_was_told_before() -> None:
    before = Known(NOW + timedelta(days=9), DANA)
    soon = told(NOW + timedelta(days=2), told_keys=frozenset({"week"}))
    made = decided(soon, client(before))
    assert made["moved"].before == before
    assert made["moved"].carries == ("three-days",)
    assert made["before_3d"].why_not == MOVED_TOO_LATE
    again = decided(replace(soon, told_keys=frozenset({"three-days"})), client(before))
    assert again["moved"].carries == ()


def test_rule_4_a_move_plans_the_moments_of_the_new_time() -> None:
    made = decided(told(), client(Known(NOW + timedelta(days=5), DANA)))
    assert made["before_3d"].due_at > NOW + timedelta(days=16)
    assert made["before_3d"].why_not is None


def test_moving_to_another_therapist_tells_who_lost_it_and_who_got_it() -> None:
    before = Known(NOW + timedelta(days=9), MIA)
    made = decided(told(), client(before), therapist(DANA), therapist(MIA, before))
    assert made["therapist_booked:7"].before is None
    assert made["therapist_cancelled:8"].before == before


def test_moved_and_moved_back_before_anybody_was_told_tells_nobody() -> None:
    same = Known(told().when.starts_at, DANA)
    made = decided(told(), client(same), therapist(DANA, same))
    assert all(
        plan.kind in (Kind.APPOINTMENT_REMINDER, Kind.APPOINTMENT_PREPARATION) for plan in made.values()
    )


def test_without_news_what_became_due_meanwhile_goes_now_as_one_message() -> None:
    facts = told(NOW + timedelta(days=2, hours=20))
    same = Known(facts.when.starts_at, DANA)
    made = decided(facts, client(same))
    assert made["before_3d"].due_at == NOW
    assert made["before_3d"].carries == ("three-days",)
    had = replace(facts, told_keys=frozenset({"three-days"}), told_steps=frozenset({"before_3d"}))
    assert decided(had, client(same))["before_3d"].why_not == MOVED_TOO_LATE


def test_without_news_a_reminder_that_was_due_meanwhile_is_owed_also_without_advice() -> None:
    facts = told(NOW + timedelta(days=2, hours=20), steps=())
    made = decided(facts, client(Known(facts.when.starts_at, DANA)))
    assert made["before_3d"].due_at == NOW
    assert made["before_3d"].why_not is None


def test_booked_and_cancelled_before_anybody_was_told_tells_nobody() -> None:
    assert decided(told(holds=False), client(), therapist()) == {}


def test_cancelling_tells_who_knew_of_it_and_plans_nothing() -> None:
    known = Known(told().when.starts_at, DANA)
    made = decided(told(holds=False), client(known), therapist(DANA, known))
    assert list(made) == ["cancelled", "therapist_cancelled:7"]
    assert made["cancelled"].carries == ()


def test_rule_8_without_an_address_every_step_becomes_a_call() -> None:
    made = decided(told(client_has_address=False), client(has_address=False))
    assert {plan.why_not for plan in made.values()} == {NO_CLIENT_ADDRESS}


def test_nobody_is_told_of_what_they_did_themselves_or_chose_not_to_hear() -> None:
    assert decided(told(), therapist(did_it=True))["therapist_booked:7"].why_not == OWN_DOING
    silent = therapist(chosen=frozenset({Notice.CANCELLED}))
    assert decided(told(), silent)["therapist_booked:7"].why_not == NOT_CHOSEN
    nowhere = replace(therapist(), has_address=False)
    assert decided(told(), nowhere)["therapist_booked:7"].why_not == NO_STAFF_ADDRESS


def test_other_members_are_told_only_of_what_they_chose() -> None:
    desk = Reader(Audience.STAFF, None, True, staff_member_id=3, chosen=frozenset({Notice.NEW}))
    assert decided(told(), desk)["therapist_booked:staff-3"].staff_member_id == 3
    known = replace(desk, known=Known(NOW, DANA))
    assert not [step for step in decided(told(), known) if "staff" in step]


def test_a_session_entered_after_it_began_is_confirmed_to_nobody() -> None:
    made = decided(told(NOW - timedelta(minutes=5)), client(), therapist())
    assert {plan.why_not for plan in made.values()} == {BEGUN}


def test_each_kind_expires_when_it_would_do_harm() -> None:
    start = NOW + timedelta(days=10)
    assert decided(told(start), client())["booked"].expires_at == start
    known = Known(NOW + timedelta(days=4), DANA)
    assert decided(told(start), client(known))["moved"].expires_at == NOW + timedelta(hours=72)
    soon = NOW + timedelta(hours=5)
    assert decided(told(soon), client(known))["moved"].expires_at == soon
    gone = decided(told(soon, holds=False), client(known))["cancelled"]
    assert gone.expires_at == NOW + timedelta(hours=72)


def test_a_second_person_is_told_of_what_concerns_them_by_notices_of_their_own() -> None:
    facts, second = told(chaperone_id=MIA), therapist(MIA, is_second=True)
    assert decided(facts, second)["second_booked:8"].kind is Kind.SECOND_BOOKED
    before = Known(NOW + timedelta(days=9), DANA)
    assert decided(facts, replace(second, known=before))["second_moved:8"].before == before
    released = decided(told(chaperone_id=None), replace(second, known=before))
    assert released["second_released:8"].kind is Kind.SECOND_RELEASED
    same = Known(facts.when.starts_at, DANA)
    assert "second" not in " ".join(decided(facts, replace(second, known=same)))
