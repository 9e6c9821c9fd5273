"""Texts as cells that no spreadsheet takes for a formula."""

from unicodedata import category

#: What a formula, or a way around the test for one, begins with; also in the wide letters of East Asian keyboards.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would run it; telephone numbers with a plus get one, too."""
    begins = next((one for one in text if not (one.isspace() or category(one) == "Cf")), "")
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) or begins in _BEGINS_A_FORMULA else text
