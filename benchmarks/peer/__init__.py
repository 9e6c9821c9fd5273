"""A minimal Django project around django-appointment: for comparison only, run by a Python of its own."""
