"""Booking without an account, and the manage link."""
