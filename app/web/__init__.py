"""What all pages share: access, filters, error pages, security headers."""
