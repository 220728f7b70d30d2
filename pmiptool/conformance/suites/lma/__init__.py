"""Cases against a local mobility anchor."""
