"""Who is qualified today."""

from datetime import date

from app.domain.policy import Policy
from app.domain.practice import Practice, Qualification, Service, Technique, Therapist
from app.domain.qualified import services_given, techniques_of, therapists_giving

TODAY = date(2026, 11, 23)
PSOAS, CUPPING = Technique(1, "psoas", {"en": "Psoas"}), Technique(2, "cupping", {"en": "Cupping"})
DEEP = Service(1, "deep", {"en": "Deep"}, techniques=(PSOAS,))
LIGHT = Service(2, "light", {"en": "Light"})


def therapist(number: int, *held: Qualification) -> Therapist:
    return Therapist(number, number, f"t-{number}", f"T {number}", qualifications=held)


HOLDS, LAST_DAY = therapist(1, Qualification(1)), therapist(2, Qualification(1, TODAY))
LAPSED, NEVER = therapist(3, Qualification(1, date(2026, 11, 22))), therapist(4, Qualification(2))
PRACTICE = Practice(
    "p",
    "P",
    "P",
    "en",
    "CAD",
    False,
    1,
    Policy(),
    (),
    (DEEP, LIGHT),
    (HOLDS, LAST_DAY, LAPSED, NEVER),
    (PSOAS, CUPPING),
)


def test_only_who_is_qualified_today_gives_a_service() -> None:
    assert therapists_giving(PRACTICE, DEEP, TODAY) == (HOLDS, LAST_DAY)
    assert not LAPSED.holds(DEEP.techniques, TODAY)


def test_a_service_that_needs_nothing_is_given_by_everybody() -> None:
    assert therapists_giving(PRACTICE, LIGHT, TODAY) == PRACTICE.therapists
    assert services_given(PRACTICE, LAPSED, TODAY) == (LIGHT,)


def test_a_qualification_that_has_lapsed_is_not_told() -> None:
    assert techniques_of(PRACTICE, HOLDS, TODAY) == (PSOAS,)
    assert techniques_of(PRACTICE, LAPSED, TODAY) == ()
