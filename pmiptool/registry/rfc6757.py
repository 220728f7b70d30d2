"""RFC 6757: the Access Network Identifier option and its sub-options, with those of RFC 7563."""

from pmiptool.registry import rfc7563
from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import (
    Enumeration,
    Member,
    Option,
    Rest,
    SubOption,
    SubOptions,
    SubOptionSpace,
    bits,
    clause,
    reserved,
    u8,
)
from pmiptool.registry.rule import F, each, rule

OPERATOR_ID_TYPE = Enumeration(
    "op-id-type",
    "Kind of an operator identifier",
    Member(0, "reserved", "Reserved", "RFC 6757"),
    Member(1, "pen", "Private Enterprise Number", "RFC 6757"),
    Member(2, "realm", "Realm of the operator", "RFC 6757"),
    Member(255, "reserved-255", "Reserved", "RFC 6757"),
)

SPACE = SubOptionSpace(
    "ani",
    clause=clause("RFC 6757 3.1"),
    entries=(
        SubOption(
            "network-id", "Network-Identifier", 1, clause("RFC 6757 3.1.1"), at_most=1,
            note="the access point's name is in names",
            contradictions=(
                Contradiction(
                    "network-id-length", "it has 4 to 255 octets", "its own fields take so many",
                    "it has 5 to 32 octets", "RFC 6757 3.1.1",
                ),
            ),
            fields=(
                bits(1, "e", "The network name is UTF-8"),
                reserved(7),
                u8("network_name_length", "Octets of network name", minimum=1, default=1),
                Rest("names", "Network name, an octet that counts the access point's name, and that name", minimum=2),
            ),
            value="NetworkIdentifier",
        ),
        SubOption(
            "geo-location", "Geo-Location", 2, clause("RFC 6757 3.1.2"), at_most=1,
            note="degrees are two's complement with 15 bits of fraction; they stand as raw 24 bits",
            fields=(
                bits(24, "latitude", "Latitude in 1/32768 degree, two's complement"),
                bits(24, "longitude", "Longitude in 1/32768 degree, two's complement"),
            ),
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
                Rest("operator_id", "Operator identifier", "op_id_type", ((2, "text"),), minimum=1),
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
    ),
)  # fmt: skip

SPACES = (SPACE,)
OPTIONS = (ANI,)
