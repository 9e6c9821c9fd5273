"""`flask staff add`: a sentence for everything that can go wrong."""

import pytest
from flask import Flask

from app.store.staff import find_by_email
from app.store.transactions import transaction
from tests.support.desk import PASSWORD, sign_in
from tests.support.rows import make_practice


@pytest.fixture
def practice(app: Flask) -> Flask:
    """The application with a practice in it."""
    with app.app_context():
        make_practice(therapists=1)
    return app


def add(app: Flask, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    """Exit status and what was said."""
    done = app.test_cli_runner().invoke(
        args=["staff", "add", *arguments, "--password-stdin"], input=f"{password}\n"
    )
    return done.exit_code, done.output


def test_a_new_member_can_sign_in(practice: Flask) -> None:
    status, said = add(practice, "Sam@Example.com", "--role", "desk", "--name", "Sam")
    assert (status, said.strip()) == (0, "sam@example.com can sign in now, as desk.")
    assert sign_in(practice.test_client(), "sam@example.com").status_code == 302


def test_a_member_may_have_several_roles_and_a_diary(practice: Flask) -> None:
    status, _ = add(
        practice, "a@example.com", "--role", "owner", "--role", "therapist", "--therapist", "therapist-1"
    )
    assert status == 0
    with practice.app_context():
        member = find_by_email("A@EXAMPLE.COM")
        assert member is not None
        assert {role.name for role in member.roles} == {"owner", "therapist"}
        assert member.therapist is not None
        assert member.therapist.slug == "therapist-1"


def test_an_address_is_taken_once(practice: Flask) -> None:
    add(practice, "sam@example.com", "--role", "desk")
    status, said = add(practice, "SAM@example.com", "--role", "owner")
    assert (status, said.strip()) == (1, "Error: sam@example.com is a staff member already.")


def test_a_diary_belongs_to_one_member(practice: Flask) -> None:
    add(practice, "a@example.com", "--role", "therapist", "--therapist", "therapist-1")
    status, said = add(practice, "b@example.com", "--role", "therapist", "--therapist", "therapist-1")
    assert status == 1
    assert "signs in as therapist-1 already" in said


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    "password", ["short", "password1234", "123456789012", "sam-at-12345", "example bodywork 1", "x" * 129]
)
def test_a_weak_password_is_refused_in_a_sentence(practice: Flask, password: str) -> None:
    status, said = add(practice, "sam-at@example.com", "--role", "desk", password=password)
    assert status == 1
    assert said.startswith("Error: The password is too weak.")
    with practice.app_context():
        assert find_by_email("sam-at@example.com") is None


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_unknown_therapist_is_named(practice: Flask) -> None:
    status, said = add(practice, "a@example.com", "--role", "therapist", "--therapist", "nobody")
    assert status == 1
    assert "no therapist 'nobody'" in said


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("email", ["nonsense", "a@b@c", "ü@example.com", "a\n@example.com"])
def test_what_is_no_address_is_refused(practice: Flask, email: str) -> None:
    status, said = add(practice, email, "--role", "desk")
    assert status == 1
    assert "is not an e-mail address" in said


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("arguments", [[], ["a@example.com"], ["a@example.com", "--role", "queen"]])
def test_wrong_usage_ends_with_2(practice: Flask, arguments: list[str]) -> None:
    assert add(practice, *arguments)[0] == 2


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_prompt_asks_twice(practice: Flask) -> None:
    said = f"{PASSWORD}\n{PASSWORD}\n"
    done = practice.test_cli_runner().invoke(
        args=["staff", "add", "sam@example.com", "--role", "desk"], input=said
    )
    assert done.exit_code == 0
    assert PASSWORD not in done.output


def test_an_owner_who_lost_the_telephone_gets_back_in(practice: Flask) -> None:
    add(practice, "sam@example.com", "--role", "owner")
    with practice.app_context(), transaction():
        member = find_by_email("sam@example.com")
        assert member is not None
        member.tf_primary_method, member.tf_totp_secret = "authenticator", "a secret"
    runner = practice.test_cli_runner()
    done = runner.invoke(args=["staff", "forget-second-step", "SAM@example.com"])
    assert done.exit_code == 0, done.output
    assert sign_in(practice.test_client(), "sam@example.com").headers["Location"].endswith("/staff/")
    unknown = runner.invoke(args=["staff", "forget-second-step", "nobody@example.com"])
    assert (unknown.exit_code, "There is no staff member" in unknown.output) == (1, True)
