"""The day at the desk: schedule, appointments, booking for a caller."""
