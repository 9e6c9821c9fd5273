"""The staff's side of availability: a therapist's weekly hours and time off."""
