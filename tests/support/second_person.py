"""A practice in which somebody can be the second person in the room."""

from flask import Flask

from tests.support.desk import ROLES, Desk
from tests.support.rows import make_practice
from tests.support.safety import describe


def desk_of_three(app: Flask, diary: str) -> Desk:
    """Three therapists, of whom the first and the third may be second persons; an account per role, the therapist's for that diary."""
    made = Desk(app)
    with app.app_context():
        make_practice(therapists=3, rooms=2)
        for slug in ("therapist-1", "therapist-3"):
            describe(slug, may_chaperone=True)
    for role in ROLES:
        made.add(role, role, diary if role == "therapist" else None)
    return made
