"""Who works here: who needs more than a password, and which roles go together."""

import pytest

from app.domain.staff import StaffRole, needs_second_step, role_problem


@pytest.mark.parametrize(
    ("roles", "needed"),
    [
        ({StaffRole.OWNER}, True),
        ({StaffRole.THERAPIST}, True),
        ({StaffRole.DESK, StaffRole.THERAPIST}, True),
        ({StaffRole.DESK}, False),
        (set(), False),
    ],
)
def test_one_rule_says_who_needs_it(roles: set[StaffRole], needed: bool) -> None:
    assert needs_second_step(roles) is needed


@pytest.mark.parametrize(
    ("roles", "therapist_id", "begins"),
    [
        ((StaffRole.OWNER,), None, None),
        ((StaffRole.DESK, StaffRole.THERAPIST), 1, None),
        ((), None, "Choose at least one role"),
        ((StaffRole.THERAPIST,), None, "Choose whose diary"),
        ((StaffRole.OWNER,), 1, "Only a therapist"),
    ],
)
def test_roles_and_diary_go_together(
    roles: tuple[StaffRole, ...], therapist_id: int | None, begins: str | None
) -> None:
    problem = role_problem(roles, therapist_id)
    assert problem is None if begins is None else str(problem).startswith(begins)
