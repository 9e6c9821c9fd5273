"""Names in addresses and files: short, lower case, never used twice."""

import re
import unicodedata
from collections.abc import Collection

_LIMIT = 50


def slug_for(name: str, taken: Collection[str], otherwise: str) -> str:
    """A slug made of a name, unlike any that is taken; ``otherwise`` is for names without Latin letters or digits."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain)[:_LIMIT].strip("-") or otherwise
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
