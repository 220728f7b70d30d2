"""Cases against a mobile access gateway."""
