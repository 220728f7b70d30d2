"""Live transports: the reference LMA in memory, raw IPv6 (protocol 135), UDP 5436; and the loop that serves them."""
