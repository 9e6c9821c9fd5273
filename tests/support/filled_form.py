"""A page's form as a browser without script would send it: what stands in its fields, changed where the test says so."""

from collections.abc import Mapping
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Changes = Mapping[str, str | list[str] | None]


class _Reader(HTMLParser):
    """Collects the fields of one form."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.fields: MultiDict[str, str] = MultiDict()
        self._inside = False
        self._area: str | None = None
        self._choice: tuple[str, bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("id") == self.form_id
        if not self._inside:
            return
        if (
            tag == "input"
            and "name" in found
            and (found.get("type") not in ("checkbox", "radio") or "checked" in found)
        ):
            self.fields.add(found["name"], found.get("value", ""))
        elif tag == "textarea":
            self._area = found["name"]
            self.fields.add(self._area, "")
        elif tag == "select":
            self._choice = (found["name"], False)
        elif tag == "option" and self._choice and ("selected" in found or not self._choice[1]):
            self.fields[self._choice[0]] = found.get("value", "")
            self._choice = (self._choice[0], True)

    def handle_endtag(self, tag: str) -> None:
        """Leave the form or the field."""
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._choice = None

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self._area:
            self.fields[self._area] += data.removeprefix("\r\n").removeprefix("\n")


def fields_of(page: TestResponse, form_id: str = "settings-form") -> MultiDict[str, str]:
    """What the form would send as it stands."""
    reader = _Reader(form_id)
    reader.feed(page.text)
    assert reader.fields, page.text
    return reader.fields


def send(client: FlaskClient, path: str, changes: Changes, page: TestResponse | None = None) -> TestResponse:
    """Open the page (or use one that is open already), change some fields, send it. None takes a field away."""
    fields = fields_of(page or client.get(path))
    for name, value in changes.items():
        if value is None:
            fields.poplist(name)
        else:
            fields.setlist(name, value if isinstance(value, list) else [value])
    return client.post(path, data=fields)
