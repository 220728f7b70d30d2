"""The cases, by the role of the peer and by document: what is done and what must be seen, one function each."""
