"""Signing in, and what belongs to a staff member's own account."""
