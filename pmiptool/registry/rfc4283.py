"""RFC 4283 and RFC 8371: the Mobile Node Identifier option and its subtypes."""

from pmiptool.registry.model import Enumeration, Member, Option, Rest, clause, u8

SUBTYPE = Enumeration(
    "subtype",
    "Subtype of a mobile node identifier",
    Member(1, "NAI", "Network access identifier", "RFC 4283"),
    Member(2, "ipv6-address", "IPv6 address", "RFC 8371"),
    Member(3, "IMSI", "International mobile subscriber identity, two digits an octet", "RFC 8371"),
    Member(4, "P-TMSI", "Packet temporary mobile subscriber identity", "RFC 8371"),
    Member(5, "EUI-48", "EUI-48 address", "RFC 8371"),
    Member(6, "EUI-64", "EUI-64 address", "RFC 8371"),
    Member(7, "GUTI", "Globally unique temporary identity", "RFC 8371"),
    Member(8, "DUID", "DHCPv6 unique identifier", "RFC 8371"),
)
NAI = 1
FORMS = ((NAI, "text"), (2, "address"), (3, "imsi"), (5, "eui"), (6, "eui"))
"""How identifiers are shown. Others stay octets: a DUID is opaque (RFC 8371 4.5), and no format is told of the rest."""

MN_ID = Option(
    "mn-id", "Mobile Node Identifier", 8, clause("RFC 4283 3"),
    at_most=1, several_in=("lri", "lra"),
    fields=(
        u8("subtype", "Subtype", enum=SUBTYPE, default=NAI),
        Rest("identifier", "Identifier", form="subtype", forms=FORMS),
    ),
    value="MobileNodeIdentifier",
)  # fmt: skip

OPTIONS = (MN_ID,)
