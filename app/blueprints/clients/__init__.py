"""Clients: found, shown, edited, noted about, merged."""
