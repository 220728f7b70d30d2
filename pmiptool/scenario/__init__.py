"""Choreography of several MAGs, as YAML, and its results as data."""
