"""RFC 6757: the Access Network Identifier option and its sub-options, with those of RFC 7563."""

from pmiptool.registry import rfc7563
from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import (
    Count,
    Enumeration,
    Member,
    Option,
    Rest,
    Sized,
    SubOption,
    SubOptions,
    SubOptionSpace,
    UInt,
    bits,
    clause,
    reserved,
    u8,
)
from pmiptool.registry.rule import F, Utf8, each, implies, rule, unasked

OPERATOR_ID_TYPE = Enumeration(
    "op-id-type",
    "Kind of an operator identifier",
    Member(0, "reserved", "Reserved", "RFC 6757"),
    Member(1, "pen", "Private Enterprise Number", "RFC 6757"),
    Member(2, "realm", "Realm of the operator", "RFC 6757"),
    Member(255, "reserved-255", "Reserved", "RFC 6757"),
)

FRACTION = 15
"""Bits behind the point of a number of degrees."""


def _degrees(name: str, title: str, most: int) -> UInt:
    """24 bits in two's complement: from `-most` to `most` degrees."""
    limit = most << FRACTION
    return bits(
        24, name, f"{title} in 1/32768 degree, two's complement",
        signed=True, fraction=FRACTION, minimum=-limit, maximum=limit,
    )  # fmt: skip


SPACE = SubOptionSpace(
    "ani",
    clause=clause("RFC 6757 3.1"),
    entries=(
        SubOption(
            "network-id", "Network-Identifier", 1, clause("RFC 6757 3.1.1"), at_most=1,
            contradictions=(
                Contradiction(
                    "network-id-length", "it has 4 to 255 octets", "its own fields take so many",
                    "it has 5 to 32 octets", "RFC 6757 3.1.1",
                ),
            ),
            fields=(
                bits(1, "e", "The network name is UTF-8"),
                reserved(7),
                Count("network_name_length", "Octets of the network name", of="network_name", minimum=1),
                Sized("network_name", "Network name, such as an SSID", "network_name_length", "text"),
                Count("access_point_name_length", "Octets of the access point's name", of="access_point_name"),
                Sized("access_point_name", "Name of the access point", "access_point_name_length", "text"),
            ),
            value="NetworkIdentifier",
        ),
        SubOption(
            "geo-location", "Geo-Location", 2, clause("RFC 6757 3.1.2"), at_most=1,
            note="9 whole bits leave 15 behind the point",
            fields=(_degrees("latitude", "Latitude", 90), _degrees("longitude", "Longitude", 180)),
            value="GeoLocation",
        ),
        SubOption(
            "operator-id", "Operator-Identifier", 3, clause("RFC 6757 3.1.3"), at_most=1,
            contradictions=(
                Contradiction(
                    "operator-id-length-width", "ANI Length has 8 bits", "as in all sub-options (3.1)",
                    "figure 6 draws ANI Length 9 bits wide", "RFC 6757 3.1.3",
                ),
            ),
            fields=(
                u8("op_id_type", "Kind of identifier", enum=OPERATOR_ID_TYPE, default=1),
                Rest("operator_id", "Operator identifier", "op_id_type", ((1, "number"), (2, "text")), minimum=1),
            ),
            value="OperatorIdentifier",
        ),
        *rfc7563.SUB_OPTIONS,
    ),
)  # fmt: skip

ANI = Option(
    "ani", "Access Network Identifier", 52, clause("RFC 6757 3"),
    align=(4, 0), carried_in=("pbu", "pba"), at_most=1,
    fields=(SubOptions("suboptions", "Sub-options", "ani"),),
    value="AccessNetworkIdentifier",
    rules=(
        rule("RFC 6757 3", "sub-option-missing", "error", "Access Network Identifier: it has a sub-option.",
             each("ani", F(".@length") > 0), field="ani"),
        rule("RFC 6757 3.1.1", "network-name-utf-8", "error", "With E set the network name is UTF-8.",
             each("ani/network-id", implies(F(".e") == 1, Utf8(".network_name"))), field="ani/network-id.network_name"),
        rule("RFC 6757 3.1.1", "access-point-name-utf-8", "error", "The name of the access point is UTF-8.",
             each("ani/network-id", Utf8(".access_point_name")), field="ani/network-id.access_point_name"),
        unasked("RFC 6757 4.2", "ani", "An access network identifier", "warning"),
        rule("RFC 7563 3.1", "element-missing", "error", "A civic location has an element.",
             each("ani/civic-location", F(".location.elements.@size") > 0), field="ani/civic-location.location"),
    ),
)  # fmt: skip

SPACES = (SPACE,)
OPTIONS = (ANI,)
