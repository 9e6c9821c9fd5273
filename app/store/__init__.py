"""LOAD AND SAVE. Rows to domain values and back; the only package that writes queries."""
