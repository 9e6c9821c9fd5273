"""USE CASES. One function, one transaction, one thing that people do."""
