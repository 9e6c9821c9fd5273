"""What is around the product: the demonstration behind `make run` and the checks behind `make test`."""
