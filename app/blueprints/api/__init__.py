"""The JSON API: for other programs. docs/api.md is its handbook."""
