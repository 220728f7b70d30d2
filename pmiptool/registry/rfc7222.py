"""RFC 7222, quality of service: the option and its attributes, to which 4.2 gives numbers of their own."""

from pmiptool.registry import rfc6088
from pmiptool.registry.contradictions import Contradiction, OtherFields
from pmiptool.registry.model import (
    Enumeration,
    Field,
    Flagged,
    Member,
    Option,
    Part,
    Rest,
    SubOption,
    SubOptions,
    SubOptionSpace,
    bits,
    clause,
    reserved,
    u8,
    u32,
)
from pmiptool.registry.rule import F, each, implies, rule

OPERATION = Enumeration(
    "qos-operation",
    "What kind of QoS request it is; options with 6 and above are ignored",
    Member(0, "response", "Response to a QoS request", "RFC 7222"),
    Member(1, "allocate", "Allocate QoS resources", "RFC 7222"),
    Member(2, "de-allocate", "De-allocate QoS resources", "RFC 7222"),
    Member(3, "modify", "Modify QoS parameters negotiated before", "RFC 7222"),
    Member(4, "query", "List the QoS service requests that are active", "RFC 7222"),
    Member(5, "negotiate", "Response with a counter proposal", "RFC 7222"),
)
PREEMPTION = Enumeration(
    "preemption",
    "Whether resources can be taken from, or by, another data flow",
    Member(0, "enabled", "Enabled", "RFC 7222"),
    Member(1, "disabled", "Disabled", "RFC 7222"),
)
ALLOCATE = 1


def _rate(number: int, name: str, title: str, value: str, *, session: bool = False) -> SubOption:
    """An attribute of one bit rate; those of a mobility session have two flags before it."""
    head: tuple[Field, ...] = (reserved(16),)
    if session:
        head = (
            bits(1, "s", "Over all sessions of the mobile node that share the service identifier"),
            bits(1, "e", "Flows with a guaranteed bit rate do not count"),
            reserved(14),
        )
    return SubOption(
        name, title, number, clause(f"RFC 7222 4.2.{number}"), at_most=1,
        fields=(*head, u32("rate", "Bit rate in bit/s")),
        value=value,
    )  # fmt: skip


def _selector(kind: int, parts: tuple[Part, ...], version: int) -> SubOption:
    return SubOption(
        "qos-traffic-selector", f"QoS IPv{version} Traffic Selector", 10, clause("RFC 7222 4.2.10"), when=kind,
        when_at=1,
        contradictions=(
            Contradiction(
                "selector-order", "Reserved stands before TS Format", "its figure draws it so",
                "TS Format stands before Reserved", "RFC 6089 4.2.1.4",
                OtherFields((
                    u8("format", "Format of the traffic selector", enum=rfc6088.FORMAT, default=kind),
                    reserved(8),
                    Flagged("reserved_flags", "Flags", parts),
                )),
            ),
        ),
        fields=(
            reserved(8),
            u8("format", "Format of the traffic selector", enum=rfc6088.FORMAT, default=kind),
            Flagged("reserved_flags", "Flags", parts),
        ),
        value=f"QosIpv{version}Selector",
    )  # fmt: skip


ARP = SubOption(
    "allocation-retention-priority", "Allocation and Retention Priority", 5, clause("RFC 7222 4.2.5"), at_most=1,
    fields=(
        reserved(8),
        bits(4, "pl", "Priority level, 1 is the highest", minimum=1, default=1),
        bits(2, "pc", "Preemption capability", enum=PREEMPTION),
        bits(2, "pv", "Preemption vulnerability", enum=PREEMPTION),
    ),
    value="AllocationRetentionPriority",
)  # fmt: skip

QOS_VENDOR = SubOption(
    "qos-vendor-specific", "QoS Vendor-Specific Attribute", 11, clause("RFC 7222 4.2.11"),
    fields=(
        reserved(16),
        u32("vendor_id", "Private enterprise number"),
        u8("sub_type", "Sub-type, the vendor's"),
        Rest("data", "Data"),
    ),
    value="QosVendorSpecific",
)  # fmt: skip

SPACE = SubOptionSpace(
    "qos",
    clause=clause("RFC 7222 4.2"),
    entries=(
        _rate(1, "per-mn-agg-max-dl", "Per-Mobile-Node Aggregate Maximum Downlink Bit Rate", "PerMnAggMaxDl"),
        _rate(2, "per-mn-agg-max-ul", "Per-Mobile-Node Aggregate Maximum Uplink Bit Rate", "PerMnAggMaxUl"),
        _rate(3, "per-session-agg-max-dl", "Per-Mobility-Session Aggregate Maximum Downlink Bit Rate",
              "PerSessionAggMaxDl", session=True),
        _rate(4, "per-session-agg-max-ul", "Per-Mobility-Session Aggregate Maximum Uplink Bit Rate",
              "PerSessionAggMaxUl", session=True),
        ARP,
        _rate(6, "agg-max-dl", "Aggregate Maximum Downlink Bit Rate", "AggMaxDl"),
        _rate(7, "agg-max-ul", "Aggregate Maximum Uplink Bit Rate", "AggMaxUl"),
        _rate(8, "guaranteed-dl", "Guaranteed Downlink Bit Rate", "GuaranteedDl"),
        _rate(9, "guaranteed-ul", "Guaranteed Uplink Bit Rate", "GuaranteedUl"),
        _selector(rfc6088.IPV4, rfc6088.IPV4_PARTS, 4),
        _selector(rfc6088.IPV6, rfc6088.IPV6_PARTS, 6),
        QOS_VENDOR,
    ),
)  # fmt: skip

QOS = Option(
    "qos", "Quality-of-Service", 58, clause("RFC 7222 4.1"),
    align=(4, 0), carried_in=("pbu", "pba", "update-notification", "update-ack"),
    fields=(
        u8("sr_id", "Service request identifier, which the LMA allocates; 0 asks for one"),
        bits(6, "dscp", "Code point to mark the flows with"),
        bits(2, "rsvd", "Reserved", reserved=True),
        u8("oc", "Operational code", enum=OPERATION),
        reserved(24),
        SubOptions("suboptions", "QoS attributes", "qos"),
    ),
    value="QualityOfService",
    rules=(
        rule(
            "RFC 7222 4.1", "sr-id", "error", "In a PBU that asks to allocate, the service request identifier is 0.",
            each("qos", implies(F(".oc") == ALLOCATE, F(".sr_id") == 0)), messages=("pbu",), field="qos.sr_id",
        ),
    ),
)  # fmt: skip

SPACES = (SPACE,)
OPTIONS = (QOS,)
