"""How often one address may do what costs others something."""

from app.extensions import limiter

limit = limiter.limit
