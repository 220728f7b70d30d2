"""Many Mobility Headers at once through the kernel: rows of octets out, columns in."""
