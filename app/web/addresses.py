"""The areas of the site by how their addresses begin, and whether this request is for one of them."""

from flask import request

STAFF, PROGRAMS, FRAMED, STATIC = "/staff", "/api", "/embed", "/static"


def is_below(*areas: str) -> bool:
    """Whether the address that is asked for belongs to one of them."""
    return request.path in areas or request.path.startswith(tuple(f"{area}/" for area in areas))
