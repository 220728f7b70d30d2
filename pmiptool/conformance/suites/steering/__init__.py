"""Cases about an LMA's downlink: filters, packets, and the tunnels that they come out of."""
