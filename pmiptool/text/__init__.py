"""Human forms of what is on the wire: names, field values, filter expressions, and the JSON of `decode`."""
