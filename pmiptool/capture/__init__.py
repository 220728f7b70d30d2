"""Capture files, and Wireshark as the second judge of what is in them."""
