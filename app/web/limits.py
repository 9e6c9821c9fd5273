"""How often one address, or one program, may do what costs others something."""

from app import clock
from app.extensions import limiter

#: The JSON API: reads without a token, by address; with one, reads and writes apart, by token.
PUBLIC_READS, TOKEN_READS, TOKEN_WRITES = "120 per minute", "120 per minute", "60 per minute"

limit = limiter.limit
shared_limit = limiter.shared_limit


def seconds_to_wait() -> int:
    """After which time whoever was refused just now may try again."""
    broken = limiter.current_limit
    return max(1, round(broken.reset_at - clock.now().timestamp())) if broken else 60
