"""Measurements, never assertions: `make bench` prints one table. Compare rows of one run only."""
