"""What a client's link opens besides the appointment: the intake form, and guides for at home."""
