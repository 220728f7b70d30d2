"""Renders results: ladder diagrams, text, JSON, JUnit."""
