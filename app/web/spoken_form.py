"""The form that all of ours are made from: what WTForms itself says about a field is said in the language of the page."""

from functools import cache
from gettext import NullTranslations

from flask_wtf import FlaskForm
from wtforms.i18n import get_translations

from app.web.language import speaking


class SpokenForm(FlaskForm):  # type: ignore[misc]
    """A form with a token against forgery."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How WTForms finds its words."""

        def get_translations(self, _form: object) -> NullTranslations:
            """Those of the library for this request's language; its own English where it has none."""
            return _of_library(speaking())


@cache
def _of_library(language: str) -> NullTranslations:
    try:
        found: NullTranslations = get_translations([language])
    except OSError:
        return NullTranslations()
    return found
