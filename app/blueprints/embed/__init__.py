"""The booking pages on a practice's own site: a script, and pages that those sites may show in a frame."""
