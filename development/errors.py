"""The one exception that these tools explain in a sentence."""


class Problem(Exception):
    """Something foreseeable went wrong; its text is a sentence for the person at the keyboard."""
