"""Mobility sessions, bindings and flows as pure transitions, and the downlink classifier."""
