"""The messages of the practice: what went out, what will, what did not, and whom to call instead."""
