"""Calendar feeds: a therapist's diary under a secret address that calendar programs read."""
