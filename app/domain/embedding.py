"""Which other sites may show the booking pages in a frame: an origin is checked here, whoever typed it."""

import re
from urllib.parse import SplitResult, urlsplit

from app.domain.said import said

#: More sites than this one practice has not; they all stand in a header of each framed page.
MOST_ORIGINS = 12
_LONGEST = 200
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_OURSELVES = frozenset({"localhost", "127.0.0.1"})


class BadOrigin(ValueError):
    """That is no site that may frame the booking pages; the message says why, in a sentence."""


def origin_of(typed: str) -> str:
    """The origin as browsers write it: ``https://www.example.com``, with a port only if it is an unusual one. Raises BadOrigin."""
    text = typed.strip().removesuffix("/")
    if not text or len(text) > _LONGEST or not text.isascii() or any(sign.isspace() for sign in text):
        raise BadOrigin(said("Type one address, such as https://www.example.com."))
    if "*" in text:
        raise BadOrigin(said("Name each site in full: a * would let in sites that are not yours."))
    parts = _parts_of(text if "://" in text else f"https://{text}")
    if parts.path or parts.query or parts.fragment:
        raise BadOrigin(
            said("Type the beginning of the address only, without a page: https://www.example.com.")
        )
    if parts.username is not None or parts.password is not None:
        raise BadOrigin(said("An address with a name or password in it can't be used here."))
    return _written(parts.scheme.lower(), (parts.hostname or "").lower(), _port_of(parts))


def _parts_of(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise BadOrigin(
            said("That is not the name of a site. It looks like https://www.example.com.")
        ) from None


def _port_of(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise BadOrigin(said("After the colon comes a port: a number from 1 to 65535.")) from None
    if port == 0:
        raise BadOrigin(said("After the colon comes a port: a number from 1 to 65535."))
    return port


def _written(scheme: str, host: str, port: int | None) -> str:
    is_here = host in _OURSELVES
    if scheme == "http" and not is_here:
        raise BadOrigin(
            said("The site must begin with https://: in what comes by http, anybody can change the page.")
        )
    if scheme not in ("https", "http"):
        raise BadOrigin(said("The address must begin with https://."))
    if not is_here and not _HOST.fullmatch(host):
        raise BadOrigin(said("That is not the name of a site. It looks like https://www.example.com."))
    usual = 443 if scheme == "https" else 80
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")
