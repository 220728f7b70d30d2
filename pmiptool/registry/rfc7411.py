"""RFC 7411, multicast in fast handovers: the listener's state, and what of it could not be taken over."""

from pmiptool.registry import multicast
from pmiptool.registry.contradictions import Contradiction, OtherLength
from pmiptool.registry.model import Count, Enumeration, Field, Member, Option, Record, Records, clause, reserved, u8
from pmiptool.registry.rule import F, each, implies, present, rule, told

PAYLOAD = Enumeration(
    "multicast-payload",
    "What kind of report it is",
    Member(1, "igmpv3", "IGMPv3", "RFC 7411"),
    Member(2, "mldv2", "MLDv2", "RFC 7411"),
    Member(3, "igmpv3-from-igmpv2", "IGMPv3 from IGMPv2 compatibility mode", "RFC 7411"),
    Member(4, "mldv2-from-mldv1", "MLDv2 from MLDv1 compatibility mode", "RFC 7411"),
)
STATUS = Enumeration(
    "multicast-status",
    "Why multicast state was not taken over",
    Member(1, "payload-unsupported", "Report payload type unsupported", "RFC 7411"),
    Member(2, "group-unsupported", "Requested group service unsupported", "RFC 7411"),
    Member(3, "group-prohibited", "Requested group service administratively prohibited", "RFC 7411"),
)
PAYLOAD_UNSUPPORTED = 1
CARRIED_IN = ("handover-initiate", "handover-ack", "fbu", "fback")


def _report(by: str | int, of: tuple[tuple[int, Record], ...]) -> tuple[Field, ...]:
    """A report without its ICMP header: the first line, then records."""
    return (
        reserved(16, "rsvd"),
        Count("record_count", "Number of multicast address records", of="records", bits=16),
        Records("records", "Multicast address records", of, by, "record_count"),
    )


_PAYLOADS = ((1, multicast.IGMPV3), (2, multicast.MLDV2), (3, multicast.IGMPV3), (4, multicast.MLDV2))


def _lengths(name: str, section: str) -> tuple[Contradiction, ...]:
    taken = "its length counts 32-bit words without the first four octets"
    why = f"RFC 7411 {section} says so, against all other mobility options"
    return (
        Contradiction(f"{name}-in-octets", taken, why, "its length counts octets", "RFC 6275 6.2.1", OtherLength()),
        Contradiction(
            f"{name}-in-all-words", taken, why, "its length counts 32-bit words with the first four octets",
            f"RFC 7411 {section}", OtherLength(4, -2),
        ),
    )  # fmt: skip


MULTICAST_MOBILITY = Option(
    "multicast-mobility", "Multicast Mobility", 60, clause("RFC 7411 5.3"),
    carried_in=CARRIED_IN, words=True, contradictions=_lengths("multicast-mobility", "5.3"),
    fields=(
        u8("option_code", "Kind of the report", enum=PAYLOAD, default=2),
        reserved(8),
        *_report("option_code", _PAYLOADS),
    ),
    value="MulticastMobility",
)  # fmt: skip

MULTICAST_ACKNOWLEDGEMENT = Option(
    "multicast-ack", "Multicast Acknowledgement", 61, clause("RFC 7411 5.4"),
    carried_in=CARRIED_IN, words=True, contradictions=_lengths("multicast-ack", "5.4"),
    note="whether the records are of MLDv2 or IGMPv3 follows from their multicast address: no field says it",
    fields=(
        u8("option_code", "Always 0", maximum=0),
        u8("status", "Status", enum=STATUS, default=PAYLOAD_UNSUPPORTED),
        *_report(multicast.ADDRESS_AT, multicast.FIRST_OCTET),
    ),
    value="MulticastAcknowledgement",
    rules=(
        rule(
            "RFC 7411 5.4", "no-records", "error", "With status 1 there are no multicast address records.",
            each("multicast-ack", implies(F(".status") == PAYLOAD_UNSUPPORTED, F(".records.@size") == 0)),
            field="multicast-ack.records",
        ),
        told("RFC 7411 5.2", "acknowledged", "warning", "Multicast state that is transferred is acknowledged.",
             implies(present("request:multicast-mobility"), present("multicast-ack")), field="multicast-ack",
             messages=("handover-initiate", "fbu")),
        told("RFC 7411 5.2", "acknowledgement-unasked", "error", "A multicast acknowledgement answers multicast state.",
             implies(present("multicast-ack"), present("request:multicast-mobility")), field="multicast-ack",
             messages=("handover-initiate", "fbu")),
    ),
)  # fmt: skip

OPTIONS = (MULTICAST_MOBILITY, MULTICAST_ACKNOWLEDGEMENT)
