"""RFC 7563: civic location, group of the gateway and update timer, sub-options of the Access Network Identifier."""

from pmiptool.registry.contradictions import Contradiction, OtherFields
from pmiptool.registry.model import Enumeration, Member, Rest, SubOption, bits, clause, reserved, u8, u16

LOCATION_FORMAT = Enumeration(
    "civic-format",
    "Encoding of a civic location",
    Member(0, "binary", "RFC 4776 3.1 from the country code on", "RFC 7563"),
)

SUB_OPTIONS = (
    SubOption(
        "civic-location", "Civic-Location", 4, clause("RFC 7563 3.1"),
        note="the elements of RFC 4776 stand as octets",
        fields=(
            u8("format", "Encoding; 0 is binary", enum=LOCATION_FORMAT),
            reserved(8),
            Rest("location", "Country code of two letters, then elements of type, length and text", maximum=253),
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
