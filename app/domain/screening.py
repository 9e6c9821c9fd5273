"""Which work may not be booked without questions about health first."""

_TENDER = frozenset({"psoas", "belly", "abdomen", "abdominal", "pelvis", "pelvic", "groin"})


def must_be_screened(depth: str, region: str | None) -> bool:
    """Whether work of that depth on that body region always needs screening; ``region`` is words joined by hyphens."""
    return depth == "deep" and not _TENDER.isdisjoint((region or "").split("-"))
