"""What ``make bench`` runs: figures that anybody can reproduce, as tables."""
