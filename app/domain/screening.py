"""Which work may not be booked without questions about health first."""

#: Beginnings and parts of words for belly, pelvis and the hip flexors inside: "iliopsoas" and "lower-abdomen" count too.
_TENDER = (
    "psoas",
    "iliac",
    "belly",
    "bellies",
    "abdom",
    "stomach",
    "tummy",
    "viscer",
    "pelv",
    "groin",
    "inguin",
    "perine",
    "diaphragm",
)
_FRONT_OF_HIP = ("flexor", "front")


def must_be_screened(depth: str, region: str | None) -> bool:
    """Whether work of that depth on that body region always needs screening; ``region`` is words joined by hyphens."""
    words = (region or "").casefold()
    tender = any(word in words for word in _TENDER)
    return depth == "deep" and (tender or ("hip" in words and any(word in words for word in _FRONT_OF_HIP)))
