"""RFC 4283 and RFC 8371: the Mobile Node Identifier option and its subtypes."""

from pmiptool.registry.model import Enumeration, Member, Option, Rest, clause, u8
from pmiptool.registry.rule import F, Rule, all_of, before_authentication, each, implies, rule

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

_SIZE = F(".identifier.@size")


def _octets(section: str, what: str, subtype: int, octets: int, sentence: str) -> Rule:
    holds = each("mn-id", implies(F(".subtype") == subtype, _SIZE == octets))
    return rule(f"RFC 8371 {section}", what, "error", sentence, holds, field="mn-id.identifier")


MN_ID = Option(
    "mn-id", "Mobile Node Identifier", 8, clause("RFC 4283 3"),
    at_most=1, several_in=("lri", "lra"),
    fields=(
        u8("subtype", "Subtype", enum=SUBTYPE, default=NAI),
        Rest("identifier", "Identifier", form="subtype", forms=FORMS),
    ),
    value="MobileNodeIdentifier",
    rules=(
        _octets("4.1", "ipv6-address", 2, 16, "An identifier that is an IPv6 address has 16 octets."),
        rule("RFC 8371 4.2", "imsi", "error", "An IMSI has 1 to 15 digits.",
             each("mn-id", implies(F(".subtype") == 3, all_of(_SIZE >= 1, _SIZE <= 8))), field="mn-id.identifier"),
        _octets("4.3", "eui-48", 5, 6, "An identifier that is an EUI-48 address has 6 octets."),
        _octets("4.4", "eui-64", 6, 8, "An identifier that is an EUI-64 address has 8 octets."),
        *before_authentication("RFC 4283 3.2", "mn-id", "A mobile node identifier"),
    ),
)  # fmt: skip

OPTIONS = (MN_ID,)
