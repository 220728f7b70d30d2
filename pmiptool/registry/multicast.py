"""Multicast records of IGMP and MLD, which several options carry: RFC 1112, 2236 and 3376, RFC 2710 and 3810."""

from pmiptool.registry.model import Address, Addresses, Count, Enumeration, Field, Member, Record, Sized, clause, u8

RECORD_TYPE = Enumeration(
    "multicast-record-type",
    "What a multicast address record says, RFC 3810 5.2.12 and RFC 3376 4.2.12",
    Member(1, "mode-is-include", "The filter mode is INCLUDE", "RFC 3810"),
    Member(2, "mode-is-exclude", "The filter mode is EXCLUDE", "RFC 3810"),
    Member(3, "change-to-include-mode", "The filter mode has changed to INCLUDE", "RFC 3810"),
    Member(4, "change-to-exclude-mode", "The filter mode has changed to EXCLUDE", "RFC 3810"),
    Member(5, "allow-new-sources", "These sources are wanted too", "RFC 3810"),
    Member(6, "block-old-sources", "These sources are wanted no longer", "RFC 3810"),
)


def _record(size: int) -> tuple[Field, ...]:
    """The fields of either version, which differ in the size of their addresses."""
    return (
        u8("record_type", "Record type", enum=RECORD_TYPE, default=4, minimum=1, maximum=6),
        Count("aux_data_length", "Words of auxiliary data; there are none yet", of="aux_data", unit=4, maximum=0),
        Count("source_count", "Number of sources", of="sources", bits=16),
        Address("multicast_address", "Multicast address", size),
        Addresses("sources", "Source addresses", "source_count", size),
        Sized("aux_data", "Auxiliary data", "aux_data_length"),
    )


GROUP = Record(
    "group", "Group Address", None, clause("RFC 2236 2"),
    fields=(Address("group_address", "Group address", 4),), value="GroupAddress",
)  # fmt: skip
IGMPV3 = Record("group-record", "Group Record", None, clause("RFC 3376 4.2.4"), _record(4), "GroupRecord")
ADDRESS = Record(
    "multicast-address", "Multicast Address", None, clause("RFC 2710 3.7"),
    fields=(Address("multicast_address", "Multicast address"),), value="MulticastAddress",
)  # fmt: skip
MLDV2 = Record(
    "multicast-address-record", "Multicast Address Record", None, clause("RFC 3810 5.2"), _record(16),
    "MulticastAddressRecord",
)  # fmt: skip

FIRST_OCTET = ((0xFF, MLDV2), *((octet, IGMPV3) for octet in range(0xE0, 0xF0)))
"""Which record it is by the first octet of its multicast address (ff00::/8, 224.0.0.0/4), which is its octet 4."""
ADDRESS_AT = 4
