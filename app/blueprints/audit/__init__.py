"""The audit log as staff read it: who did what, when, from what to what."""
