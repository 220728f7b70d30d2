"""Messages that are wrong in many ways, made by the registry's grammar, and what becomes of who reads them."""
