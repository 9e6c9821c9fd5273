"""Bringing clients and appointments over from another system."""
