"""A client's way through the pages of a real practice's file, and what it is shown."""

import re
from dataclasses import dataclass
from datetime import date
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.filled_form import fields_of
from tests.support.screening_table import well

_WHO = {"name": "Ada Moss", "email": "ada@example.com", "phone": "902-555-0110"}


@dataclass
class PracticeWalk:
    """One browser at one service; what is chosen travels in ``chosen``."""

    client: FlaskClient
    slug: str
    chosen: str

    @property
    def book(self) -> str:
        """Where the booking begins."""
        return f"/book/{self.slug}"

    def choose(self) -> TestResponse:
        """The page of the service."""
        return self.client.get(f"{self.book}?{self.chosen}")

    def answer(self, **said: str) -> TestResponse:
        """All is well but for what is named; the page that follows."""
        page = self.client.get(f"{self.book}/questions?{self.chosen}")
        told = {f"q-{key}": value for key, value in (well() | said).items()}
        aside = {"second-person": "declined"} if "second-person" in page.text else {}
        return self._sent(f"{self.book}/questions", fields_of(page, "questions").to_dict() | told | aside)

    def starts(self, day: date) -> list[str]:
        """The instants that the times page of that day offers."""
        page = self.client.get(f"{self.book}/time?{self.chosen}&date={day}")
        return re.findall(r'name="start" value="([^"]+)"', unescape(page.text))

    def confirm(self, start: str, **who: str) -> TestResponse:
        """From a time to the end."""
        chosen = dict(pair.split("=") for pair in self.chosen.split("&"))
        details = self._sent(f"{self.book}/hold", {"start": start, **chosen})
        consent = self._pressed(details, "details", "check", **(_WHO | who))
        check = self._agreed(consent) if 'id="consent"' in consent.text else consent
        return self._pressed(check, "check", "confirm")

    def _agreed(self, page: TestResponse) -> TestResponse:
        areas = dict.fromkeys(re.findall(r'name="(area-[^"]+)"', page.text), "yes")
        said = {
            "draping": "covered by a sheet",
            "clothing": "stays dressed",
            "stop_word": "Red",
            "agreed": "y",
        }
        return self._pressed(page, "consent", "check", **areas, **said)

    def _pressed(self, page: TestResponse, form: str, step: str, **typed: str) -> TestResponse:
        token = page.request.path.rsplit("/", 1)[1]
        address = f"{self.book}/{step}/{token}?{page.request.query_string.decode()}"
        return self._sent(address, fields_of(page, form).to_dict() | typed)

    def _sent(self, address: str, fields: dict[str, str]) -> TestResponse:
        answer = self.client.post(address, data=fields)
        if answer.status_code in (302, 303):
            return self.client.get(answer.headers["Location"])
        return answer
