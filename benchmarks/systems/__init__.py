"""What is measured: each system turns the questions into requests, and its answers into what can be checked."""
