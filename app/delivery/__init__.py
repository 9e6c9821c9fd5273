"""DELIVER. An e-mail out of the door; never composes, never queries."""
