"""The languages that the product's own texts are written in."""

from collections.abc import Mapping

#: Code -> what staff call it. What pages and mails exist in is found by the catalogues (app/languages.py).
LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "French"}
