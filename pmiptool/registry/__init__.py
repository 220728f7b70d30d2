"""What is on the wire, as typed, frozen data. Standard library only.

`model` has the kinds of entry, `exchange` says which message answers which; one file per document has the entries
themselves, `catalogue` gathers them. The codec, the Scapy layers, the Wireshark dissector and the reference tables are
all made from here.
"""
