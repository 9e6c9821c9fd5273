"""A visitor without a window who books deep work page by page: session, questions, time, details, consent, check, done."""

from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.filled_form import fields_of
from tests.support.rows import MONDAY, at
from tests.support.safety import WELL

SLUG = "psoas-release"
BOOK = f"/book/{SLUG}"
WHO = {"name": "Jo Park", "email": "jo@example.com"}
AGREED = {
    "area-belly": "yes",
    "area-groin": "no",
    "draping": "covered by a sheet",
    "clothing": "stays dressed",
    "stop_word": "Red",
    "agreed": "y",
}


@dataclass
class Walk:
    """One browser on its way; ``pages`` are the headings of what it was shown."""

    client: FlaskClient
    query: str = "session=returning.60&therapist=therapist-1"
    pages: list[str] = field(default_factory=list)

    def choose(self) -> TestResponse:
        """The first page."""
        return self._seen(self.client.get(BOOK))

    def questions(self) -> TestResponse:
        """The questions, as the first page's form leads to them."""
        return self._seen(self.client.get(f"{BOOK}/questions?{self.query}"))

    def answer(self, **said: str) -> TestResponse:
        """All is well but for what is named; the page that follows."""
        page = self.questions()
        return self._seen(self.client.post(f"{BOOK}/questions", data=self.answers(page, **said)), follow=True)

    def answers(self, page: TestResponse, **said: str) -> dict[str, str]:
        """The fields of the questions' form, filled in."""
        told = WELL | said
        fields = {("on-" + key[3:] if key.startswith("on_") else f"q-{key}"): told[key] for key in told}
        sent = fields_of(page, "questions").to_dict() | fields
        return sent | ({"second-person": "declined"} if "second-person" in page.text else {})

    def pick(self, clock: str = "10:00") -> TestResponse:
        """A time of the Monday; the details follow."""
        page = self.client.get(f"{BOOK}/time?{self.query}&date={MONDAY}")
        token = fields_of_any(page)["csrf_token"]
        said = dict(pair.split("=") for pair in self.query.split("&"))
        fields = {"csrf_token": token, "start": at(clock).isoformat(), **said}
        return self._seen(self.client.post(f"{BOOK}/hold", data=fields), follow=True)

    def press(self, page: TestResponse, form: str, path: str, **typed: str) -> TestResponse:
        """Send a form of the page to that address of this booking."""
        token = page.request.path.rsplit("/", 1)[1]
        sent = fields_of(page, form).to_dict() | typed
        address = f"{BOOK}/{path}/{token}?{page.request.query_string.decode()}"
        return self._seen(self.client.post(address, data=sent), follow=True)

    def to_check(self, clock: str = "10:00", **who: str) -> TestResponse:
        """From the times to the page that asks to check everything."""
        details = self.pick(clock)
        consent = self.press(details, "details", "check", **(WHO | who))
        return self.press(consent, "consent", "check", **AGREED)

    def book(self, clock: str = "10:00", **who: str) -> TestResponse:
        """From the times to the end."""
        return self.press(self.to_check(clock, **who), "check", "confirm")

    def _seen(self, page: TestResponse, *, follow: bool = False) -> TestResponse:
        if follow and page.status_code in (302, 303):
            page = self.client.get(page.headers["Location"])
        heading = page.text.partition("<h1")[2].partition(">")[2].partition("</h1>")[0].strip()
        self.pages.append(heading)
        return page


def fields_of_any(page: TestResponse) -> dict[str, str]:
    """The token of any form of the page."""
    value = page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    return {"csrf_token": value}
