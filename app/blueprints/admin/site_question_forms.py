"""The form for what people ask: a question and its answer in every language, in the order that is wanted."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.blueprints.admin.fields import Block, Line, Whole
from app.blueprints.admin.forms import RowForm, SettingsForm, blame, counting, rows_of
from app.domain.site_questions import LONGEST_ANSWER, LONGEST_QUESTION, MOST_QUESTIONS, FrequentQuestion
from app.web.language import _, lazy
from app.web.local_words import languages_with


class AskedRow(RowForm):
    """One question. The fields of each language are given by ``site_question_form``."""

    place = Whole(lazy("Place"), 1, 999)
    languages: ClassVar[Mapping[str, str]] = {}

    def fits_together(self) -> bool:
        """A question has an answer in the same language, and an answer its question."""
        for code, name in self.languages.items():
            question, reply = self[f"question_{code}"], self[f"answer_{code}"]
            if question.data and not reply.data:
                blame(reply, _("Write the answer in %(name)s, too.", name=name))
            if reply.data and not question.data:
                blame(question, _("Write the question in %(name)s, too.", name=name))
        return not self.errors

    @property
    def asked(self) -> FrequentQuestion:
        """What the row says."""
        return FrequentQuestion(_texts(self, "question"), _texts(self, "answer"))


class SiteQuestionsForm(SettingsForm):
    """All questions. ``site_question_form`` gives it its rows."""

    asked: Any
    languages: ClassVar[Mapping[str, str]]

    def fits_together(self) -> bool:
        """Not more than a page can bear."""
        if len(counting(self.asked)) > MOST_QUESTIONS:
            blame(
                self.asked, _("That are more than %(most)s questions: fewer are read.", most=MOST_QUESTIONS)
            )
        return not self.asked.errors

    def in_order(self) -> list[FrequentQuestion]:
        """What was typed, by place; rows of the same place, and those without one, stay in the order of the page."""
        rows = counting(self.asked)
        return [row.asked for row in sorted(rows, key=lambda row: row.place.value or len(rows) + 1)]


def site_question_form(language: str) -> type[SiteQuestionsForm]:
    """The form with fields for every language; the practice's own comes first."""
    languages = languages_with(language)
    fields: dict[str, Any] = {}
    for code, name in languages.items():
        fields[f"question_{code}"] = Line(lazy("Question in %(name)s", name=name), LONGEST_QUESTION)
        fields[f"answer_{code}"] = Block(lazy("Answer in %(name)s", name=name), LONGEST_ANSWER)
    row = type("LanguageAskedRow", (AskedRow,), fields | {"languages": languages, "tells": tuple(fields)})
    return type(
        "LanguageQuestionsForm", (SiteQuestionsForm,), {"languages": languages, "asked": rows_of(row)}
    )


def asked_rows(stored: list[FrequentQuestion], languages: Mapping[str, str]) -> list[dict[str, Any]]:
    """Stored questions as rows, places counted from 1."""
    return [
        {"place": place}
        | {f"question_{code}": one.question.get(code, "") for code in languages}
        | {f"answer_{code}": one.answer.get(code, "") for code in languages}
        for place, one in enumerate(stored, 1)
    ]


def _texts(form: Any, name: str) -> dict[str, str]:
    typed = {code: form[f"{name}_{code}"].data for code in form.languages}
    return {code: text for code, text in typed.items() if text}
