"""Is an e-mail address likely mistyped? Asked, never insisted on: every address may be right."""

#: Where most people have their mail; a name one slip away from one of these is hardly ever meant.
PROVIDERS = (
    *("gmail.com", "googlemail.com", "yahoo.com", "yahoo.ca", "yahoo.co.uk", "hotmail.com", "hotmail.ca"),
    *("outlook.com", "live.com", "msn.com", "icloud.com", "me.com", "aol.com", "comcast.net", "verizon.net"),
    *(
        "bellaliant.net",
        "eastlink.ca",
        "sympatico.ca",
        "rogers.com",
        "videotron.ca",
        "proton.me",
        "protonmail.com",
    ),
)
#: A short name has too many honest neighbours.
_SHORTEST = 9
#: Providers of their own that look like a slip.
_HONEST = ("ymail.com", "mail.com", "email.com")


def likely_meant(address: str) -> str | None:
    """The address with the provider that was likely meant: one letter left out, doubled, mistaken, or two swapped. None where it looks right."""
    name, at, provider = address.rpartition("@")
    provider = provider.lower()
    if not at or provider in (*PROVIDERS, *_HONEST):
        return None
    meant = next((one for one in PROVIDERS if len(one) >= _SHORTEST and _is_one_slip(provider, one)), None)
    return f"{name}@{meant}" if meant else None


def _is_one_slip(typed: str, meant: str) -> bool:
    """Whether one slip of a finger makes the one of the other."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    first = next(
        (n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant))
    )
    left, right = typed[first:], meant[first:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[1::-1] + left[2:]) == right
    return left[1:] == right or left == right[1:]
