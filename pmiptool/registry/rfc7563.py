"""RFC 7563: civic location, group of the gateway and update timer, sub-options of the Access Network Identifier."""

from pmiptool.registry.contradictions import Contradiction, OtherFields
from pmiptool.registry.model import (
    Count,
    Enumeration,
    Member,
    Octets,
    Record,
    Records,
    Sized,
    SubOption,
    bits,
    clause,
    reserved,
    u8,
    u16,
)

LOCATION_FORMAT = Enumeration(
    "civic-format",
    "Encoding of a civic location",
    Member(0, "binary", "RFC 4776 3.1 from the country code on", "RFC 7563"),
)

CA_TYPE = Enumeration(
    "civic-type",
    "What an element of a civic address says (RFC 4776 3.4)",
    Member(0, "language", "Language of the elements that follow", "RFC 4776"),
    Member(1, "A1", "National subdivision: state, region, province", "RFC 4776"),
    Member(2, "A2", "County, parish, district", "RFC 4776"),
    Member(3, "A3", "City, township", "RFC 4776"),
    Member(4, "A4", "City division, borough", "RFC 4776"),
    Member(5, "A5", "Neighbourhood, block", "RFC 4776"),
    Member(6, "A6", "Group of streets below the neighbourhood", "RFC 4776"),
    Member(16, "PRD", "Leading street direction", "RFC 4776"),
    Member(17, "POD", "Trailing street suffix", "RFC 4776"),
    Member(18, "STS", "Street suffix or type", "RFC 4776"),
    Member(19, "HNO", "House number", "RFC 4776"),
    Member(20, "HNS", "House number suffix", "RFC 4776"),
    Member(21, "LMK", "Landmark or vanity address", "RFC 4776"),
    Member(22, "LOC", "Additional location information", "RFC 4776"),
    Member(23, "NAM", "Name of residence or office occupant", "RFC 4776"),
    Member(24, "PC", "Postal code", "RFC 4776"),
    Member(25, "BLD", "Building", "RFC 4776"),
    Member(26, "UNIT", "Unit: apartment, suite", "RFC 4776"),
    Member(27, "FLR", "Floor", "RFC 4776"),
    Member(28, "ROOM", "Room", "RFC 4776"),
    Member(29, "PLC", "Type of place", "RFC 4776"),
    Member(30, "PCN", "Postal community name", "RFC 4776"),
    Member(31, "POBOX", "Post office box", "RFC 4776"),
    Member(32, "ADDCODE", "Additional code", "RFC 4776"),
    Member(33, "SEAT", "Seat: desk, cubicle, workstation", "RFC 4776"),
    Member(34, "RD", "Primary road or street", "RFC 4776"),
    Member(35, "RDSEC", "Road section", "RFC 4776"),
    Member(36, "RDBR", "Road branch", "RFC 4776"),
    Member(37, "RDSUBBR", "Road sub-branch", "RFC 4776"),
    Member(38, "PRM", "Street name pre-modifier", "RFC 4776"),
    Member(39, "POM", "Street name post-modifier", "RFC 4776"),
    Member(128, "script", "Script of the elements that follow", "RFC 4776"),
)
ELEMENT = Record(
    "civic-element", "Civic Address Element", None, clause("RFC 4776 3.3"),
    fields=(
        u8("ca_type", "What it says", enum=CA_TYPE),
        Count("ca_length", "Octets of the value", of="ca_value"),
        Sized("ca_value", "Value", "ca_length", "text"),
    ),
    value="CivicElement",
)  # fmt: skip
CIVIC_ADDRESS = Record(
    "civic-address", "Civic Address", None, clause("RFC 4776 3.1"),
    fields=(
        Octets("country_code", "Two letters of ISO 3166", 2, "text"),
        Records("elements", "Elements of the address", ((0, ELEMENT),)),
    ),
    value="CivicAddress",
)  # fmt: skip

SUB_OPTIONS = (
    SubOption(
        "civic-location", "Civic-Location", 4, clause("RFC 7563 3.1"),
        fields=(
            u8("format", "Encoding; 0 is binary", enum=LOCATION_FORMAT),
            reserved(8),
            Records("location", "Civic location", ((0, CIVIC_ADDRESS),), "format", single=True),
        ),
        value="CivicLocation",
    ),
    SubOption(
        "mag-group-id", "MAG-Group-Identifier", 5, clause("RFC 7563 3.2"),
        contradictions=(
            Contradiction(
                "mag-group-id-of-3-octets", "its group identifier has 2 octets", "its length and its figure say 2",
                "its group identifier has 3 octets", "RFC 7563 3.2", OtherFields((bits(24, "group"),)),
            ),
        ),
        fields=(u16("group", "Group of gateways"),),
        value="MagGroupIdentifier",
    ),
    SubOption(
        "update-timer", "ANI Update-Timer", 6, clause("RFC 7563 3.3"),
        fields=(u16("update_timer", "Time to an update in units of 4 s; 0: at once", unit=4),),
        value="AniUpdateTimer",
    ),
)  # fmt: skip
