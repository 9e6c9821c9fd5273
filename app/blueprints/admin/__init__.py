"""The settings pages: everything that is configured, edited by owner and desk."""
