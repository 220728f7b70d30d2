"""ESP in transport mode around Mobility Headers (RFC 4303), for labs whose machines have no IPsec (RFC 5213 4)."""
