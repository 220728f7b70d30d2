"""A lab of network namespaces: a mobile node with several interfaces, gateways, an anchor, a correspondent node."""
