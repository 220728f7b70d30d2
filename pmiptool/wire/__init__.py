"""Bytes and values: the codec, the checksum, and the way down to the Mobility Header."""
